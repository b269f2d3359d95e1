"""Receives the alerts' signals, within the act that sends them."""

from typing import Any

from django.dispatch import receiver

from plateward.core.audit.actor import Actor
from plateward.ground.policy.decision import Allow
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.notices.actions import settle_matter
from plateward.people.notices.kinds import Kind
from plateward.work.alerts.facts import AlertOutcome, Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.signals import (
    alert_denied,
    alert_disposed,
    alert_moved,
    alert_raised,
    alert_recalled,
)
from plateward.work.dispatch import rules
from plateward.work.dispatch.actions import place_on_call, record_change
from plateward.work.dispatch.models import Call, CallAlert


@receiver(alert_raised)
@enforces("6.e.vii/type")
def _on_raised(alert: Alert, actor: Actor, **_: Any) -> None:
    """An alert through dispatch opens an LPR-hit call or joins an open one."""
    hotlist, has_unit = alert.entry.hotlist, alert.reader.unit_id is not None
    goes = rules.through_dispatch(
        rings=alert.rings, covert=hotlist.covert, has_unit=has_unit, listed=hotlist.through_dispatch
    )
    if goes and not CallAlert.objects.filter(alert=alert).exists():
        place_on_call(actor, alert, Call.Opened.LIST if has_unit else Call.Opened.DISPATCH)


@receiver(alert_moved)
def _on_moved(alert: Alert, **_: Any) -> None:
    _record_change(alert, "The system", f"Alert {alert.pk}: {alert.get_stage_display()}.")


@receiver(alert_disposed)
@enforces("6.e.vii/closing")
def _on_disposed(alert: Alert, actor: PersonActor | None, **_: Any) -> None:
    """The call closes with the last of its alerts; CAD is sent either change."""
    disposition = alert.disposition
    outcome = f" {AlertOutcome(disposition.outcome).label}." if disposition else ""
    by = str(actor.person) if disposition and actor else "The system"
    _record_change(alert, by, f"Alert {alert.pk} was closed.{outcome}")


@receiver(alert_recalled)
@enforces("6.e.vii/closing")
def _on_recalled(alert: Alert, why: str, **_: Any) -> None:
    _record_change(alert, "The system", f"Alert {alert.pk} was RECALLED, do not act on it: {why}")


@receiver(alert_denied)
@enforces("6.e.vii/closing")
def _on_denied(alert: Alert, why: str, **_: Any) -> None:
    _record_change(alert, "The system", f"Alert {alert.pk} is NOT VERIFIED, do not act on it: {why}")


def _record_change(alert: Alert, by: str, text: str) -> None:
    link = CallAlert.objects.filter(alert=alert).select_related("call").first()
    if link is None:
        return
    record_change(link.call, by, text, alert=alert)
    stages = list(Alert.objects.filter(link__call=link.call).values_list("stage", flat=True))
    if isinstance(rules.may_close([Stage(stage) for stage in stages]), Allow):
        record_change(link.call, "The system", "The call is closed, with its last alert.")
        settle_matter(Kind.CALL_CLOSE, link.call)
