"""Which readers a person may see, and who is notified when something is wrong with one."""

from itertools import takewhile

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from plateward.core.audit.events import Event
from plateward.core.audit.log import record_refusal
from plateward.field.fleet.models import Reader
from plateward.ground.policy.decision import Refusal, Refused
from plateward.ground.policy.trace import enforces
from plateward.people.chain_of_command.routing import candidates
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.superiors import chain_above, people_below

SEES_ALL_READERS = frozenset({Role.ADMINISTRATOR, Role.CHIEF, Role.IT_SUPPORT})


@enforces("6.b.i.8/scope")
def readers_for(person: Person) -> QuerySet[Reader]:
    """The readers of the person's unit; for a supervisor also those of the units of people below them; all
    readers for the Chief and the roles that keep readers."""
    readers = Reader.objects.select_related("unit")
    if person.role in SEES_ALL_READERS:
        return readers
    visible = Q(unit__isnull=False, unit=person.unit_id)
    if person.role == Role.SUPERVISOR:
        visible |= Q(unit__in=people_below(person).exclude(unit=None).values("unit"))
    return readers.filter(visible)


@enforces("6.e.iv.1/missing", "6.e.iv.2/report")
def supervisors_to_notify(person: Person, reader: Reader) -> list[Person]:
    """Who is notified of something wrong with a reader: the finder's supervisor and, if absent, the next
    above, until one is available; if the finder has none, those who lead the people of its unit."""
    chain = chain_above(person)
    by_pk = candidates(chain, Permission.MALFUNCTION_VIEW)
    unable = list(takewhile(lambda pk: by_pk[pk].cannot, chain))
    if chain or reader.unit_id is None:
        return [by_pk[pk].person for pk in chain[: len(unable) + 1]]
    leads = Person.objects.filter(supervises__unit=reader.unit_id).exclude(pk=person.pk)
    return list(leads.distinct().order_by("pk"))


@enforces("6.e.iv.2/report")
def crew_and_leads(reader: Reader) -> list[Person]:
    """Who drives with the reader, and those who lead them; nobody if no unit carries it."""
    if reader.unit_id is None:
        return []
    crew = Person.objects.filter(unit=reader.unit_id).order_by("pk")
    leads = Person.objects.filter(supervises__unit=reader.unit_id).distinct().order_by("pk")
    return [*(person for person in crew if Permission.CHECK_RECORD in person.permissions), *leads]


@enforces("6.b.i.8/scope", "6.b.i.9/denied")
def visible_reader(request: HttpRequest, pk: int) -> Reader:
    """The page's reader, if this person may see it; otherwise raises Refused, with an audit entry."""
    reader = get_object_or_404(Reader.objects.select_related("unit"), pk=pk)
    if readers_for(person_of(request)).filter(pk=pk).exists():
        return reader
    refusal = Refusal(
        "6.b.i.8",
        "This reader belongs to another unit.",
        "You see readers of your unit and of people you supervise. You can report a malfunction of any reader "
        "from one of its alerts.",
    )
    record_refusal(actor_of(request), Event.READER_VIEW, f"reader:{reader.name}", refusal)
    raise Refused(refusal)
