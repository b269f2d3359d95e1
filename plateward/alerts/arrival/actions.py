"""Where reads meet hot lists: each stored read is matched, and a hit becomes an alert in the same transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from plateward import clock
from plateward.alerts import equipment
from plateward.alerts.facts import OVER
from plateward.alerts.models import Alert, Sighting
from plateward.alerts.outbox import announce
from plateward.alerts.routing import actions as routing
from plateward.alerts.routing import lately, presence
from plateward.alerts.routing.rules import is_earlier, joins, seen_at
from plateward.alerts.signals import alert_raised
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.audit.who import Who
from plateward.fleet.models import Reader
from plateward.hotlists.delivery import current
from plateward.hotlists.models import Entry
from plateward.matching.engine import Hit, Index
from plateward.matching.kinds import Alarm
from plateward.policy.trace import enforces
from plateward.reads.signals import reads_stored
from plateward.reads.store import StoredRead
from plateward.wire.batch import Handled
from plateward.wire.read import Read


def listen() -> None:
    """Called once, when the room opens."""
    reads_stored.connect(match, dispatch_uid="alerts.arrival")


@enforces("5.a", "5.g", "5.b")
def match(reads: list[StoredRead], who: Who, ahead: timedelta = timedelta(0), **_: Any) -> list[Handled]:
    """Match each read with the entries in force at its capture; raise or continue an alert per hit. `ahead`: how far
    the reader's clock was ahead of the hub's. What the reader is told of plates that were handled lately."""
    if not reads:
        return []
    version, index = current.index()
    reader = Reader.objects.select_related("unit").get(name=reads[0].reader)
    batch = _Batch(who, reader, version, ahead)
    _note_where(batch, reads)
    hits = [(stored.read, hit) for stored in reads for hit in _hits(index, stored.read)]
    entries = locked({hit.entry.id for _, hit in hits})
    arrived = [_arrive(batch, read, hit, entries[hit.entry.id]) for read, hit in hits]
    raised = {alert.pk: alert for alert, anew in arrived if alert and anew}
    announce((one for one in {a.pk: a for a, _ in arrived if a}.values() if one.pk not in raised), new=False)
    announce(raised.values(), new=True)
    seen = ((read, alert) for (read, _), (alert, _) in zip(hits, arrived, strict=True) if alert)
    return lately.for_reader(reader, seen)


@dataclass(frozen=True)
class _Batch:
    """What is the same for all reads of a batch."""

    who: Who
    reader: Reader
    version: str
    ahead: timedelta

    @enforces("6.f.i.2")
    def rings(self, read: Read, hit: Hit) -> bool:
        """Whether this read of that entry rings: by its list, the reader's own doubt, and how often it was wrong."""
        return read.sure and hit.alarm is Alarm.RING and self.reader.alarm_withheld_at is None


def _hits(index: Index, read: Read) -> list[Hit]:
    return index.match(read.plate, read.state, read.captured_at, read.characters)


def _note_where(batch: _Batch, reads: Iterable[StoredRead]) -> None:
    placed = [(one.read.captured_at, one.read.position) for one in reads if one.read.position]
    if batch.reader.unit_id is not None and placed:
        at, position = max(placed, key=lambda one: one[0])
        presence.note(batch.reader, position.lat, position.lon, seen_at(at, batch.ahead))


def locked(entries: set[UUID]) -> dict[UUID, Entry]:
    """Whoever raises alerts of an entry waits for whoever else does: of two readers that see one plate at the same
    moment the second joins the first's alert, and a look at stored reads finds what arrives just then."""
    rows = Entry.objects.filter(pk__in=entries).order_by("pk").select_related("hotlist")
    return {one.pk: one for one in rows.select_for_update(of=("self",), no_key=True)} if entries else {}


def _arrive(batch: _Batch, read: Read, hit: Hit, entry: Entry) -> tuple[Alert | None, bool]:
    """The alert that this read raises or continues, and whether it rings anew for somebody; None where the read is
    known. An alert that did not ring, because the reader was not sure or its list only shows such a match, is new again
    with the first read that does; one that another unit's reader sees rings there too."""
    if is_earlier(seen_at(read.captured_at, batch.ahead), clock.now()):
        return _arrive_late(batch, read, hit, entry), False
    known = Alert.objects.filter(read=read.id, entry=entry).first()
    found_early = known is not None and known.historical and known.stage not in OVER
    again = Sighting.objects.filter(read=read.id, alert__entry=entry, alert__historical=False).exists()
    if again or (known and not found_early):
        return None, False
    seen, rings = seen_at(read.captured_at, batch.ahead), batch.rings(read, hit)
    alert = None if known else _continued(entry, seen)
    if known:
        raised, alert = True, _come(known, rings)
    elif alert is None:
        raised, alert = True, _new(batch, read, hit, entry, seen)
    else:
        raised = rings and not alert.rings and not lately.is_silent(alert, batch.reader, seen)
        _see_again(batch, alert, read, seen)
        if raised:
            alert.sure = alert.rings = True
            alert.save(update_fields=["sure", "rings"])
    theirs = batch.reader.unit_id
    told = [] if alert.told.filter(unit=theirs).exists() else routing.route(alert, read.position, theirs)
    if raised or told:
        record(
            batch.who,
            Event.ALERT_ARRIVE,
            f"alert:{alert.pk}",
            read=str(read.id),
            kind=str(hit.kind),
            sure=read.sure,
            rings=alert.rings,
            handled=alert.handled_id,
            told=[str(one) for one in told],
        )
    if raised and alert.rings:
        routing.await_answer(alert)
    if raised:
        alert_raised.send(sender=Alert, alert=alert, who=batch.who)
    return alert, raised or bool(told)


@enforces("5.b", "6.h.ii")
def _arrive_late(batch: _Batch, read: Read, hit: Hit, entry: Entry) -> Alert | None:
    """A read that had waited at its reader for more than an hour is matched as looking back does it: it joins the alert
    that it belongs to, else is a historical one. It rings for nobody, goes on to nobody, and no call is opened."""
    known = Sighting.objects.filter(read=read.id, alert__entry=entry)
    if known.exists() or Alert.objects.filter(read=read.id, entry=entry).exists():
        return None
    seen = seen_at(read.captured_at, batch.ahead)
    earlier = Alert.objects.filter(entry=entry, reader=batch.reader, historical=True).exclude(stage__in=OVER)
    alert = _continued(entry, seen) or earlier.first()
    if alert:
        _see_again(batch, alert, read, seen)
        return alert
    alert = _new(batch, read, hit, entry, seen, historical=True)
    record(
        batch.who,
        Event.ALERT_ARRIVE,
        f"alert:{alert.pk}",
        read=str(read.id),
        kind=str(hit.kind),
        historical=True,
        seen_at=seen.isoformat(),
    )
    return alert


@enforces("5.b")
def _come(found: Alert, rings: bool) -> Alert:
    """A hub that died had stored the read and not matched it, and looking back came to it before its reader sent it
    again: it is no historical one, and rings as any other."""
    found.historical, found.rings, found.arrived_at = False, rings, clock.now()
    found.save(update_fields=["historical", "rings", "arrived_at"])
    return found


def _continued(entry: Entry, seen: datetime) -> Alert | None:
    """The open alert of this entry that a read of that moment belongs to, whichever reader saw it."""
    # A historical one is no alarm that somebody has heard.
    every = Alert.objects.filter(entry=entry, historical=False).exclude(stage__in=OVER)
    spans = every.annotate(first=Min("sightings__seen_at"), last=Max("sightings__seen_at")).order_by(
        "-number"
    )
    for one in spans:
        one.entry = entry
        moments = [one.seen_at, one.first or one.seen_at, one.last or one.seen_at]
        if joins(seen, min(moments), max(moments)):
            return one
    return None


def _see_again(batch: _Batch, alert: Alert, read: Read, seen: datetime) -> None:
    Sighting.objects.create(
        alert=alert, reader=batch.reader, read=read.id, captured_at=read.captured_at, seen_at=seen
    )


def _new(
    batch: _Batch, read: Read, hit: Hit, entry: Entry, seen: datetime, *, historical: bool = False
) -> Alert:
    before = {} if historical else lately.columns(entry, batch.reader, seen)
    silent = historical or before.get("silent_until") is not None
    return Alert.objects.create(
        entry=entry,
        reader=batch.reader,
        read=read.id,
        captured_at=read.captured_at,
        seen_at=seen,
        arrived_at=clock.now(),
        hotlist_version=batch.version,
        list_at=hit.head.refreshed_at,
        kind=hit.kind,
        state_agreement=hit.state,
        sure=read.sure,
        rings=not silent and batch.rings(read, hit),
        historical=historical,
        **before,
        **equipment.columns(batch.reader, seen, read.shift_check),
    )
