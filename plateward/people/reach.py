"""Whom a person sees and leads: those below in the chain of command, or everybody, as the duty asks."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.policy.decision import Refusal, Refused
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


@enforces("6.b.i.8", "6.b.i.9", "6.c.ii")
def theirs(request: HttpRequest, pk: int) -> Person:
    """The person of a page, if whoever asks may open it. Raises Refused, on the record, where not."""
    found = get_object_or_404(Person.objects.select_related("unit__district", "supervisor"), pk=pk)
    if within(person_of(request)).filter(pk=pk).exists():
        return found
    refusal = Refusal(
        "6.b.i.8",
        f"{found.full_name} is not below you in the chain of command.",
        "You see the people whom you lead. Ask the ALPR administrator if that should include this person.",
    )
    record(
        who_is(request),
        Event.PERSON_VIEW,
        f"person:{found.username}",
        outcome="refused",
        clause=refusal.clause,
        reason=refusal.reason,
    )
    raise Refused(refusal)
