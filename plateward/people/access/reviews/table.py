"""The table of permissions is reviewed as access is: each year, and again once the software's table is another."""

import json
from hashlib import sha256

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.decisions.rules import is_as_seen, must_say
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.access.models import TableReview
from plateward.people.access.reviews.rules import REVIEW_PERIOD, YEARLY
from plateward.people.actor import PersonActor
from plateward.people.permissions import Permission
from plateward.people.waiting import Waiting


@enforces("AC-6/reviewed")
def table_digest() -> str:
    """A hash, in hex, of which permissions there are, what each allows, and which roles have it."""
    table = [[permission.value, permission.label, sorted(permission.roles)] for permission in Permission]
    return sha256(json.dumps(table).encode()).hexdigest()


@enforces("AC-6/reviewed")
def review_table(actor: PersonActor, seen: str, conclusion: str) -> TableReview:
    """This person reviewed the running table, which their page showed (`seen`: its digest). Raises Refused."""
    with act(actor, Event.ACCESS_REVIEW, "access:permissions", reason=conclusion) as entry:
        digest = table_digest()
        entry.note(change="table", sha256=digest)
        require(is_as_seen("AC-6", "table", seen, digest))
        how = "State in a sentence what you found: which roles have more than their duties need."
        require(must_say("AC-6", conclusion, "The conclusion is too short.", how, "conclusion"))
        return TableReview.objects.create(sha256=digest, by=actor.person, conclusion=conclusion.strip())


def last_review() -> TableReview | None:
    """The latest, if there is one."""
    return TableReview.objects.select_related("by").last()


@enforces("AC-6/reviewed")
def table_waiting(last: TableReview | None) -> Waiting:
    """Whether a review is due after the last one: of a table that nobody has reviewed, or within a month before the
    year is over."""
    if last is None or last.sha256 != table_digest():
        return Waiting(1)
    due = last.at + YEARLY
    return Waiting(1, due=due) if clock.now() >= due - REVIEW_PERIOD else Waiting()
