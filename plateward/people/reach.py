"""Whom a person sees and leads: those below in the chain of command, or everybody, as the duty asks."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.policy.trace import enforces

# UNION, not UNION ALL: a loop, which rules forbid, would end too.
BELOW = """WITH RECURSIVE below(id) AS (
    SELECT id FROM people_person WHERE supervisor_id = %s
    UNION SELECT person.id FROM people_person person JOIN below ON person.supervisor_id = below.id
) SELECT id FROM below"""


def below(person: Person) -> QuerySet[Person]:
    """Those whom this person leads, directly or through others, by the access in force."""
    return Person.objects.filter(pk__in=RawSQL(BELOW, [person.pk])).exclude(pk=person.pk)  # noqa: S611


@enforces("6.b.i.8", "6.c.ii")
def within(person: Person) -> QuerySet[Person]:
    """Whose pages this person may open: supervisors those below them, the other roles with the duty everybody."""
    return below(person) if person.role == Role.SUPERVISOR else Person.objects.all()


@enforces("6.g.i")
def leads(person: Person, other: Person) -> bool:
    """Whether `other` is below this person in the chain of command; all are below the Chief."""
    if person.pk == other.pk:
        return False
    return person.role == Role.CHIEF or below(person).filter(pk=other.pk).exists()
