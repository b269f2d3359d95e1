"""Evidence on alerts, their dispositions and overridden checks, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q, Sum

from plateward.core.audit.events import Event
from plateward.core.audit.evidence import PERIOD, count_of, entries_of
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.ground.policy.trace import enforces
from plateward.people.days import format_time
from plateward.work.alerts.closing.account import EnforcementKind
from plateward.work.alerts.facts import VerificationSource
from plateward.work.alerts.models import Alert, Disposition, Sighting
from plateward.work.alerts.overrides.models import DangerException, Override
from plateward.work.alerts.verifying.models import Verification

LONG_WAIT = timedelta(days=1)


@enforces("6.b.i.5/results")
def facts() -> Iterator[Fact]:
    """Alerts of 30 days, what was done about them, and what was refused; their dispositions with their reviews, and
    enforcement, arrests among it; acts in imminent danger without the checks."""
    recent = Alert.objects.filter(captured_at__gte=clock.now() - PERIOD).order_by()
    yield fact(
        "5.b",
        "5.g",
        text="Alerts of the last 30 days: {alerts:,}; acknowledged: {acknowledged:,}; escalated: {escalated:,}.",
        alerts=count_of(recent),
        acknowledged=entries_of(Event.ALERT_ACKNOWLEDGE, outcome="done"),
        escalated=entries_of(Event.ALERT_ESCALATE),
        route="alerts:queue",
    )
    yield fact(
        "6.e.iv.3",
        text="In the last 30 days: plates confirmed: {confirmed:,}; verified with NCIC or FMCSA: {verified:,}; "
        "encounters and enforcement begun: {acts:,}; refused, because a check was missing: {refused_acts:,}.",
        confirmed=entries_of(Event.ALERT_CONFIRM, outcome="done"),
        verified=entries_of(Event.ALERT_VERIFY, outcome="done"),
        acts=entries_of(Event.ALERT_ACT, outcome="done"),
        refused_acts=entries_of(Event.ALERT_ACT, outcome="refused"),
        route="outcomes:index",
    )
    fmcsa = Verification.objects.filter(source=VerificationSource.FMCSA, at__gte=clock.now() - PERIOD)
    yield fact(
        "5.j",
        text="Carriers verified with FMCSA in the last 30 days: {carriers:,}.",
        carriers=count_of(fmcsa.order_by()),
        route="outcomes:index",
    )
    held = count_of(Alert.objects.order_by()) + count_of(Sighting.objects.order_by())
    yield fact(
        "6.b.i.2",
        text="Reads that raised or joined an alert, and are held: {held:,}.",
        held=held,
        route="alerts:queue",
    )
    closed = Disposition.objects.filter(at__gte=clock.now() - PERIOD).order_by()
    yield fact(
        "6.e.vii",
        text="Alerts closed with a disposition in the last 30 days: {dispositions:,}; dispositions that wait for a "
        "supervisor's review: {unreviewed:,}.",
        dispositions=count_of(closed),
        unreviewed=count_of(Disposition.objects.filter(review=None)),
        route="closing:to_review",
    )
    results = closed.aggregate(  # from the dispositions, which have an index by time
        enforcement=Sum("actions__count", default=0),
        arrests=Sum("actions__count", filter=Q(actions__kind=EnforcementKind.ARREST), default=0),
    )
    yield fact(
        "6.b.i.5",
        text="Results of the last 30 days: enforcement actions: {enforcement:,}, arrests: {arrests:,}.",
        **results,
        route="outcomes:index",
    )
    yield _overrides()


@enforces("6.e.iv.3/danger")
def _overrides() -> Fact:
    """The exception for imminent danger deviates from the policy while the Chief allows it; so does each use."""
    used, exception = (
        Override.objects.count(),
        DangerException.objects.in_force().select_related("by").first(),
    )
    gap = ""
    if exception:
        gap = f"Deviation: {exception.by} has allowed an exception for imminent danger"
        gap += f" from {format_time(exception.at)} until {format_time(exception.until)}; used so far: {used}."
    elif used:
        gap = f"Deviation: checks overridden in imminent danger, while the Chief had allowed it: {used}."
    waiting = Override.objects.filter(finding=None)
    late = waiting.filter(at__lt=clock.now() - LONG_WAIT).count()
    return fact(
        "6.e.iv.3",
        text="Exception for imminent danger: {exception}. Checks overridden, in all: {overrides:,}; waiting for "
        "review: {overrides_waiting:,}.",
        exception=f"allowed by {exception.by} until {format_time(exception.until)}"
        if exception
        else "not allowed",
        overrides=used,
        overrides_waiting=waiting.count(),
        attention="Overrides that wait for review for longer than a day: {late}. Review them under Overrides.",
        late=late,
        gap=gap,
        route="overrides:exception",
    )
