"""Whose pages a person may open: those of people below, or of everybody, depending on the duty."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from plateward.core.audit.events import Event
from plateward.core.audit.log import record_refusal
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.superiors import not_below, people_below


@enforces("6.b.i.8/scope", "6.c.ii/people")
def visible_people(person: Person) -> QuerySet[Person]:
    """Whose pages this person may open: supervisors those below them, other roles with the duty everybody."""
    return people_below(person) if person.role == Role.SUPERVISOR else Person.objects.all()


@enforces("6.b.i.8/scope", "6.b.i.9/denied", "6.c.ii/people")
def visible_person(request: HttpRequest, pk: int) -> Person:
    """The person of a page, if the viewer may open it. Raises Refused, on the record, if not."""
    person = get_object_or_404(Person.objects.select_related("unit__district", "supervisor"), pk=pk)
    if visible_people(person_of(request)).filter(pk=pk).exists():
        return person
    refusal = not_below(
        person,
        "6.b.i.8",
        "You see only the people you supervise. If that should include this person, ask the ALPR administrator.",
    )
    record_refusal(actor_of(request), Event.PERSON_VIEW, f"person:{person.username}", refusal)
    raise Refused(refusal)
