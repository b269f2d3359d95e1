"""What may be answered to an alert. Pure."""

from plateward.alerts.facts import FAULT_TEXT, Facts, FaultKind
from plateward.alerts.rules import Agreement, closed_refusal, is_confirmed
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

MAX_MISREADS = 3  # of one reader
WITHIN_HOURS = 24  # of each other: its camera needs a look


@enforces("6.e.iv.3")
def may_record_fault(facts: Facts, kind: FaultKind, reading: Agreement | None) -> Decision:
    """Whether this may be said to be wrong, once and while the alert is open. `reading`: what the operator read,
    beside the entry; plate and state are wrong only where the operator read them so."""
    if facts.closed:
        return closed_refusal(facts)
    if reading is None:
        return is_confirmed(facts)
    if kind in facts.faults:
        return Refusal(
            "6.e.iv.3",
            f"“{FAULT_TEXT[kind]}” is recorded on this alert already.",
            "It counts once. Go on, or close the alert.",
        )
    if (kind == FaultKind.PLATE and reading.plate) or (kind == FaultKind.STATE and reading.state):
        return Refusal(
            "6.e.iv.3",
            f"The {kind} that was read from the image is the listed one.",
            "Give another answer, or close the alert with what fits.",
        )
    return Allow()


@enforces("6.f.i.2")
def is_equipment_problem(misreads: int, notified: bool) -> bool:
    """Whether a reader's misreads within a day are an equipment problem; `told`: somebody was told within that day."""
    return misreads >= MAX_MISREADS and not notified
