"""Receives the alerts' signals, within the act that sends them."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from plateward.field.reads.store import ReadKey
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.work.alerts.leaving import CaseEntry, Release, lead_enters_case
from plateward.work.alerts.models import Alert
from plateward.work.alerts.signals import HistoryLine, alert_disposed, history_requested
from plateward.work.evidence.dems import page
from plateward.work.evidence.dems.actions import update_duty
from plateward.work.evidence.dems.leads import enter_case


@receiver(alert_disposed)
@enforces("6.a.iv/overdue", "6.e.iv.4/overdue")
def _on_disposed(alert: Alert, actor: PersonActor | None, **_: Any) -> None:
    """A person closed it: its disposition says whether an export is due."""
    if actor and (disposition := alert.disposition):
        update_duty(actor, disposition)


@receiver(lead_enters_case)
@enforces("6.e.iii/vetted", "6.e.iii/folder", "6.a.iv/dems")
def _on_lead(
    actor: PersonActor, release: Release, alerts: Sequence[int], reads: Sequence[ReadKey], **_: Any
) -> CaseEntry:
    return enter_case(actor, release, alerts, reads)


@receiver(history_requested)
def _history(alert: Alert, **_: Any) -> list[HistoryLine]:
    return page.history(alert)
