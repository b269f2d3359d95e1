"""What CAD's answer about a number means for a person's units."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from plateward.core.cases.standing import NumberStanding, judge_number, names_plate
from plateward.ground.links.cad import CadAnswer, CadOutcome
from plateward.ground.links.eido import CadIncident, CadUnit, IncidentStatus

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
NUMBER = "2026-00412"


def answer(*units: str, status: IncidentStatus = IncidentStatus.OPEN) -> CadAnswer:
    assigned = tuple(CadUnit(name, "Assigned") for name in units)
    incident = CadIncident("id", frozenset({NUMBER}), NUMBER, NOW, status, assigned, frozenset())
    return CadAnswer(CadOutcome.KNOWN, "CAD knows it.", NOW, incident)


@pytest.mark.clause("6.a.iii/known", "6.a.iii/outage")
@pytest.mark.parametrize(
    ("said", "units", "standing"),
    [
        (answer("Unit 12"), {"Unit 12"}, NumberStanding.OPEN),
        (answer("UNIT-14", "unit12"), {"Unit 12"}, NumberStanding.OPEN),
        (answer("4112"), {"Unit 12", "4112"}, NumberStanding.OPEN),
        (answer("Unit 1"), {"Unit 12"}, NumberStanding.FOREIGN),
        (answer("Unit 14"), set(), NumberStanding.FOREIGN),
        (answer("Unit 14"), None, NumberStanding.OPEN),
        (answer(), {"Unit 12"}, NumberStanding.UNASSIGNED),
        (answer("Unit 12", status=IncidentStatus.CLOSED), {"Unit 12"}, NumberStanding.CLOSED),
        (answer("Unit 12", status=IncidentStatus.CANCELLED), None, NumberStanding.CLOSED),
        (CadAnswer(CadOutcome.UNKNOWN, "No.", NOW), {"Unit 12"}, NumberStanding.UNKNOWN),
        (CadAnswer(CadOutcome.UNREACHABLE, "Away.", NOW), {"Unit 12"}, NumberStanding.UNREACHABLE),
    ],
)
def test_a_number_is_known_open_and_of_ones_own_units(
    said: CadAnswer, units: set[str] | None, standing: NumberStanding
) -> None:
    assert judge_number(NUMBER, said, units).standing is standing


@pytest.mark.clause("6.a.iii/worth")
@pytest.mark.parametrize(
    ("cads", "plate", "is_named"),
    [
        ({"ABQ123"}, "ABQ123", True),
        ({"XYQ900", "ABQ128"}, "ABQ123", True),  # a witness misread one character
        ({"Q123"}, "ABQ123", True),  # saw only a part
        ({"ABQ123"}, "BQ12", True),  # a partial plate was searched
        ({"ABQ129"}, "ABQ183", False),
        ({"23"}, "ABQ123", False),
        ({"XYQ900"}, "ABQ123", False),
        (set(), "ABQ123", False),
    ],
)
def test_a_plate_is_named_as_a_witness_may_have_seen_it(cads: set[str], plate: str, is_named: bool) -> None:
    assert names_plate(cads, plate) is is_named


def test_an_answer_has_the_plates_of_cads_vehicles_as_they_are_compared() -> None:
    known = answer("Unit 12").incident
    assert known
    incident = replace(known, plates=frozenset({"abo 123", "?"}))
    said = CadAnswer(CadOutcome.KNOWN, "CAD knows it.", NOW, incident)
    assert judge_number(NUMBER, said, None).plates == {"AB0123"}
    assert judge_number(NUMBER, CadAnswer(CadOutcome.UNREACHABLE, "Away.", NOW), None).plates == set()
