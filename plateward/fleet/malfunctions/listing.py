"""Which malfunctions a person sees."""

from django.db.models import Q

from plateward.fleet.malfunctions.models import Malfunction, Malfunctions
from plateward.fleet.reach import readers_for
from plateward.people.models import Person
from plateward.policy.trace import enforces


@enforces("6.b.i.8", "6.c.ii")
def malfunctions_for(person: Person) -> Malfunctions:
    """Malfunctions of readers that the person may see, and those that they reported."""
    every: Malfunctions = Malfunction.objects.all()
    every = every.select_related("reader__unit", "by").prefetch_related(
        "repairs__by", "repairs__under__person"
    )
    return every.filter(Q(reader__in=readers_for(person)) | Q(by=person))
