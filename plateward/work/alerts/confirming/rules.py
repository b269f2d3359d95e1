"""Which answers an alert accepts. Pure."""

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import Facts, FaultKind
from plateward.work.alerts.rules import Agreement, closed_refusal, is_confirmed

MAX_MISREADS = 3  # by one reader
WITHIN_HOURS = 24  # period of those misreads: the camera needs a look


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
