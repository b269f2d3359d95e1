"""Who sees a read: the unit whose reader took it then, and anyone whom the rooms above allow."""

from datetime import timedelta

from plateward.field.fleet.stays import was_with
from plateward.field.reads.signals import read_access_requested
from plateward.field.reads.store import StoredRead
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person

SHIFT = timedelta(hours=12)  # one's own unit's reads of so long


@enforces("6.c.ii/cases", "6.e.ii/own", "6.b.i.8/scope")
def may_see_read(person: Person, read: StoredRead, search: int | None = None) -> bool:
    """Whether this person may see the read and its images: a read of the shift from a reader that was with the
    person's own unit, or any read behind an alert or other record that the person may see. Older ones are searched for:
    `search` is the person's own that finds it."""
    captured = read.read.captured_at
    if captured > clock.now() - SHIFT and was_with(person.unit_id, read.reader, captured):
        return True
    answers = read_access_requested.send(sender=StoredRead, person=person, read=read, search=search)
    return any(visible for _, visible in answers)
