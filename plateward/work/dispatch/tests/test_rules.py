"""Which call an alert belongs to, when it closes, and what is new in CAD's message."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plateward.ground.links.eido import CadIncident, CadUnit, IncidentStatus
from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.alerts.facts import Stage
from plateward.work.dispatch.rules import (
    JOINS_WITHIN,
    LastKnown,
    PlateSighting,
    call_to_join,
    may_close,
    may_tell,
    news,
    through_dispatch,
)

pytestmark = pytest.mark.clause("6.e.vii/type", "6.e.vii/closing")
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
ONE = PlateSighting("ABC123", "NM", NOW, (35.08, -106.65))
HEARD = CadIncident(
    "urn:x",
    frozenset(),
    "2026-10001",
    NOW,
    IncidentStatus.OPEN,
    (CadUnit("Unit 14", "Assigned"),),
    frozenset(),
)
KNOWN = LastKnown("open", (("Unit 14", "Assigned"),), NOW)


@pytest.mark.parametrize(
    ("rings", "covert", "has_unit", "listed", "goes"),
    [
        (True, False, False, False, True),
        (False, False, False, False, False),
        (True, True, False, False, False),
        (True, False, True, False, False),
        (True, False, True, True, True),
        (True, False, False, True, True),
        (False, False, True, True, False),
        (True, True, True, True, False),
    ],
)
def test_an_alert_that_rings_at_a_reader_without_a_unit_or_of_such_a_list_goes_through_dispatch(
    rings: bool, covert: bool, has_unit: bool, listed: bool, goes: bool
) -> None:
    assert through_dispatch(rings=rings, covert=covert, has_unit=has_unit, listed=listed) is goes


@pytest.mark.parametrize(
    ("changed", "joined"),
    [
        ({}, True),
        ({"plate": "ABC124"}, False),
        ({"state": "TX"}, False),
        ({"at": NOW - JOINS_WITHIN}, True),
        ({"at": NOW - JOINS_WITHIN - timedelta(seconds=1)}, False),
        ({"at": NOW + timedelta(minutes=5)}, True),  # a late read: the other one is newer
        ({"place": (35.4, -106.6)}, True),  # 36 km
        ({"place": (36.4, -106.6)}, False),
        ({"place": None}, True),
    ],
)
def test_an_alert_is_of_the_call_of_the_same_plate_nearby(changed: dict[str, Any], joined: bool) -> None:
    call = [replace(ONE, plate="XYZ987"), replace(ONE, **changed)]
    assert call_to_join(ONE, [call]) == (0 if joined else None)
    assert call_to_join(ONE, [[], call]) == (1 if joined else None)


HERE, FAR, UNKNOWN = ONE, replace(ONE, place=(36.4, -106.6)), replace(ONE, place=None)


@pytest.mark.parametrize(
    ("alert", "calls", "joined"),
    [
        (HERE, [[UNKNOWN], [HERE]], 1),
        (HERE, [[UNKNOWN]], 0),
        (HERE, [[FAR, UNKNOWN]], None),
        (HERE, [[FAR], [UNKNOWN]], None),
        (UNKNOWN, [[FAR]], 0),
        (UNKNOWN, [[HERE], [FAR]], None),
        (UNKNOWN, [[HERE], [FAR], [UNKNOWN]], 2),
    ],
)
def test_an_unknown_place_is_near_only_where_no_other_call_of_the_plate_says_otherwise(
    alert: PlateSighting, calls: list[list[PlateSighting]], joined: int | None
) -> None:
    assert call_to_join(alert, calls) == joined


@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        ({}, None),
        ({"closed": True}, "6.e.vii"),
        ({"covert": True}, "6.c.ii"),
        ({"linked": True}, "6.e.vii"),
    ],
)
def test_an_open_alert_that_is_no_secret_reaches_dispatch_once(
    facts: dict[str, bool], clause: str | None
) -> None:
    decision = may_tell(**{"closed": False, "covert": False, "linked": False, **facts})
    assert (
        decision == Allow() if clause is None else isinstance(decision, Refusal) and decision.clause == clause
    )


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.CLOSED])
def test_a_call_does_not_close_while_one_of_its_alerts_is_without_a_disposition(stage: Stage) -> None:
    decision = may_close([Stage.CLOSED, stage])
    assert isinstance(decision, Refusal)
    assert "1 alert has no disposition" in decision.reason
    assert may_close([Stage.CLOSED, Stage.CLOSED]) == Allow()
    assert isinstance(may_close([]), Refusal)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"at": NOW - timedelta(seconds=1), "status": IncidentStatus.CLOSED}, None),
        ({"units": ()}, ["CAD cleared Unit 14."]),
        (
            {"units": (CadUnit("Unit 14", "On Scene"), CadUnit("Unit 9", ""))},
            ["CAD assigned Unit 9.", "Unit 14 is on scene."],
        ),
        ({"status": IncidentStatus.CLOSED}, ["CAD closed it."]),
        ({"status": IncidentStatus.CANCELLED, "at": NOW + timedelta(hours=1)}, ["CAD canceled it."]),
    ],
)
def test_what_cad_did_is_told_and_what_is_older_than_what_is_known_is_not(
    changed: dict[str, Any], expected: list[str] | None
) -> None:
    assert news(KNOWN, replace(HEARD, **changed)) == expected


def test_what_cad_opened_again_is_news() -> None:
    assert news(replace(KNOWN, status="closed"), HEARD) == ["CAD reopened it."]
