"""NCIC, or who entered the record, says no: the alert closes as not verified, and people are notified."""

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.field.hotlists.audience import list_administrators, lists_for
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.work.alerts import rules
from plateward.work.alerts.models import Alert
from plateward.work.alerts.recall import notify_who_saw
from plateward.work.alerts.signals import alert_denied
from plateward.work.alerts.verifying.models import Denial

SYSTEM = Actor("system", "verification", "The hub's verification of alerts")


@enforces("6.e.iv.3/ncic", "5.h/query", "6.e.vii/verified")
def deny(alert: Alert, cause: Denial.Cause, reason: str) -> None:
    """Within the act that received the no, on a locked alert; the caller's stage update closes it. If it was
    acted on, it stays open as after a recall: somebody may be at the vehicle."""
    if hasattr(alert, "denial"):
        return
    facts = alert.facts()
    closes = rules.recall_closes(facts) and not facts.overridden
    alert.denial = Denial.objects.create(
        alert=alert, at=clock.now(), cause=cause, why=reason[:300], closes=closes
    )
    alert_denied.send(sender=Alert, alert=alert, why=alert.denial.why)
    record(SYSTEM, Event.ALERT_DENY, f"alert:{alert.pk}", reason=reason, clause="6.e.iv.3", closes=closes)
    ended = "It is closed as not verified" if closes else ""
    notify_who_saw(alert, Kind.ALERT_DENY, "NOT VERIFIED", reason, ended)
    hotlist = alert.entry.hotlist
    for administrator in list_administrators(hotlist):
        sees_it = lists_for(administrator).filter(pk=hotlist.pk).exists()
        which = f"{alert.entry}, alert {alert.pk}" if sees_it else f"alert {alert.pk}"
        text = f"Check an entry of the list “{hotlist}” ({which}): {reason}"
        notify([administrator], Kind.ENTRY_DOUBT, text, hotlist)
