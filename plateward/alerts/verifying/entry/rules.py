"""When to ask the entering unit whether its entry is active, and who answers. Pure."""

from datetime import datetime, timedelta

from plateward.alerts.facts import Facts
from plateward.alerts.rules import GATE, closed_refusal, is_confirmed
from plateward.hotlists.requests.rules import is_thorough
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

ANSWER_WITHIN = timedelta(minutes=10)  # per addressee, as NCIC gives an agency for an urgent hit confirmation


@enforces("6.e.iv.3", "5.h")
def may_ask(facts: Facts, *, waits: bool) -> Decision:
    """Whether the entering unit may be asked (again). `waits`: it has not answered yet."""
    if facts.closed:
        return closed_refusal(facts)
    if not facts.own:
        return Refusal(
            "5.h",
            "This entry is not of a list of this agency's own.",
            "Ask NCIC, then have the agency that entered its record confirm it.",
        )
    read = is_confirmed(facts)
    if isinstance(read, Refusal):
        return read
    if waits:
        return Refusal(
            GATE, "The entering unit was asked already.", "Wait for its answer, or have dispatch call it."
        )
    return Allow()


@enforces("6.e.iv.3", "6.f.i.1")
def may_answer(
    facts: Facts, *, waits: bool, own_stop: bool, addressee: bool, active: bool, reason: str
) -> Decision:
    """Whether this person may say whether the entry is active. `own_stop`: they look at the vehicle, and an
    entry that NCIC lacks needs two people. `addressee`: they are of the entering unit or dispatch, or it was
    escalated to them. A no needs a reason that lets a supervisor approve the removal."""
    if facts.closed:
        return closed_refusal(facts)
    if not waits:
        return Refusal(
            GATE, "The entering unit is not asked anything now.", "Its page says what was answered."
        )
    if own_stop:
        return Refusal(
            GATE,
            "Nobody confirms an entry for their own stop.",
            "Another of the entering unit answers, or dispatch.",
        )
    if not addressee:
        return Refusal(
            GATE,
            "You are not of the unit that entered this, nor of dispatch.",
            "Whoever was asked answers; the page names them.",
        )
    if not active and isinstance(short := is_thorough(reason, "why"), Refusal):
        return Refusal("6.f.i.1", short.reason, "Say in a sentence why nobody may act on it any more.")
    return Allow()


@enforces("6.e.iv.3")
def is_due(due_at: datetime | None, now: datetime) -> bool:
    """Whether it escalates to the next above; None: nobody is left above."""
    return due_at is not None and now >= due_at
