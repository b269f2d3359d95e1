"""When to ask the entering unit whether its entry is active, and who answers. Pure."""

from datetime import datetime, timedelta

from plateward.field.hotlists.requests.rules import is_thorough
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import Facts
from plateward.work.alerts.rules import GATE, closed_refusal, is_confirmed

ANSWER_WITHIN = timedelta(minutes=10)  # per addressee, as NCIC gives an agency for an urgent hit confirmation


@enforces("6.e.iv.3/ncic")
def may_ask(facts: Facts, *, waits: bool) -> Decision:
    """Whether the entering unit may be asked (again). `waits`: it has not answered yet."""
    if facts.closed:
        return closed_refusal(facts)
    if not facts.own:
        return Refusal(
            "5.h",
            "This entry is not from this agency's own list.",
            "Query NCIC, then have the entering agency confirm its record.",
        )
    read = is_confirmed(facts)
    if isinstance(read, Refusal):
        return read
    if waits:
        return Refusal(
            GATE, "The entering unit was already asked.", "Wait for its answer, or have dispatch call."
        )
    return Allow()


@enforces("6.e.iv.3/ncic")
def may_answer(
    facts: Facts, *, waits: bool, own_stop: bool, addressee: bool, active: bool, reason: str
) -> Decision:
    """Whether this person may say whether the entry is active. `own_stop`: they look at the vehicle, and an
    entry that NCIC lacks needs two people. `addressee`: they are of the entering unit or dispatch, or it was
    escalated to them. A no needs a reason that lets a supervisor approve the removal."""
    if facts.closed:
        return closed_refusal(facts)
    if not waits:
        return Refusal(GATE, "The entering unit has no open question.", "See the answer on its page.")
    if own_stop:
        return Refusal(
            GATE,
            "You cannot confirm an entry for your own stop.",
            "Another member of the entering unit, or dispatch, answers.",
        )
    if not addressee:
        return Refusal(
            GATE, "You are not in the entering unit or dispatch.", "The people named on the page answer."
        )
    if not active and isinstance(short := is_thorough(reason, "why"), Refusal):
        return Refusal("6.f.i.1", short.reason, "State in a sentence why the entry is no longer active.")
    return Allow()


@enforces("6.e.iv.3/ncic")
def is_due(due_at: datetime | None, now: datetime) -> bool:
    """Whether it escalates to the next above; None: nobody is left above."""
    return due_at is not None and now >= due_at
