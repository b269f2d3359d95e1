"""Whether a read is open to a person because it is shared."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from plateward.field.reads.signals import read_access_requested
from plateward.field.reads.store import StoredRead
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.work.searches.sharing.models import ReadShare


@receiver(read_access_requested)
@enforces("6.e.ii/share", "6.c.ii/cases")
def _is_shared_with(person: Person, read: StoredRead, **_: Any) -> bool:
    """Whether somebody shares this read with this person now, or this person with somebody."""
    live = ReadShare.objects.live(clock.now()).of_read(read.read.id)
    return live.filter(Q(to=person) | Q(by=person)).exists()
