"""How the last alert of an entry was handled, as the next alert of it keeps it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import localtime

from plateward.alerts.facts import OUTCOME_TEXT, OVER, Outcome
from plateward.alerts.models import Alert
from plateward.alerts.routing.repeats import LATELY, Handled, silent_until
from plateward.fleet.models import Reader
from plateward.hotlists.delivery.lists import look
from plateward.hotlists.models import Entry
from plateward.policy.trace import enforces
from plateward.wire import batch as wire
from plateward.wire.read import Read


@enforces("5.b", "6.e.vii")
def columns(entry: Entry, reader: Reader, seen: datetime) -> dict[str, Any]:
    """As a new alert of this entry keeps it, that was seen then; nothing where none was handled lately."""
    since = seen - LATELY
    ended = Alert.objects.filter(entry=entry, stage__in=OVER).select_related("denial")
    lately = ended.filter(
        Q(dispositions__at__gt=since) | Q(denial__closes=True, denial__at__gt=since)
    ).distinct()
    found = max(map(_handled, lately), key=lambda pair: pair[0].at, default=None)
    if found is None:
        return {}
    handled, words = found
    until = silent_until(handled, entry.reason, reader.pk, settings.RINGS_AGAIN_AFTER)
    silent = until is not None and seen < until
    return {
        "handled_id": handled.alert,
        "handled_words": words[:200],
        "silent_until": until if silent else None,
    }


def _handled(alert: Alert) -> tuple[Handled, str]:
    """How it ended, and the same for a person."""
    disposition = alert.disposition
    if disposition:
        at, outcome, by = disposition.at, Outcome(disposition.outcome), str(disposition.by)
        told = OUTCOME_TEXT[outcome]
    else:
        at, outcome, by = alert.denial.at, Outcome.NOT_VERIFIED, "the hub"
        told = alert.denial.get_cause_display()
    words = f"Handled by {by} at {localtime(at):%H:%M}: {told}"
    return Handled(alert.pk, at, outcome, alert.reader_id), words


@enforces("5.b")
def is_silent(alert: Alert, reader: Reader, seen: datetime) -> bool:
    """Whether a read by this reader that joins the alert rings for nobody, since the one before it was handled."""
    if alert.silent_until is None or alert.handled is None or seen >= alert.silent_until:
        return False
    handled, _ = _handled(alert.handled)
    return silent_until(handled, alert.entry.reason, reader.pk, settings.RINGS_AGAIN_AFTER) is not None


@enforces("5.b", "6.c.ii")
def for_reader(reader: Reader, seen: Iterable[tuple[Read, Alert]]) -> list[wire.Handled]:
    """What the reader is told of the alerts to which its reads belong: of lists that it holds alone."""
    told = [(read, alert) for read, alert in seen if alert.handled_id is not None]
    if not told:  # nearly always
        return []
    holds = look().of(reader).ids
    return [
        wire.Handled(
            read=read.id,
            entry=alert.entry_id,
            words=f"{alert.handled_words} (alert {alert.handled_id})",
            silent_until=None if alert.rings else alert.silent_until,
        )
        for read, alert in told
        if alert.entry.hotlist_id in holds
    ][: wire.MAX_READS]
