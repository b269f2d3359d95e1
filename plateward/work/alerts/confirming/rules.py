"""Which answers an alert accepts, and when one press closes it as no match. Pure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.permissions import Permission
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.rules import may_dispose
from plateward.work.alerts.facts import FAULT_OUTCOMES, AlertOutcome, Facts, FaultKind
from plateward.work.alerts.rules import Agreement, closed_refusal, is_confirmed

MAX_MISREADS = 3  # by one reader
WITHIN_HOURS = 24  # period of those misreads: the camera needs a look
UNDO_FOR = timedelta(seconds=15)
NEEDS = frozenset({Permission.ALERT_CONFIRM, Permission.ALERT_DISPOSE})
_refusal = partial(Refusal, "6.e.vii")


@enforces("6.e.iv.3/plate")
def may_record_fault(facts: Facts, kind: FaultKind, reading: Agreement | None) -> Decision:
    """Whether this fault may be recorded, once and while the alert is open. `reading`: what the operator
    read, beside the entry; plate and state faults need a reading that differs."""
    if facts.closed:
        return closed_refusal(facts)
    if reading is None:
        return is_confirmed(facts)
    if kind in facts.faults:
        return Refusal(
            "6.e.iv.3",
            f"“{kind.label}” is already recorded on this alert.",
            "Record it only once. Continue, or close the alert.",
        )
    if (kind == FaultKind.PLATE and reading.plate) or (kind == FaultKind.STATE and reading.state):
        return Refusal(
            "6.e.iv.3",
            f"The {kind} read from the image is the listed one.",
            "Choose another answer, or close the alert with the right outcome.",
        )
    return Allow()


@enforces("6.f.i.2/on")
def is_equipment_problem(misreads: int, notified: bool) -> bool:
    """Whether a day's misreads by a reader are an equipment problem; `notified`: already reported."""
    return misreads >= MAX_MISREADS and not notified


@enforces("6.b.i.8/matrix")
def may_press(permissions: Collection[Permission]) -> Decision:
    """Whether somebody with these permissions may mark at all: it records a fault, and closes the alert."""
    if set(permissions) >= NEEDS:
        return Allow()
    return Refusal(
        "6.b.i.8",
        "Your role does not close alerts.",
        "Have the alert closed by an officer or by Communications.",
    )


@enforces("6.e.vii/thorough", "6.e.iv.3/order")
def may_mark(facts: Facts, kind: FaultKind, reading: Agreement | None) -> Decision:
    """Whether one press may close it: it is read, nothing was done, and the record itself says how it ended."""
    recorded = kind in facts.faults and not facts.closed
    if not recorded and isinstance(barred := may_record_fault(facts, kind, reading), Refusal):
        return barred
    if facts.acts:
        return _refusal(
            "Action was taken on this alert.",
            "Close it in step 5 with the outcome, and list all action taken.",
        )
    account = account_of(facts, kind)
    if account is None:
        return _refusal(
            "The camera's read is missing, so the system cannot tell who erred.",
            "Close the alert in step 5 with the outcome that matches.",
        )
    return may_dispose(replace(facts, faults=facts.faults | {kind}), account)


def unmarked(facts: Facts) -> Facts:
    """As if nobody had marked it."""
    return replace(facts, closed=False, marked=None) if facts.marked else facts


def account_of(facts: Facts, kind: FaultKind) -> DispositionAccount | None:
    """The disposition that such a press makes; None if the record does not say what its outcome is."""
    outcome = _outcome(facts, kind)
    if outcome is None:
        return None
    text = (
        f"Not a match: {kind.label.lower()}. {outcome.label}. Recorded by one press after the plate was read from "
        "the image. No enforcement action was taken."
    )
    return DispositionAccount(outcome, text)


def _outcome(facts: Facts, kind: FaultKind) -> AlertOutcome | None:
    if kind is FaultKind.PLATE:
        if facts.misread is None:
            return None
        return AlertOutcome.MISREAD if facts.misread else AlertOutcome.OTHER_PLATE
    return FAULT_OUTCOMES[kind][0]


@enforces("6.e.vii/thorough")
def may_undo(*, pending: bool, own: bool, closes_at: datetime, now: datetime) -> Decision:
    """Only the person who marked it, and only until it closes."""
    if not pending or now >= closes_at:
        return _refusal(
            "This can no longer be undone.",
            f"A mark can be undone for {UNDO_FOR.seconds} seconds. Your supervisor can return the disposition.",
        )
    if not own:
        return _refusal(
            "Someone else marked this alert.", "They can undo it, or their supervisor returns it."
        )
    return Allow()
