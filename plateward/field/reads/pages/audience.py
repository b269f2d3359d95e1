"""Who sees a read: the unit whose reader took it, and anyone whom the rooms above allow."""

from datetime import timedelta

from plateward.field.fleet.models import Reader
from plateward.field.reads.signals import read_access_requested
from plateward.field.reads.store import StoredRead
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person

SHIFT = timedelta(hours=12)  # one's own unit's reads of so long


@enforces("6.c.ii/cases", "6.e.ii/own", "6.b.i.8/scope")
def may_see_read(person: Person, read: StoredRead, search: int | None = None) -> bool:
    """Whether this person may see the read and its images: a read of the shift from the person's own unit's
    reader, or any read behind an alert or other record that the person may see. Older ones are searched for: `search`
    is the person's own that finds it."""
    of_shift = read.read.captured_at > clock.now() - SHIFT
    if (
        of_shift
        and person.unit_id is not None
        and Reader.objects.filter(name=read.reader, unit=person.unit_id).exists()
    ):
        return True
    answers = read_access_requested.send(sender=StoredRead, person=person, read=read, search=search)
    return any(visible for _, visible in answers)
