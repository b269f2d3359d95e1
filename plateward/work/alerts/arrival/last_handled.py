"""How the last alert of an entry was handled, as stored with its next alert."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import localtime

from plateward.core.db.broken import leaving_out_broken
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.delivery.lists import current_lists
from plateward.field.hotlists.models import Entry
from plateward.ground.policy.trace import enforces
from plateward.ground.wire import batch as wire
from plateward.ground.wire.read import Read
from plateward.work.alerts.facts import OVER_STAGES, AlertOutcome
from plateward.work.alerts.models import Alert
from plateward.work.alerts.routing.rules import HANDLED_LATELY, LastHandled, silent_until


@enforces("5.b/which")
def columns(entry: Entry, reader: Reader, moment: datetime) -> dict[str, Any]:
    """Columns for a new alert of this entry seen at that moment; empty if none was handled recently."""
    since = moment - HANDLED_LATELY
    ended = Alert.objects.filter(entry=entry, stage__in=OVER_STAGES).select_related("denial")
    lately = ended.filter(
        Q(dispositions__at__gt=since) | Q(denial__closes=True, denial__at__gt=since)
    ).distinct()
    handlings = filter(None, map(_how_handled, lately))
    latest = max(handlings, key=lambda pair: pair[0].at, default=None)
    if latest is None:
        return {}
    handled, words = latest
    until = silent_until(handled, entry.reason, reader.pk, settings.RINGS_AGAIN_AFTER)
    silent = until is not None and moment < until
    return {
        "handled_id": handled.alert,
        "handled_words": words[:200],
        "silent_until": until if silent else None,
    }


def _how_handled(alert: Alert) -> tuple[LastHandled, str] | None:
    """How it ended, as data and in words; None if that was altered past the hub: it silences no alarm, and stops
    none."""
    with leaving_out_broken():
        disposition = alert.disposition
    if disposition:
        at, outcome, by = disposition.at, AlertOutcome(disposition.outcome), str(disposition.by)
        outcome_text = outcome.label
    elif denial := getattr(alert, "denial", None):
        at, outcome, by = denial.at, AlertOutcome.NOT_VERIFIED, "the hub"
        outcome_text = denial.get_cause_display()
    else:
        return None
    words = f"Handled by {by} at {localtime(at):%H:%M}: {outcome_text}"
    return LastHandled(alert.pk, at, outcome, alert.reader_id), words


@enforces("5.b/which")
def is_silent(alert: Alert, reader: Reader, moment: datetime) -> bool:
    """Whether this reader's read that joins the alert stays silent because the previous one was handled."""
    if alert.silent_until is None or alert.handled is None or moment >= alert.silent_until:
        return False
    handling = _how_handled(alert.handled)
    if handling is None:
        return False
    return silent_until(handling[0], alert.entry.reason, reader.pk, settings.RINGS_AGAIN_AFTER) is not None


@enforces("5.b/which", "6.c.ii/lists")
def handled_for_reader(
    reader: Reader, alerted_reads: Iterable[tuple[Read, Alert]]
) -> list[wire.HandledAlert]:
    """What the reader is told about its reads' alerts: only for lists that it holds."""
    handled = [(read, alert) for read, alert in alerted_reads if alert.handled_id is not None]
    if not handled:  # nearly always
        return []
    holds = current_lists().of(reader).ids
    return [
        wire.HandledAlert(
            read=read.id,
            entry=alert.entry_id,
            words=f"{alert.handled_words} (alert {alert.handled_id})",
            silent_until=None if alert.rings else alert.silent_until,
        )
        for read, alert in handled
        if alert.entry.hotlist_id in holds
    ][: wire.MAX_READS]
