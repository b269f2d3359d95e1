"""When an alert's DEMS export is due, and who ends that."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.evidence.dems.rules import (
    DUE_WITHIN,
    DutyStatus,
    DutyStepKind,
    is_plausible_export,
    may_export,
    may_record_export,
    may_return,
    may_review_export,
    step_after_disposition,
)

pytestmark = pytest.mark.clause("6.a.iv/dems", "6.a.iv/overdue", "6.e.iv.4/evidence", "6.e.iv.4/overdue")
NOW = datetime(2026, 11, 3, 14, 30, 20, tzinfo=UTC)
ADA, CARLA, NORA = 1, 2, 3
DUE = DutyStatus(kind=None, last=0, owner=ADA, recorder=None, due_at=NOW + DUE_WITHIN)
EXPORTED = replace(DUE, kind=DutyStepKind.EXPORTED, last=7, recorder=ADA)
CONFIRMED, DROPPED = replace(EXPORTED, kind=DutyStepKind.CONFIRMED), replace(DUE, kind=DutyStepKind.DROPPED)


def says(decision: object) -> str:
    return str(decision.reason) if isinstance(decision, Refusal) else ""


@pytest.mark.parametrize(
    ("enforced", "standing", "kind"),
    [
        (True, DUE, None),
        (False, DUE, DutyStepKind.DROPPED),
        (False, EXPORTED, DutyStepKind.DROPPED),
        (True, DROPPED, DutyStepKind.RESUMED),
        (False, DROPPED, None),
        (False, CONFIRMED, None),
        (True, CONFIRMED, None),
        (False, replace(DUE, kind=DutyStepKind.RESUMED), DutyStepKind.DROPPED),
        (True, None, None),
    ],
)
def test_a_new_version_of_the_disposition_ends_or_resumes_it(
    enforced: bool, standing: DutyStatus | None, kind: DutyStepKind | None
) -> None:
    assert step_after_disposition(enforced=enforced, status=standing) is kind


def test_it_is_overdue_after_twelve_hours_until_somebody_else_has_seen_it_in_dems() -> None:
    late = NOW + timedelta(hours=12)
    assert not DUE.overdue(late - timedelta(seconds=1))
    assert DUE.overdue(late)
    assert EXPORTED.overdue(late), "the owner's word alone does not end it"
    assert not CONFIRMED.overdue(late)
    assert not DROPPED.overdue(late)


def test_the_owner_records_it_or_a_supervisor_where_another_can_confirm() -> None:
    assert may_record_export(DUE, ADA, looks=False, has_reviewer=False) == Allow()
    assert may_record_export(EXPORTED, ADA, looks=False, has_reviewer=False) == Allow(), (
        "mended before it was looked at"
    )
    assert may_record_export(DUE, CARLA, looks=True, has_reviewer=True) == Allow()
    assert "you could confirm" in says(may_record_export(DUE, CARLA, looks=True, has_reviewer=False))
    assert "not assigned to you" in says(may_record_export(DUE, CARLA, looks=False, has_reviewer=True))
    assert "no longer" in says(may_record_export(CONFIRMED, ADA, looks=False, has_reviewer=True))
    assert "no longer" in says(may_record_export(DROPPED, ADA, looks=False, has_reviewer=True))


def test_the_owner_or_a_supervisor_has_the_hub_export_it_and_again_only_if_it_is_stuck() -> None:
    started = replace(DUE, kind=DutyStepKind.STARTED, last=7)
    missing = replace(DUE, kind=DutyStepKind.MISSING)
    for status in (DUE, EXPORTED, missing, replace(started, troubled=True)):
        assert may_export(status, ADA, looks=False, connected=True) == Allow()
        assert may_export(status, CARLA, looks=True, connected=True) == Allow()
        assert "not assigned to you" in says(may_export(status, CARLA, looks=False, connected=True))
        assert "not connected" in says(may_export(status, ADA, looks=False, connected=False))
    assert "under way" in says(may_export(started, ADA, looks=False, connected=True))
    accepted = replace(DUE, kind=DutyStepKind.ACCEPTED)
    for ended in (CONFIRMED, DROPPED, accepted):
        assert "no longer due" in says(may_export(ended, ADA, looks=False, connected=True))
    assert step_after_disposition(enforced=False, status=accepted) is None
    assert not accepted.overdue(NOW + timedelta(days=9))
    by_hand = may_record_export(DUE, ADA, looks=False, has_reviewer=True, connected=True)
    assert "exports to DEMS automatically" in says(by_hand)


def test_nobody_confirms_their_own() -> None:
    by_carla = replace(EXPORTED, recorder=CARLA)
    assert may_review_export(EXPORTED, CARLA, looks=True, seen=7) == Allow()
    assert may_review_export(by_carla, NORA, looks=True, seen=7) == Allow()
    for standing, person in ((EXPORTED, ADA), (by_carla, ADA), (by_carla, CARLA)):
        assert "your own" in says(may_review_export(standing, person, looks=True, seen=7))
    assert "not the reviewer" in says(may_review_export(EXPORTED, CARLA, looks=False, seen=7))
    assert "changed after you opened" in says(may_review_export(EXPORTED, CARLA, looks=True, seen=6))
    for standing in (DUE, CONFIRMED, DROPPED):
        assert "No export is waiting" in says(may_review_export(standing, CARLA, looks=True, seen=7))


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, ""),
        ({"number": "CAD 1", "known_numbers": {"CAD 1"}}, ""),
        ({"number": ""}, "needs a case number"),
        ({"number": "", "known_numbers": {""}}, "needs a case number"),
        ({"number": "0000000"}, "is a filler"),
        ({"number": "CASE"}, "is not one"),
        ({"item": "none"}, "not an item number"),
        ({"item": "12\n34"}, "not an item number"),
        ({"item": "1" * 61}, "not an item number"),
        ({"exported_at": NOW + timedelta(minutes=5)}, ""),
        ({"exported_at": NOW + timedelta(minutes=6)}, "in the future"),
        ({"came_at": NOW, "exported_at": NOW.replace(second=0)}, ""),
        ({"came_at": NOW, "exported_at": NOW - timedelta(minutes=2)}, "older than the alert"),
    ],
)
def test_what_an_export_is(changed: dict[str, object], refused: str) -> None:
    given: dict[str, object] = {
        "number": "2026-00587",
        "item": "DEMS-2026/11873",
        "exported_at": NOW,
        "known_numbers": set(),
        "came_at": NOW - timedelta(hours=1),
        "now": NOW,
    } | changed
    number, item, exported_at = (given.pop(key) for key in ("number", "item", "exported_at"))
    assert refused in says(is_plausible_export(number, item, exported_at, **given))  # type: ignore[arg-type]
    assert bool(says(is_plausible_export(number, item, exported_at, **given))) is bool(refused)  # type: ignore[arg-type]


def test_it_is_returned_with_what_is_wrong() -> None:
    assert may_return("There is no such item under that number.") == Allow()
    assert "not stated" in says(may_return("No. ...................."))
