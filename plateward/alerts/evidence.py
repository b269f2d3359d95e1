"""Evidence on alerts, for the compliance report."""

from collections.abc import Iterator

from plateward import clock
from plateward.alerts.facts import VerificationSource
from plateward.alerts.models import Alert, Sighting, Verification
from plateward.audit.events import Event
from plateward.audit.evidence import PERIOD, count_of, entries_of
from plateward.policy.evidence import Fact, fact


def facts() -> Iterator[Fact]:
    """Alerts of 30 days, what was done about them, and what was refused."""
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
