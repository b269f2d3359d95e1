"""Evidence on breaches of security, for the compliance report."""

from collections.abc import Iterator

from django.conf import settings

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.oversight.breaches.models import Breach, BreachStep


def facts() -> Iterator[Fact]:
    """Reported breaches. Those that name a person are not counted: that person may read this."""
    breaches = Breach.objects.filter(concerns=None).exclude(
        pk__in=BreachStep.objects.exclude(suspect=None).values("breach")
    )
    open_ones = list(breaches.open().prefetch_related("steps"))
    late = sum(
        1
        for breach in open_ones
        for deadline in breach.deadlines
        if deadline.done is None and deadline.due < clock.now()
    )
    yield fact(
        "6.b.i.11",
        "IR-6",
        text="Breaches reported that name nobody: {breaches}; open: {open_breaches}; notifications past their "
        "deadline: {late_notifications}.",
        breaches=breaches.count(),
        open_breaches=len(open_ones),
        late_notifications=late,
        attention="Notifications of a breach past their deadline: {late}. Notify now, and record it under Breaches.",
        late=late,
        route="breaches:index",
    )
    yield fact(
        "IR-6",
        text="Of these, confirmed: {confirmed}; of which the CJIS Systems Officer was notified: {told}. Their address "
        "for emails: {address}.",
        confirmed=breaches.filter(steps__kind=BreachStep.Kind.CONFIRMED).count(),
        told=breaches.filter(steps__kind=BreachStep.Kind.NOTIFIED_SYSTEMS).count(),
        address="set" if settings.SYSTEMS_OFFICER else "not set",
        attention="agency.systems_officer is not set: of a confirmed breach, notify the CJIS Systems Officer by "
        "phone.",
        late=settings.SYSTEMS_OFFICER is None,
        route="breaches:index",
    )
