"""Who sees a read: the unit whose reader took it, and anyone whom the rooms above allow."""

from plateward.fleet.models import Reader
from plateward.people.models import Person
from plateward.policy.trace import enforces
from plateward.reads.signals import read_asked
from plateward.reads.store import StoredRead


@enforces("6.c.ii", "6.e.ii", "6.b.i.8")
def may_see_read(person: Person, read: StoredRead) -> bool:
    """Whether this person may see the read and its images: a read from the person's own unit's reader, or any read
    behind an alert or other record that the person may see."""
    if person.unit_id is not None and Reader.objects.filter(name=read.reader, unit=person.unit_id).exists():
        return True
    return any(visible for _, visible in read_asked.send(sender=StoredRead, person=person, read=read))
