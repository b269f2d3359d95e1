"""Who sees a read: the unit whose reader took it, and who sees what stands upon it, as the rooms above say."""

from plateward.fleet.models import Reader
from plateward.people.models import Person
from plateward.policy.trace import enforces
from plateward.reads.signals import read_asked
from plateward.reads.store import StoredRead


@enforces("6.c.ii", "6.e.ii", "6.b.i.8")
def may_see_read(person: Person, read: StoredRead) -> bool:
    """Whether this person may see the read and its images. One's own reads are those of one's unit's reader; of all
    others nobody sees any but through an alert, or whatever else they may see that it stands under."""
    if person.unit_id is not None and Reader.objects.filter(name=read.reader, unit=person.unit_id).exists():
        return True
    return any(visible for _, visible in read_asked.send(sender=StoredRead, person=person, read=read))
