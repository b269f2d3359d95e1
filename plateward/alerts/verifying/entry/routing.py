"""Whom the question goes to: the unit of whoever entered the entry and dispatch, then up the chain of command."""

from collections.abc import Collection

from django.db.models import Q

from plateward.alerts.models import Alert
from plateward.alerts.verifying.models import EntryReferral, EntryRequest
from plateward.hotlists.audience import audiences, cleared_for
from plateward.hotlists.models import Entry
from plateward.hotlists.requests.models import Request
from plateward.people.command.routing import ReviewMatter, able, review_route_of
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.policy.trace import enforces

ANSWERS = Permission.ALERT_VERIFY


def entered_by(entry: Entry) -> Person | None:
    """Who asked for the entry; of one that came with a file, who answers for its list, if anybody does."""
    asked = Request.objects.filter(kind=Request.Kind.LIST, entry=entry).select_related("asker").last()
    return asked.asker if asked else entry.hotlist.owner


@enforces("6.e.iv.3", "6.c.ii")
def first_asked(alert: Alert, but: Collection[int]) -> list[Person]:
    """The entering unit and dispatch: whoever of them sees this list and can answer now, without those at the
    vehicle (`but`, by their keys)."""
    who = entered_by(alert.entry)
    asked = Q(role=Role.COMMUNICATIONS)
    if who:
        asked |= Q(pk=who.pk) | (Q(unit=who.unit_id) if who.unit_id else Q())
    asked_keys = set(Person.objects.filter(asked).exclude(pk__in=but).values_list("pk", flat=True))
    lists, answerers = audiences(asked_keys), able(asked_keys, ANSWERS)
    return [answerers[pk] for pk in sorted(answerers) if alert.entry.hotlist_id in lists.get(pk, ())]


@enforces("6.e.iv.3")
def next_above(request: EntryRequest, but: Collection[int]) -> list[Person]:
    """Whom it goes on to: the next in the chain of command above who entered the entry who was not asked yet."""
    cleared = cleared_for(request.alert.entry.hotlist)
    passed = set(request.referrals.values_list("to", flat=True)) | set(but)
    person, seen = entered_by(request.alert.entry), set[int]()
    while person and person.pk not in seen:
        seen.add(person.pk)
        above = review_route_of(ReviewMatter(person, cleared=cleared), ANSWERS).reviewers
        if new := [one for one in above if one.pk not in passed]:
            return new
        person = above[0] if above else None
    return []


@enforces("6.e.iv.3", "6.c.ii")
def is_theirs(person: Person, request: EntryRequest) -> bool:
    """Whether this person answers: of dispatch or of the entering unit, or it was referred to them."""
    who = entered_by(request.alert.entry)
    ours = who is not None and (person.pk == who.pk or (who.unit_id and person.unit_id == who.unit_id))
    return bool(person.role == Role.COMMUNICATIONS or ours or request.referrals.filter(to=person).exists())


def latest(request: EntryRequest) -> list[EntryReferral]:
    """To whom it was referred last."""
    every = list(request.referrals.select_related("to"))
    return [one for one in every if one.at == every[-1].at]
