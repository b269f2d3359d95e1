"""Who is notified of an alert: its list's audience, and colleagues with an active share. For anybody else the alert
does not exist."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.dispatch import receiver
from django.http import HttpRequest

from plateward.core.audit.events import Event
from plateward.core.db.broken import leaving_out_broken
from plateward.field.hotlists.audience import audiences, lists_of
from plateward.field.hotlists.models import Entry
from plateward.field.reads.signals import read_access_requested
from plateward.field.reads.store import StoredRead
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.http import person_of, visible_or_404
from plateward.people.models import Person
from plateward.people.page_answers import ask_once
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.models import Share, ShareQuerySet
from plateward.work.alerts.models import Alert, Sighting


@enforces("6.e.ii/share", "6.c.ii/lists")
def is_active(*, covert: bool, in_audience: bool, hindered: bool) -> bool:
    """Whether a share that has not expired still shows its alert: only while the person who made it sees the
    alert themselves (`in_audience`, and access not `hindered`), and the list has not become covert."""
    return in_audience and not hindered and not covert


@enforces("6.e.ii/share", "6.c.ii/lists")
def active_shares(shares: ShareQuerySet) -> list[Share]:
    """The active ones of these shares; if there are none, nearly always, one query of one table is enough. One that was
    altered past the hub shows its alert to nobody, and keeps no other alert from anybody."""
    with leaving_out_broken():
        live = list(shares.live(clock.now()).order_by("pk"))
    if not live:
        return []
    prefetch_related_objects(live, "alert__entry__hotlist")
    sharers = {share.by_id for share in live}
    lists, standings = audiences(sharers), standing.standings_of(sharers)
    return [
        share
        for share in live
        if is_active(
            covert=share.alert.entry.hotlist.covert,
            in_audience=share.alert.entry.hotlist_id in lists[share.by_id],
            hindered=bool(refusals_for(standings[share.by_id], Permission.ALERT_VIEW)),
        )
    ]


@enforces("6.e.ii/share", "6.c.ii/lists")
def shared_with(people: Collection[int]) -> dict[int, frozenset[int]]:
    """The alerts that others share with each of these people, all as keys; omits people with none."""
    alerts_by_person: dict[int, set[int]] = {}
    for share in active_shares(Share.objects.filter(to__in=people)):
        alerts_by_person.setdefault(share.to_id, set()).add(share.alert_id)
    return {person: frozenset(alerts) for person, alerts in alerts_by_person.items()}


@receiver(read_access_requested)
@enforces("6.c.ii/cases", "6.e.ii/own", "6.e.ii/share")
def _may_see_read(person: Person, read: StoredRead, **_: Any) -> bool:
    """Whether this person may see an alert that the read raised or joined as a sighting."""
    of_it = {"read": read.read.id}
    upon_it = {
        *Alert.objects.filter(**of_it).values_list("pk", flat=True),
        *Sighting.objects.filter(**of_it).values_list("alert", flat=True),
    }
    return bool(upon_it) and alerts_for(person).filter(pk__in=upon_it).exists()


@enforces("6.c.ii/lists", "6.e.ii/share")
def alerts_for(person: Person) -> QuerySet[Alert]:
    """The alerts of lists whose audience this person is in, and those that colleagues share with them."""
    return alerts_of_lists(lists_of(person), alerts_shared_with(person))


def alerts_shared_with(person: Person) -> frozenset[int]:
    """The alerts that others share with this person, by their keys; a page asks once."""
    return ask_once(person, _alerts_shared_with)


def _alerts_shared_with(person: Person) -> frozenset[int]:
    return shared_with([person.pk]).get(person.pk, frozenset())


@enforces("6.c.ii/lists", "6.e.ii/share")
def alerts_of_lists(lists: Collection[int], shared: Collection[int]) -> QuerySet[Alert]:
    """The alerts of these lists, and the `shared` ones, usually none."""
    audience = has_entry(hotlist__in=lists)
    return Alert.objects.filter(audience | Q(pk__in=shared) if shared else audience)


def has_entry(**conditions: object) -> Exists:
    """That an alert's entry meets these conditions. Not a join: a database that began with the list would
    read all its alerts to find the newest few."""
    return Exists(Entry.objects.filter(pk=OuterRef("entry"), **conditions))


@enforces("6.c.ii/lists", "6.b.i.9/denied")
def alert_or_404(request: HttpRequest, pk: int) -> Alert:
    """The alert of a page or step."""
    alerts = alerts_for(person_of(request)).select_related("entry__hotlist", "entry__began", "reader")
    return visible_or_404(alerts, pk, Event.ALERT_VIEW)
