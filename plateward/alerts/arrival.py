"""Where reads meet hot lists: each stored read is matched, and a hit becomes an alert in the same transaction."""

from datetime import timedelta
from typing import Any

from django.db.models import Max

from plateward import clock
from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert, Sighting
from plateward.alerts.outbox import announce
from plateward.alerts.signals import alert_raised
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.audit.who import Who
from plateward.fleet.models import Reader
from plateward.hotlists import current
from plateward.matching.engine import Hit, Index
from plateward.matching.kinds import Alarm
from plateward.policy.trace import enforces
from plateward.reads.signals import reads_stored
from plateward.reads.store import StoredRead
from plateward.wire.read import Read

# The same plate, listed for the same reason, seen again within this is the same event.
AGAIN = timedelta(minutes=10)


def listen() -> None:
    """Called once, when the room opens."""
    reads_stored.connect(match, dispatch_uid="alerts.arrival")


@enforces("5.a", "5.g", "5.b")
def match(reads: list[StoredRead], who: Who, **_: Any) -> None:
    """Match each read with the entries in force at its capture; raise or continue an alert per hit."""
    version, index = current.index()
    arrived = [_arrive(who, stored, hit, version) for stored in reads for hit in _hits(index, stored.read)]
    raised = [alert for alert in arrived if alert]
    for alert in raised:
        alert_raised.send(sender=Alert, alert=alert, who=who)
    announce(raised, new=True)


def _hits(index: Index, read: Read) -> list[Hit]:
    return index.match(read.plate, read.state, read.captured_at, read.characters)


def _arrive(who: Who, stored: StoredRead, hit: Hit, version: str) -> Alert | None:
    """The new alert, or None where this read is known or continues an open one. An alert that did not ring, because
    the reader was not sure or its list only shows such a match, is new again with the first read that does."""
    read = stored.read
    rings = read.sure and hit.alarm is Alarm.RING
    seen_before = Alert.objects.filter(read=read.id, entry=hit.entry.id).exists()
    if seen_before or Sighting.objects.filter(read=read.id, alert__entry=hit.entry.id).exists():
        return None
    reader = Reader.objects.get(name=stored.reader)
    open_one = (
        # A historical one is no alarm that somebody has heard.
        Alert.objects.filter(entry=hit.entry.id, reader=reader, historical=False)
        .exclude(stage=Stage.CLOSED)
        .annotate(last=Max("sightings__captured_at"))
        .order_by("-number")
        .first()
    )
    if open_one and abs(read.captured_at - (open_one.last or open_one.captured_at)) <= AGAIN:
        Sighting.objects.create(alert=open_one, read=read.id, captured_at=read.captured_at)
        if open_one.rings or not rings:
            return None
        open_one.sure = open_one.rings = True
        open_one.save(update_fields=["sure", "rings"])
        record(who, Event.ALERT_ARRIVE, f"alert:{open_one.pk}", read=str(read.id), rings=True)
        return open_one
    alert = Alert.objects.create(
        entry_id=hit.entry.id,
        reader=reader,
        read=read.id,
        captured_at=read.captured_at,
        arrived_at=clock.now(),
        hotlist_version=version,
        list_at=hit.head.refreshed_at,
        kind=hit.kind,
        state_agreement=hit.state,
        sure=read.sure,
        rings=rings,
    )
    record(
        who,
        Event.ALERT_ARRIVE,
        f"alert:{alert.pk}",
        read=str(read.id),
        kind=str(hit.kind),
        sure=read.sure,
        rings=rings,
    )
    return alert
