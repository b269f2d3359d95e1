"""When a review is due, who may decide on what, and what about an access looks wrong. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.access.rules import AccessStanding
from plateward.people.actor_names import person_key
from plateward.people.models import Person
from plateward.people.permissions import Role

YEARLY = timedelta(days=365)
REVIEW_PERIOD = timedelta(days=30)  # how long a review may take, so that the next is done within the year
REMINDED_EVERY = REVIEW_PERIOD / 4  # from the day on which it is overdue
ORI = re.compile(r"[A-Z]{2}[A-Z0-9]{7}")


@enforces("AC-2/reviewed", "AC-6/reviewed")
def is_review_due(last: datetime | None, now: datetime) -> bool:
    """Whether a review opens: `last` is when the last one did, or when the first access began."""
    return last is not None and now - last >= YEARLY - REVIEW_PERIOD


@enforces("AC-6/reviewed")
def may_decide_item(actor: str, person: Person, note: str, settled: bool, closed: bool) -> Decision:
    """Whether a reviewer (`kind:id`) may decide on an item: once, with a note, and never their own."""
    if closed:
        return Refusal("AC-2", "This review is closed.", "Submit a new request for any change.")
    if settled:
        return Refusal(
            "AC-2", f"{person.full_name}'s access is already decided or ended.", "No action is needed."
        )
    if actor == person_key(person):
        return Refusal(
            "AC-6", "You cannot review your own access.", "The Chief or another administrator must do it."
        )
    if not note.strip():
        return Refusal("AC-2", "The decision has no note.", "State what was reviewed.")
    return Allow()


@enforces("AC-2/reviewed", "AC-6/reviewed")
def may_close_review(left: int, conclusion: str, closed: bool) -> Decision:
    """Whether a review may be closed: with every item decided, and a conclusion."""
    if closed:
        return Refusal("AC-2", "This review was already closed.", "No action is needed.")
    if left:
        return Refusal("AC-2", f"Items without a decision: {left}.", "Decide each one first.")
    if not conclusion.strip():
        return Refusal("AC-2", "The review has no conclusion.", "State what it found.", field="conclusion")
    return Allow()


@enforces("AC-2/reviewed", "AC-2/attributes")
def review_findings(
    person: Person, role: Role, person_standing: AccessStanding, own_ori: str
) -> Iterable[str]:
    """What a reviewer should examine: the attributes that AC-2 names, and whatever is missing."""
    ori = person.agency or own_ori
    if not ORI.fullmatch(ori):
        yield f"“{ori}” is not an ORI"
    if role is Role.OUTSIDE and ori == own_ori:
        yield "An outside agency's role with our ORI"
    for lack in person_standing.missing:
        yield lack.text


def has_live_ncic(person_standing: AccessStanding, now: datetime) -> bool | None:
    """Whether the NCIC certification is live; None if the role needs none."""
    needed = [course for course in person_standing.facts.courses if course.code in ("ncic", "advanced-ncic")]
    return all(course.counts(now) for course in needed) if needed else None
