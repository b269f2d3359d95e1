"""Where reads meet hot lists: each stored read is matched, and its transaction turns a hit into an alert."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Min
from django.dispatch import receiver

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.mentions import plate_thing
from plateward.core.db.locking import change_row
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.delivery import current
from plateward.field.hotlists.models import Entry
from plateward.field.reads.rules import hub_time
from plateward.field.reads.signals import StoredBatch, reads_stored
from plateward.ground import clock
from plateward.ground.matching.engine import Hit, HotListIndex
from plateward.ground.matching.kinds import MatchAlarm
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.batch import HandledAlert
from plateward.ground.wire.read import Position, Read
from plateward.work.alerts import equipment
from plateward.work.alerts.arrival import last_handled
from plateward.work.alerts.facts import OVER_STAGES, Stage
from plateward.work.alerts.models import Alert, Sighting
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.routing import actions as routing
from plateward.work.alerts.routing import presence
from plateward.work.alerts.routing.rules import is_earlier_read, joins_alert
from plateward.work.alerts.signals import alert_raised


@receiver(reads_stored)
@enforces("5.a/compare", "5.b/which", "5.b/reaches")
def match(batches: Sequence[StoredBatch], **_: Any) -> list[list[HandledAlert]]:
    """Match each read with the entries in force at its capture; raise or continue an alert per hit. Returns for each
    batch the plates lately handled, for its reader."""
    if not any(stored.reads for stored in batches):
        return [[] for _ in batches]
    presence.note_positions([place for stored in batches if (place := _place(stored))])
    version, index = current.current_index()
    hits = [
        [(each.read, hit) for each in stored.reads for hit in _hits(index, each.read)] for stored in batches
    ]
    entries = locked_entries({hit.entry.id for some in hits for _, hit in some})
    answers, alerts, rang = list[list[HandledAlert]](), dict[int, Alert](), set[int]()
    for stored, some in zip(batches, hits, strict=True):
        batch = _Batch(stored.actor, stored.reader, version, stored.ahead, rang)
        arrived = [(read, _arrive(batch, read, hit, entries[hit.entry.id])) for read, hit in some]
        alerted_reads = [(read, alert) for read, alert in arrived if alert]
        alerts |= {alert.pk: alert for _, alert in alerted_reads}
        answers.append(last_handled.handled_for_reader(stored.reader, alerted_reads))
    announce((alert for alert in alerts.values() if alert.pk not in rang), new=False)
    announce((alert for alert in alerts.values() if alert.pk in rang), new=True)
    return answers


def _place(stored: StoredBatch) -> tuple[Reader, Position, datetime] | None:
    """Where its reader was last, by the hub's clock."""
    placed = [(each.read.captured_at, each.read.position) for each in stored.reads if each.read.position]
    if not placed:
        return None
    at, position = max(placed, key=lambda pair: pair[0])
    return stored.reader, position, hub_time(at, stored.ahead)


@dataclass(frozen=True)
class _Batch:
    """What all reads of a batch share. `rang`: the keys of alerts that ring anew for somebody, of all batches."""

    actor: Actor
    reader: Reader
    version: str
    ahead: timedelta
    rang: set[int]

    def rings(self, read: Read, hit: Hit) -> bool:
        """Whether this read of that entry rings: by its list, the reader's doubt, and its past errors."""
        return read.sure and hit.alarm is MatchAlarm.RING and self.reader.muted_at is None

    def record(self, alert: Alert, read: Read, hit: Hit, entry: Entry, **notes: Any) -> None:
        """Log what this read did, by the plate as read and as listed."""
        mentions = {plate_thing(read.plate), plate_thing(entry.bare)}
        notes = {"read": str(read.id), "kind": str(hit.kind), **notes}
        record(self.actor, Event.ALERT_ARRIVE, f"alert:{alert.pk}", mentions=mentions, **notes)


def _hits(index: HotListIndex, read: Read) -> list[Hit]:
    return index.match(read.plate, read.state, read.captured_at, read.characters)


def locked_entries(entries: set[UUID]) -> dict[UUID, Entry]:
    """Lock these entries. If two readers see one plate at the same moment, the second joins the first's
    alert, and a search of earlier reads finds what arrives just then."""
    rows = Entry.objects.filter(pk__in=entries).order_by("pk").select_related("hotlist")
    return {entry.pk: entry for entry in rows.select_for_update(of=("self",), no_key=True)} if entries else {}


def _arrive(batch: _Batch, read: Read, hit: Hit, entry: Entry) -> Alert | None:
    """The alert that this read raises or continues; None for a known read. An alert that did not ring (unsure reader,
    or a list that only shows such a match) is new again with the first read that rings; if another unit's reader sees
    it, it rings there too."""
    if is_earlier_read(hub_time(read.captured_at, batch.ahead), clock.now()):
        return _arrive_late(batch, read, hit, entry)
    existing = Alert.objects.filter(read=read.id, entry=entry).first()
    found_early = existing is not None and existing.historical and existing.stage not in OVER_STAGES
    again = Sighting.objects.filter(read=read.id, alert__entry=entry, alert__historical=False).exists()
    if again or (existing and not found_early):
        return None
    moment, rings = hub_time(read.captured_at, batch.ahead), batch.rings(read, hit)
    alert = None if existing else _alert_to_join(entry, moment)
    if existing:
        raised, alert = True, _make_live(existing, rings)
    elif alert is None:
        raised, alert = True, _create_alert(batch, read, hit, entry, moment)
    else:
        raised = rings and not alert.rings and not last_handled.is_silent(alert, batch.reader, moment)
        add_sighting(batch.reader, alert, read, moment)
        if raised:
            change_row(alert, sure=True, rings=True)
    unit_id = batch.reader.unit_id
    notified = (
        []
        if alert.notifications.filter(unit=unit_id).exists()
        else routing.route(alert, read.position, unit_id)
    )
    if raised or notified:
        batch.rang.add(alert.pk)
        notes = {"raised": raised, "sure": read.sure, "rings": alert.rings, "handled": alert.handled_id}
        batch.record(alert, read, hit, entry, **notes, notified=[str(target) for target in notified])
    if raised and alert.rings:
        routing.start_escalation(alert)
    if raised:
        alert_raised.send(sender=Alert, alert=alert, actor=batch.actor)
    return alert


@enforces("5.b/which")
def _arrive_late(batch: _Batch, read: Read, hit: Hit, entry: Entry) -> Alert | None:
    """A read held at its reader for over an hour is matched like an earlier read: it joins its alert, or
    raises a historical one. It rings for nobody, never escalates, and opens no call."""
    if is_known(read.id, entry.pk):
        return None
    moment = hub_time(read.captured_at, batch.ahead)
    earlier = Alert.objects.filter(entry=entry, reader=batch.reader, historical=True).exclude(
        stage__in=OVER_STAGES
    )
    alert = _alert_to_join(entry, moment) or earlier.first()
    if alert:
        add_sighting(batch.reader, alert, read, moment)
        return alert
    alert = _create_alert(batch, read, hit, entry, moment, historical=True)
    batch.record(alert, read, hit, entry, historical=True, seen_at=moment.isoformat())
    return alert


@enforces("5.b/which")
def _make_live(alert: Alert, rings: bool) -> Alert:
    """A hub died before matching a stored read, and the search of earlier reads found it before its reader
    sent it again: the alert is not historical and rings like any other."""
    change_row(alert, historical=False, rings=rings, arrived_at=clock.now())
    return alert


def _alert_to_join(entry: Entry, moment: datetime) -> Alert | None:
    """The open alert of this entry that a read of that moment belongs to, whichever reader saw it."""
    # A historical alert never rang for anybody. One marked as no match rings for nobody either and closes by itself:
    # what is read after the press has an alert of its own, for the vehicle may be another.
    every = Alert.objects.filter(entry=entry, historical=False).exclude(
        stage__in=(*OVER_STAGES, Stage.MARKED)
    )
    spans = every.annotate(first=Min("sightings__seen_at"), last=Max("sightings__seen_at")).order_by(
        "-number"
    )
    for alert in spans:
        alert.entry = entry
        moments = [alert.seen_at, alert.first or alert.seen_at, alert.last or alert.seen_at]
        if joins_alert(moment, min(moments), max(moments)):
            return alert
    return None


def add_sighting(reader: Reader, alert: Alert, read: Read, moment: datetime) -> None:
    """The alert's plate was seen again."""
    Sighting.objects.create(
        alert=alert, reader=reader, read=read.id, captured_at=read.captured_at, seen_at=moment
    )


def _create_alert(
    batch: _Batch, read: Read, hit: Hit, entry: Entry, moment: datetime, *, historical: bool = False
) -> Alert:
    before = {} if historical else last_handled.columns(entry, batch.reader, moment)
    silent = historical or before.get("silent_until") is not None
    return create_alert(
        batch.reader,
        read,
        hit,
        moment,
        entry=entry,
        hotlist_version=batch.version,
        rings=not silent and batch.rings(read, hit),
        historical=historical,
        **before,
    )


def create_alert(reader: Reader, read: Read, hit: Hit, moment: datetime, **more: Any) -> Alert:
    """The alert of a hit that its reader saw at that moment; `more`: its entry, and what else is its own."""
    return Alert.objects.create(
        reader=reader,
        read=read.id,
        captured_at=read.captured_at,
        seen_at=moment,
        arrived_at=clock.now(),
        list_at=hit.head.refreshed_at,
        kind=hit.kind,
        state_agreement=hit.state,
        sure=read.sure,
        **more,
        **equipment.columns(reader, moment, read.shift_check),
    )


def is_known(read: UUID, entry: UUID) -> bool:
    """Whether the read raised or joined an alert of the entry."""
    raised = Alert.objects.filter(read=read, entry=entry)
    return raised.exists() or Sighting.objects.filter(read=read, alert__entry=entry).exists()
