import pytest

from plateward.oversight.detectors.records import CadRecord, Event, EventKind, Finding
from plateward.oversight.detectors.testing import (
    BEGIN,
    DAY,
    HOUR,
    cad_case,
    day_shifts,
    detectors_of,
    search,
    watched,
)
from plateward.oversight.detectors.thresholds import Thresholds

pytestmark = pytest.mark.clause("6.a.i.2")
NOON = BEGIN + 12 * HOUR


def usual(
    person: str = "ada", device: str = "car-1", address: str = "10.1.0.7", days: int = 20
) -> list[Event]:
    return [
        Event(NOON + (day - days) * DAY, person, EventKind.LOGIN, device=device, address=address)
        for day in range(days)
    ]


def at_night(device: str, address: str, number: int = 3) -> list[Event]:
    return [
        search(BEGIN + 3 * HOUR + n * HOUR / 6, f"AAQ{n:03d}", device=device, address=address)
        for n in range(number)
    ]


def test_a_strange_device_at_night_without_a_case_is_a_shared_account_at_the_second_search() -> None:
    searches = at_night("phone-9", "203.0.113.9")
    findings = watched([*usual(), *searches], [cad_case()], day_shifts("ada"))
    shared = [finding for finding in findings if finding.detector == "shared account"]
    assert [finding.at for finding in shared] == [searches[1].at]


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


def test_nobody_is_in_two_towns_within_ten_minutes() -> None:
    there = search(NOON, case="26-000412", address="35.08, -106.65")
    here = search(NOON + HOUR / 6, case="26-000412", address="32.31, -106.77")
    assert detectors_of(watched([there, here], [cad_case()])) == {"impossible travel"}


def test_an_account_that_is_not_in_the_list_of_people_is_another_agencys() -> None:
    findings = watched(
        [search(NOON + n * HOUR, person="dea-4", case="26-000412") for n in range(3)], [cad_case()]
    )
    assert [(f.detector, f.subject) for f in findings] == [("another agency's log-in", "dea-4")]


def test_a_place_where_nobody_was_within_the_hour_of_ones_own_is_impossible_travel() -> None:
    home = usual(address="Las Cruces, NM")
    here = search(NOON, case="26-000412", device="car-1", address="Las Cruces, NM")
    there = search(NOON + HOUR / 4, case="26-000412", device="car-1", address="Chicago, IL")
    findings = watched([*home, here, there], [cad_case()])
    assert [(f.detector, f.at) for f in findings] == [("impossible travel", there.at)]


def test_a_device_that_is_long_one_colleagues_own_weighs_more() -> None:
    colleague = usual("ben", "laptop-ben", "10.1.0.50", days=30)
    searches = [
        search(NOON + n * HOUR / 6, f"AAQ{n:03d}", device="laptop-ben", address="10.1.0.50") for n in range(3)
    ]
    findings = watched([*usual(), *colleague, *searches], [cad_case()])
    shared = next(finding for finding in findings if finding.detector == "shared account")
    assert "usually used by Ben Begay" in shared.sentence


def test_partners_that_the_list_does_not_have_are_named_a_few_times_only() -> None:
    events = [search(NOON + n * HOUR, person=f"so-{n // 2}", case="26-000412") for n in range(40)]
    assert len(watched(events, [cad_case()])) == 5


def swapped(case: CadRecord, hours: int) -> list[Finding]:
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
        Event(NOON + n * HOUR / 6, "ada", EventKind.LOGIN, device="car-1", address="10.1.0.7")
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


@pytest.mark.parametrize(("unit", "found"), [("12", False), ("", False), ("77", True)])
def test_another_units_case_explains_no_strange_device(unit: str, *, found: bool) -> None:
    owner = usual("ben", "desk-ben", "172.16.0.50", days=30)
    owners_now = Event(NOON + HOUR / 12, "ben", EventKind.LOGIN, device="desk-ben", address="172.16.0.51")
    plates = [f"AAQ{n:03d}" for n in range(4)]
    at_desk = [
        search(NOON + n * HOUR / 6, plate, case="26-000412", device="desk-ben", address="172.16.0.50")
        for n, plate in enumerate(plates)
    ]
    findings = watched([*usual(), *owner, owners_now, *at_desk], [cad_case(plates=plates, unit=unit)])
    assert ("shared account" in detectors_of(findings)) is found


@pytest.mark.parametrize(("device", "found"), [("desk-ben", True), ("desk-new", False)])
def test_a_device_that_its_owner_uses_meanwhile_weighs_more_than_one_that_was_given_away(
    device: str, *, found: bool
) -> None:
    owner = usual("ben", "desk-ben", "172.16.0.50", days=30)
    owners_now = Event(NOON + HOUR / 12, "ben", EventKind.LOGIN, device=device, address="172.16.0.51")
    at_desk = [
        search(NOON + n * HOUR / 6, f"AAQ{n:03d}", case="26-000412", device="desk-ben", address="172.16.0.50")
        for n in range(4)
    ]
    events, case = [*usual(), *owner, owners_now, *at_desk], cad_case(plates=[])
    assert ("shared account" in detectors_of(watched(events, [case]))) is found
    seldom = Thresholds(owned_uses=40)  # used thirty-one times, it is nobody's yet
    assert "shared account" not in detectors_of(watched(events, [case], thresholds=seldom))


def test_devices_that_are_new_to_several_in_one_room_are_a_class_and_one_alone_is_not() -> None:
    own = [event for who in ("ben", "carla") for event in usual(who, f"car-{who}")]
    lesson = at_night("class-1", "203.0.113.9")
    others = [
        search(BEGIN + 2.9 * HOUR, f"ZZQ{n}", who, device=f"class-{n}", address="203.0.113.9")
        for n, who in enumerate(("ben", "carla"), 2)
    ]
    shifts, cad = day_shifts("ada"), [cad_case()]
    assert "shared account" not in detectors_of(watched([*usual(), *own, *others, *lesson], cad, shifts))
    assert "shared account" in detectors_of(watched([*usual(), *own, *others[:1], *lesson], cad, shifts))


def test_nothing_is_strange_before_the_devices_of_an_agency_are_known() -> None:
    searches = at_night("phone-9", "203.0.113.9")
    for days, found in ((13, False), (16, True)):
        findings = watched([*usual(days=days), *searches], [cad_case()], day_shifts("ada"))
        assert ("shared account" in detectors_of(findings)) is found
