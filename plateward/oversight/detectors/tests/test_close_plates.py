from dataclasses import replace

import pytest

from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.records import EventKind
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.testing import (
    BEGIN,
    DAY,
    HOUR,
    PEOPLE,
    cad_case,
    detectors_of,
    search,
    watched,
)
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.watch import Watch

pytestmark = pytest.mark.clause("6.a.ii.3")


@pytest.mark.parametrize(
    ("plate", "detector"),
    [("ADQ100", "own plate"), ("ADQ200", "family plate"), ("BEQ100", "colleague's plate")],
)
def test_a_plate_of_somebody_close_is_told_at_the_first_search(plate: str, detector: str) -> None:
    findings = watched([search(BEGIN, plate)], [cad_case()])
    assert [(finding.at, finding.detector, finding.plate) for finding in findings] == [
        (BEGIN, detector, plate)
    ]


def test_a_colleagues_stolen_car_may_be_searched_in_its_case() -> None:
    assert watched([search(BEGIN, "BEQ100", case="26-000412")], [cad_case(plates=["BEQ100"])]) == []


def test_ones_own_plate_is_told_whatever_the_case() -> None:
    findings = watched([search(BEGIN, "ADQ100", case="26-000412")], [cad_case(plates=["ADQ100"])])
    assert detectors_of(findings) == {"own plate"}


def test_a_class_that_tries_the_system_with_plates_of_its_own_is_told_of_twice_at_most() -> None:
    class_of = [search(BEGIN + n * HOUR / 6, "CAQ100", "carla") for n in range(2)]
    class_of += [search(BEGIN + HOUR / 2, "BEQ100", "ben"), search(BEGIN + HOUR, "ADQ100", "ada")]
    carla = replace(PEOPLE["carla"], own_plates=frozenset({"CAQ100"}))
    watch = Watch({**PEOPLE, "carla": carla}, Roster([]), CadBook([cad_case()], Thresholds()))
    found = [(item.subject, item.detector) for event in class_of for item in watch.hear(event)]
    assert found == [("carla", "own plate"), ("ben", "own plate")]
    alone = watch.hear(search(BEGIN + 9 * HOUR, "ADQ100", "ada"))
    assert [item.detector for item in alone] == ["own plate"]


def test_who_exports_their_own_plate_in_a_class_is_found() -> None:
    carla = replace(PEOPLE["carla"], own_plates=frozenset({"CAQ100"}))
    watch = Watch({**PEOPLE, "carla": carla}, Roster([]), CadBook([cad_case()], Thresholds()))
    for event in (search(BEGIN, "CAQ100", "carla"), search(BEGIN + HOUR / 2, "BEQ100", "ben")):
        list(watch.hear(event))
    taken = replace(search(BEGIN + HOUR, "ADQ100", "ada"), kind=EventKind.EXPORT)
    assert "own plate" in [item.detector for item in watch.hear(taken)]


@pytest.mark.parametrize("number", [1, 2])
def test_where_many_searches_lack_a_number_a_colleagues_car_may_be_met_once(number: int) -> None:
    ordinary = [
        search(BEGIN - DAY + n * HOUR / 20, f"ZZQ{n:03d}", who, case="26-000412" if n % 2 else "")
        for n, who in enumerate(["ben", "carla", "gloria", "hector"] * 60)
    ]
    met = [search(BEGIN + (n + 1) * DAY, "BEQ100") for n in range(number)]
    findings = [item for item in watched([*ordinary, *met], [cad_case(plates=[])]) if item.subject == "ada"]
    assert [(item.detector, item.at) for item in findings] == [("colleague's plate", met[-1].at)] * (
        number - 1
    )
