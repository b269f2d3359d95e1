"""What counts as a report, and who may repair."""

import pytest

from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.malfunctions.rules import (
    KIND_OF_STEP,
    REPAIRED_WITHIN,
    MalfunctionKind,
    Severity,
    kind_names,
    may_authorize,
    may_end_authorization,
    may_modify,
    may_repair,
    may_report,
    severity_of,
)
from plateward.ground.policy.decision import Allow, Refusal

DONE = "Changed the cable of the camera."


def says(decision: Allow | Refusal) -> str:
    """The refusal's reason; nothing if it is allowed."""
    if isinstance(decision, Allow):
        return ""
    assert decision.clause == "6.e.iv.2"
    return decision.reason


@pytest.mark.clause("6.e.iv.2/repairs")
@pytest.mark.parametrize(
    ("technician", "authorized", "open", "done", "expected"),
    [
        (True, True, True, DONE, ""),
        (False, False, True, DONE, "not a technician"),
        (False, True, True, DONE, "not a technician"),
        (True, False, True, DONE, "has not authorized"),
        (True, True, False, DONE, "already repaired"),
        (True, True, True, "ok", "was done"),
        (True, True, True, "........", "was done"),
    ],
)
def test_only_whom_the_administrator_authorized_repairs(
    technician: bool, authorized: bool, open: bool, done: str, expected: str
) -> None:
    message = says(
        may_repair(
            technician=technician,
            authorized=authorized,
            open=open,
            done=done,
            outcome="repaired",
            replacement="",
        )
    )
    assert expected in message
    assert bool(expected) == bool(message)
    if open:
        modified = says(may_modify(technician=technician, authorized=authorized, revoked=False, done=done))
        assert modified == message.replace("repair.", "modification.")


@pytest.mark.clause("6.f.i.2/repaired")
@pytest.mark.parametrize(
    ("outcome", "replacement", "expected"),
    [
        ("repaired", "", ""),
        ("not_yet", "", ""),
        ("replaced", "K4 10022", ""),
        ("replaced", "", "not named"),
        ("replaced", " -- ", "not named"),
        ("repaired", "K4 10022", "A replacing unit is named"),
        ("", "", "What came of it"),
        ("lost", "", "What came of it"),
    ],
)
def test_equipment_is_repaired_or_replaced_by_a_unit_that_is_named(
    outcome: str, replacement: str, expected: str
) -> None:
    decision = may_repair(
        technician=True, authorized=True, open=True, done=DONE, outcome=outcome, replacement=replacement
    )
    message = decision.reason if isinstance(decision, Refusal) else ""
    assert expected in message
    assert bool(expected) == bool(message)


@pytest.mark.clause("6.e.iv.2/repairs")
def test_what_is_revoked_is_not_modified() -> None:
    message = says(may_modify(technician=True, authorized=True, revoked=True, done=DONE))
    assert "revoked" in message


@pytest.mark.clause("6.f.i.2/repaired")
def test_a_failed_check_is_as_severe_as_what_it_leaves() -> None:
    assert severity_of(["time", "picture"]) == Severity.OUT
    assert severity_of(["time", "position"]) == Severity.LIMITED
    assert REPAIRED_WITHIN[Severity.OUT] < REPAIRED_WITHIN[Severity.LIMITED] < REPAIRED_WITHIN[Severity.MINOR]
    assert "severe" in says(may_report(["time"], "awful", "It is dark.", revoked=False))


@pytest.mark.clause("6.e.iv.2/report")
@pytest.mark.parametrize(
    ("kinds", "words", "revoked", "reported", "expected"),
    [
        (["picture"], "It is dark.", False, False, ""),
        ([], "It is dark.", False, False, "is broken"),
        (["flux"], "It is dark.", False, False, "is broken"),
        (["picture"], "dark", False, False, "you saw"),
        (["picture"], "It is dark.", True, False, "revoked"),
        (["picture"], "It is dark.", False, True, "already reported"),
    ],
)
def test_a_report_says_what_is_broken_and_what_was_seen(
    kinds: list[str], words: str, revoked: bool, reported: bool, expected: str
) -> None:
    message = says(may_report(kinds, "out", words, revoked=revoked, reported=reported))
    assert expected in message
    assert bool(expected) == bool(message)


@pytest.mark.clause("6.e.iv.2/repairs")
@pytest.mark.parametrize(
    ("technician", "vendor", "live", "why", "expected"),
    [
        (True, "", False, "Trained by the maker.", ""),
        (None, "Ridgeline Optics", False, "Contract 26-114.", ""),
        (None, " ", False, "Contract 26-114.", "Name either a technician"),
        (True, "Ridgeline Optics", False, "Contract 26-114.", "Name either a technician"),
        (False, "", False, "Trained by the maker.", "IT Support role"),
        (True, "", True, "Trained by the maker.", "already authorized"),
        (True, "", False, "yes", "basis is not stated"),
    ],
)
def test_a_technician_or_a_vendor_is_authorized_on_a_ground(
    technician: bool | None, vendor: str, live: bool, why: str, expected: str
) -> None:
    message = says(may_authorize(technician=technician, vendor=vendor, live=live, ground=why))
    assert expected in message
    assert bool(expected) == bool(message)


@pytest.mark.clause("6.e.iv.2/repairs")
def test_an_authorization_ends_once_and_for_a_reason() -> None:
    assert says(may_end_authorization(ended=False, reason="Left the agency.")) == ""
    assert "already ended" in says(may_end_authorization(ended=True, reason="Left the agency."))
    assert "reason it ends" in says(may_end_authorization(ended=False, reason="x"))


def test_every_step_of_a_check_is_a_malfunction_in_words() -> None:
    assert set(KIND_OF_STEP) == set(CheckStep)
    assert all(kind.label for kind in MalfunctionKind)
    assert kind_names({"time", "picture"}) == "picture, time"
    assert len(kind_names(set(MalfunctionKind))) <= 120  # the reader's and the alert's fields hold as much
