"""Who is notified of an alert: its list's audience. For anybody else the alert does not exist."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.dispatch import receiver
from django.http import Http404, HttpRequest

from plateward.alerts.audience.active import shared_with
from plateward.alerts.models import Alert, Sighting
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import Entry, HotList
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.policy.trace import enforces
from plateward.reads.signals import read_asked
from plateward.reads.store import StoredRead


@receiver(read_asked)
@enforces("6.c.ii", "6.e.ii")
def _may_see_read(person: Person, read: StoredRead, **_: Any) -> bool:
    """Whether this person may see an alert that the read raised or joined as a sighting."""
    of_it = {"read": read.read.id}
    upon_it = {
        *Alert.objects.filter(**of_it).values_list("pk", flat=True),
        *Sighting.objects.filter(**of_it).values_list("alert", flat=True),
    }
    return bool(upon_it) and alerts_for(person).filter(pk__in=upon_it).exists()


@enforces("6.c.ii", "6.e.ii")
def alerts_for(person: Person) -> QuerySet[Alert]:
    """The alerts of lists whose audience this person is in, and those that colleagues share with them."""
    return alerts_of_lists(lists_for(person), shared_with([person.pk]).get(person.pk, ()))


@enforces("6.c.ii", "6.e.ii")
def alerts_of_lists(lists: QuerySet[HotList] | Collection[int], shared: Collection[int]) -> QuerySet[Alert]:
    """The alerts of these lists, and the `shared` ones, usually none."""
    audience = has_entry(hotlist__in=lists)
    return Alert.objects.filter(audience | Q(pk__in=shared) if shared else audience)


def has_entry(**conditions: object) -> Exists:
    """That an alert's entry meets these conditions. Not a join: a database that began with the list would
    read all its alerts to find the newest few."""
    return Exists(Entry.objects.filter(pk=OuterRef("entry"), **conditions))


@enforces("6.c.ii", "6.b.i.9")
def alert_or_404(request: HttpRequest, pk: int) -> Alert:
    """The alert of a page or step. Another audience's alert gets the same answer as a nonexistent one; the
    log tells them apart."""
    alerts = alerts_for(person_of(request)).filter(pk=pk)
    alert = alerts.select_related("entry__hotlist", "entry__began", "reader").first()
    if alert:
        return alert
    if Alert.objects.filter(pk=pk).exists():
        record(
            actor_of(request),
            Event.ALERT_VIEW,
            f"alert:{pk}",
            outcome="refused",
            clause="6.c.ii",
            reason="This person is not in the audience of the alert's list.",
        )
    raise Http404("There is no such alert.")
