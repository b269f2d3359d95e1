"""Who is asked: the unit that entered the entry, and dispatch; then up the chain of command."""

from collections.abc import Collection, Sequence

from django.db.models import Q

from plateward.alerts.models import Alert
from plateward.alerts.verifying.models import EntryRequest
from plateward.hotlists.audience import audiences, cleared_for
from plateward.hotlists.models import Entry
from plateward.hotlists.requests.models import Request
from plateward.people.chain_of_command import routing
from plateward.people.chain_of_command.routing import ReviewMatter, able
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.policy.trace import enforces

ANSWER_PERMISSION = Permission.ALERT_VERIFY


def entered_by(entry: Entry) -> Person | None:
    """Who requested the entry; if it came with a file, its list's owner, if any."""
    request = Request.objects.filter(kind=Request.Kind.LIST, entry=entry).select_related("requester").last()
    return request.requester if request else entry.hotlist.owner


@enforces("6.e.iv.3", "6.c.ii")
def first_to_ask(alert: Alert, but: Collection[int]) -> list[Person]:
    """The entering unit and dispatch: those who see this list and can answer now, except people at the
    vehicle (`but`, keys)."""
    enterer = entered_by(alert.entry)
    candidates = Q(role=Role.COMMUNICATIONS)
    if enterer:
        candidates |= Q(pk=enterer.pk) | (Q(unit=enterer.unit_id) if enterer.unit_id else Q())
    asked_keys = set(Person.objects.filter(candidates).exclude(pk__in=but).values_list("pk", flat=True))
    lists, answerers = audiences(asked_keys), able(asked_keys, ANSWER_PERMISSION)
    return [answerers[pk] for pk in sorted(answerers) if alert.entry.hotlist_id in lists.get(pk, ())]


@enforces("6.e.iv.3")
def next_above(request: EntryRequest, but: Collection[int]) -> Sequence[Person]:
    """The next in the chain of command above the person who entered it, if not asked before."""
    enterer = entered_by(request.alert.entry)
    if enterer is None:
        return ()
    matter = ReviewMatter(enterer, cleared=cleared_for(request.alert.entry.hotlist))
    referred = request.referrals.values_list("to", flat=True)
    return routing.next_above(matter, ANSWER_PERMISSION, {*referred, *but})


@enforces("6.e.iv.3", "6.c.ii")
def is_addressee(person: Person, request: EntryRequest) -> bool:
    """Whether this person may answer: dispatch, the entering unit, or a referral to them."""
    enterer = entered_by(request.alert.entry)
    same_unit = enterer is not None and (
        person.pk == enterer.pk or (enterer.unit_id and person.unit_id == enterer.unit_id)
    )
    return bool(
        person.role == Role.COMMUNICATIONS or same_unit or request.referrals.filter(to=person).exists()
    )
