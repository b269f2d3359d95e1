import pytest

from plateward.oversight.detectors.records import DAY, HOUR, CadRecord, EventKind, LogEvent, Pattern
from plateward.oversight.detectors.testing import (
    BEGIN,
    cad_case,
    day_shifts,
    detectors_of,
    search,
    watched,
)

pytestmark = pytest.mark.clause("6.a.i.2/lending")
NOON = BEGIN + 12 * HOUR


def usual(
    person: str = "ada", device: str = "car-1", address: str = "10.1.0.7", days: int = 20
) -> list[LogEvent]:
    return [
        LogEvent(NOON + (day - days) * DAY, person, EventKind.LOGIN, device=device, address=address)
        for day in range(days)
    ]


def at_night(device: str, address: str, number: int = 3) -> list[LogEvent]:
    return [
        search(BEGIN + 3 * HOUR + n * HOUR / 6, f"AAQ{n:03d}", device=device, address=address)
        for n in range(number)
    ]


def test_a_strange_device_at_night_without_a_case_is_a_shared_account_at_the_third_search() -> None:
    searches = at_night("phone-9", "203.0.113.9")
    findings = watched([*usual(), *searches], [cad_case()], day_shifts("ada"))
    shared = [finding for finding in findings if finding.detector == "shared account"]
    assert [finding.at for finding in shared] == [searches[2].at]


def test_an_account_used_at_its_supervisors_desk_is_not_told_to_the_supervisor() -> None:
    desk = usual("carla", "desk-2", "10.1.0.99")
    findings = watched(
        [*usual(), *desk, *at_night("desk-2", "10.1.0.99", 5)], [cad_case()], day_shifts("ada")
    )
    shared = next(finding for finding in findings if finding.detector == "shared account")
    assert "Carla Chavez" in shared.sentence
    assert shared.to == ("inspector general", "CJIS officer")


def test_ones_own_device_behind_another_address_is_a_vpn() -> None:
    searches = [
        search(NOON + n * HOUR, f"AAQ{n:03d}", case="26-000412", device="car-1", address=f"98.{n}.1.7")
        for n in range(9)
    ]
    assert watched([*usual(), *searches], [cad_case(plates=[])], day_shifts("ada")) == []


def test_a_car_that_many_share_is_nobodys_device() -> None:
    crews = [event for person in ("ben", "carla", "gloria") for event in usual(person, "car-8", "10.1.0.8")]
    findings = watched([*usual(), *crews, *at_night("car-8", "10.1.0.8", 3)], [cad_case()], day_shifts("ada"))
    assert "shared account" not in detectors_of(findings)


def test_a_new_laptop_at_work_is_nothing() -> None:
    searches = [
        search(NOON + n * HOUR, f"AAQ{n:03d}", case="26-000412", device="laptop-7", address="10.1.0.9")
        for n in range(9)
    ]
    assert watched([*usual(), *searches], [cad_case(plates=[])], day_shifts("ada")) == []


def test_whose_device_it_is_stands_in_the_finding() -> None:
    colleague = usual("ben", "laptop-ben", "10.9.0.50", days=30)
    searches = [
        search(NOON + n * HOUR / 6, f"AAQ{n:03d}", device="laptop-ben", address="10.9.0.50") for n in range(3)
    ]
    findings = watched([*usual(), *colleague, *searches], [cad_case()])
    shared = next(finding for finding in findings if finding.detector == "shared account")
    assert "usually used by Ben Begay" in shared.sentence


def swapped(case: CadRecord, hours: int) -> list[Pattern]:
    """Ada and a colleague of another unit swap laptops and work from home: what is said, if the case is this. The
    colleague, who is off, has not used hers yet."""
    before = [*usual("ada", "laptop-ada", days=30), *usual("ben", "laptop-ben", "10.9.0.50", days=30)]
    at_home = [
        search(
            BEGIN + hours * HOUR + n * HOUR / 6,
            f"AAQ{n:03d}",
            case=case.number,
            device="laptop-ben",
            address="98.1.2.3",
        )
        for n in range(6)
    ]
    roster = [*day_shifts("ada"), *day_shifts("ben")]
    return [f for f in watched([*before, *at_home], [case], roster) if f.detector == "shared account"]


def test_colleagues_who_swap_laptops_and_work_their_own_cases_share_no_account() -> None:
    named = cad_case(plates=[f"AAQ{n:03d}" for n in range(6)], unit="")
    assert swapped(named, 12) == []
    assert swapped(cad_case(plates=[]), 12) == []
    assert [finding.subject for finding in swapped(cad_case("26-777001"), 12)] == ["ada"]
    assert [finding.subject for finding in swapped(cad_case(plates=[]), 22)] == ["ada"]


def test_a_case_that_names_the_plate_hides_nobody_who_searches_while_the_owner_works() -> None:
    plates = [f"AAQ{n:03d}" for n in range(3)]
    in_the_car = [
        LogEvent(NOON + n * HOUR / 6, "ada", EventKind.LOGIN, device="car-1", address="10.1.0.7")
        for n in range(3)
    ]
    elsewhere = [
        search(event.at + HOUR / 12, plate, case="26-000412", device="phone-9", address="203.0.113.9")
        for event, plate in zip(in_the_car, plates, strict=True)
    ]
    case = cad_case(plates=plates)
    assert "shared account" in detectors_of(
        watched([*usual(), *in_the_car, *elsewhere], [case], day_shifts("ada"))
    )
    assert "shared account" not in detectors_of(watched([*usual(), *elsewhere], [case], day_shifts("ada")))


def test_nothing_is_strange_before_the_devices_of_an_agency_are_known() -> None:
    searches = at_night("phone-9", "203.0.113.9")
    for days, found in ((13, False), (16, True)):
        findings = watched([*usual(days=days), *searches], [cad_case()], day_shifts("ada"))
        assert ("shared account" in detectors_of(findings)) is found
