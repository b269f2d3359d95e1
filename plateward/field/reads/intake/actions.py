"""Receiving batches: judge, store images, store reads, then settle them in a single transaction.

What readers send at the same time is received together (docs/decisions/0215). If the hub is killed before that
transaction, the readers have no receipt and send again; stored reads are then found and settled. Afterward, the same
batch gets the same receipt.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from typing import cast
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, LogUnavailable, acts
from plateward.core.db.together import DATABASE_FAILED, Together
from plateward.field.fleet.actions import count_drops
from plateward.field.fleet.bounds import deployments_of, exclusion_zones, require_all_deployments
from plateward.field.fleet.contact import Contact, note_batches
from plateward.field.fleet.malfunctions.actions import receive_state
from plateward.field.fleet.malfunctions.changes import note_order, note_reader
from plateward.field.fleet.models import Reader
from plateward.field.reads import models
from plateward.field.reads.images import image_segments
from plateward.field.reads.rules import AcceptedRead, RejectedRead, RejectionReason, hub_time, judge_read
from plateward.field.reads.signals import StoredBatch, reads_stored
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.term import reads_kept
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.wire import WireError, encode
from plateward.ground.wire.batch import Batch, HandledAlert, ReadRejection, Receipt
from plateward.ground.wire.placement import Zone
from plateward.ground.wire.where import DropReason, why_dropped

MOST_TOGETHER, ROUND_BYTES = 64, 4 * 1024 * 1024  # batches, and about how much of them goes to disk at once
FOLLOW_S = 60.0  # behind batches that were taken before
Answers = Sequence[Sequence[HandledAlert]]


@dataclass(frozen=True, eq=False)
class Arrival:
    """A batch as it came, each another. `ahead`: how far the reader's clock was ahead of the hub's on sending."""

    actor: Actor
    reader: Reader
    batch: Batch
    body: bytes
    ahead: timedelta

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass
class Sorted:
    """A batch whose receipt is in the making: what becomes of each of its reads."""

    arrival: Arrival
    accepted: dict[UUID, AcceptedRead]
    refused: list[RejectedRead]
    dropped: dict[UUID, DropReason]
    fresh: list[StoredRead] = field(default_factory=list)
    stored_before: list[StoredRead] = field(default_factory=list)


@enforces("5.a/trail", "5.i/record", "6.b.i.9/entries", "6.j.i/proven")
def receive_batch(arrival: Arrival) -> Receipt:
    """Receive a batch, with those that come at this moment. Each read is accepted, already known, dropped, or rejected
    with a reason.

    Raises WireError if the batch's number belongs to another reader; Refused, and nothing is stored, if a record that
    decides what is kept was altered past the hub.
    """
    return _together.do(arrival)


def receive_batches(arrivals: Sequence[Arrival]) -> list[Receipt]:
    """If it raises, a part of them may be received; whoever sends those again gets their receipts."""
    receipts: dict[Arrival, Receipt] = {}
    for some in _rounds(arrivals):
        receipts |= _receive(some)
    return [receipts[arrival] for arrival in arrivals]


_together = Together(
    receive_batches, most=MOST_TOGETHER, follow_s=FOLLOW_S, fails_all=(*DATABASE_FAILED, LogUnavailable)
)


def _rounds(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """In each, no reader and no batch is twice. By reader, so that no two nodes wait for each other's rows."""
    while arrivals:
        taken, left, there, size = list[Arrival](), list[Arrival](), set[int | UUID](), 0
        for arrival in arrivals:
            own = {arrival.reader.pk, arrival.batch.id}
            if own & there or size >= ROUND_BYTES:
                left.append(arrival)
            else:
                taken.append(arrival)
                size += len(arrival.body)
            there |= own
        yield sorted(taken, key=lambda arrival: arrival.reader.pk)
        arrivals = left


def _receive(arrivals: Sequence[Arrival]) -> dict[Arrival, Receipt]:
    settled = models.Batch.objects.in_bulk([arrival.batch.id for arrival in arrivals])
    zones, receipts, batches = exclusion_zones(), dict[Arrival, Receipt](), list[Sorted]()
    for arrival in arrivals:
        known = settled.get(arrival.batch.id)
        if known and known.reader_id != arrival.reader.pk:
            raise WireError("Another reader used this batch number. Nothing was accepted (OPR:50 6.j.i).")
        if known and known.sha256 == arrival.digest:
            receipts[arrival] = msgspec.msgpack.decode(bytes(known.receipt), type=Receipt)
        else:
            batches.append(_sorted(arrival, zones))
    if batches:
        _store(batches)
        receipts |= _settle(batches)
    return receipts


def _sorted(arrival: Arrival, zones: Sequence[Zone]) -> Sorted:
    """Raises Refused."""
    batch, reader, now, kept = arrival.batch, arrival.reader, clock.now(), cache(reads_kept)
    key = Ed25519PublicKey.from_public_bytes(bytes(reader.public_key))
    verdicts = [judge_read(signed, batch, key, reader.camera, now, kept) for signed in batch.reads]
    refused = [verdict for verdict in verdicts if isinstance(verdict, RejectedRead)]
    accepted: dict[UUID, AcceptedRead] = {}
    for verdict in verdicts:
        if isinstance(verdict, AcceptedRead):
            first = accepted.setdefault(verdict.read.id, verdict)
            if first.signed.body != verdict.signed.body:
                refused.append(_conflict(verdict))
    return Sorted(arrival, accepted, refused, _dropped(arrival, accepted, zones))


@enforces("6.a.ii.1/outside", "6.a.ii.1/zones")
def _dropped(
    arrival: Arrival, accepted: dict[UUID, AcceptedRead], zones: Sequence[Zone]
) -> dict[UUID, DropReason]:
    """Reads that may not be kept, by id: no image or plate of theirs is stored, nothing is matched, and the reader
    deletes its own copy. They are counted, each time they are sent. Raises Refused."""
    if not accepted:
        return {}
    deployments, reasons = deployments_of(arrival.reader), dict[UUID, DropReason]()
    for id, item in accepted.items():
        read, moment = item.read, hub_time(item.read.captured_at, arrival.ahead)
        if reason := why_dropped(moment, read.position, deployments, zones, read.last_position):
            reasons[id] = reason
    if reasons:
        require_all_deployments()
    return reasons


def _counts(reasons: Iterable[str]) -> list[str]:
    return [f"{reason}: {count}" for reason, count in Counter(reasons).items()]


def _conflict(accepted: AcceptedRead) -> RejectedRead:
    reason = "The hub already has a different read with this id; reads never change (OPR:50 6.j.i)."
    return RejectedRead(accepted.read, RejectionReason.ANOTHER, reason)


def _store(batches: Sequence[Sorted]) -> None:
    """What is accepted of them, day by day; of a day that is destroyed, nothing."""
    by_day: dict[date, list[tuple[Sorted, AcceptedRead]]] = defaultdict(list)
    for batch in batches:
        for read in batch.accepted.values():
            by_day[read.read.captured_at.date()].append((batch, read))
    for day, reads in by_day.items():
        try:
            _store_day(day, reads)
        except DayDestroyed as destroyed:
            for batch, item in reads:
                if item.read.id not in batch.dropped:
                    no = RejectedRead(item.read, RejectionReason.DESTROYED, str(destroyed))
                    batch.refused.append(no)


def _store_day(day: date, reads: Sequence[tuple[Sorted, AcceptedRead]]) -> None:
    """Raises DayDestroyed."""
    ids = configured_store().stored_ids(day, [item.read.id for _, item in reads])
    old = {id: before for id in ids if (before := configured_store().get(ReadKey(day, id)))}
    new = dict[UUID, tuple[Sorted, AcceptedRead]]()
    for batch, item in reads:
        if item.read.id in old:  # nothing that is stored counts as dropped, whatever was excluded since
            batch.dropped.pop(item.read.id, None)
        elif item.read.id not in batch.dropped:
            new.setdefault(item.read.id, (batch, item))
    _append(day, list(new.values()))
    for batch, item in reads:
        before, (_, first) = old.get(item.read.id), new.get(item.read.id, (batch, item))
        if before and before.body == item.signed.body:
            batch.stored_before.append(before)
        elif before or first is not item:
            batch.refused.append(_conflict(item))


def _append(day: date, reads: Sequence[tuple[Sorted, AcceptedRead]]) -> None:
    if not reads:
        return
    blobs = [image for _, item in reads for image in (item.context, item.plate)]
    places, now = image_segments().append(day, blobs), clock.now()
    stored = [
        StoredRead(
            read=item.read,
            body=item.signed.body,
            signature=item.signed.signature,
            reader=batch.arrival.reader.name,
            received_at=now,
            context=places[2 * i],
            plate_image=places[2 * i + 1],
        )
        for i, (batch, item) in enumerate(reads)
    ]
    configured_store().append(day, stored)
    for (batch, _), read in zip(reads, stored, strict=True):
        batch.fresh.append(read)


def _settle(batches: Sequence[Sorted]) -> dict[Arrival, Receipt]:
    """Their receipts, in one transaction with all that becomes of their reads."""
    entries = [
        EntryDraft(arrival.actor, Event.BATCH_RECEIVE, f"batch:{arrival.batch.id}")
        for arrival in (batch.arrival for batch in batches)
    ]
    receipts = dict[Arrival, Receipt]()
    with acts(entries):
        note_batches([_note(batch, entry) for batch, entry in zip(batches, entries, strict=True)])
        # A read that a killed hub stored but did not settle was never matched, so known reads go on too.
        stored = [
            StoredBatch(
                batch.arrival.actor,
                batch.arrival.reader,
                [*batch.fresh, *batch.stored_before],
                batch.arrival.ahead,
            )
            for batch in batches
        ]
        answers = [cast(Answers, answer) for _, answer in reads_stored.send(sender=Reader, batches=stored)]
        rows = list[models.Batch]()
        for number, (batch, entry) in enumerate(zip(batches, entries, strict=True)):
            receipt = _receipt(batch, [handled for answer in answers for handled in answer[number]])
            encoded = encode(receipt)
            entry.note(receipt=hashlib.sha256(encoded).hexdigest())
            receipts[batch.arrival] = receipt
            rows.append(
                models.Batch(
                    id=receipt.batch,
                    reader=batch.arrival.reader,
                    received_at=clock.now(),
                    sha256=batch.arrival.digest,
                    receipt=encoded,
                )
            )
        models.Batch.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["reader", "received_at", "sha256", "receipt"],
        )
    return receipts


def _note(batch: Sorted, entry: EntryDraft) -> Contact:
    """What its reader says of itself, and what the log says of the batch."""
    arrival, reads = batch.arrival, [stored.read for stored in batch.fresh]
    unsent = count_drops(arrival.reader, arrival.batch.dropped)
    note_reader(arrival.actor, arrival.reader, reads, arrival.batch.state)
    note_order(arrival.actor, arrival.reader, arrival.batch)
    receive_state(arrival.actor, arrival.reader, arrival.batch.state)
    entry.note(
        accepted=len(batch.fresh),
        duplicates=len(batch.stored_before),
        rejected=len(batch.refused),
        sha256=arrival.digest,
    )
    if batch.dropped:
        entry.note(dropped=_counts(batch.dropped.values()))
    if unsent:
        entry.note(dropped_at_reader=[f"{reason}: {count}" for reason, count in unsent.items()])
    if batch.refused:  # a batch may hold hundreds of refusals: log their count only
        entry.note(why=_counts(no.why for no in batch.refused))
    number = arrival.batch.id if arrival.batch.after else None
    return Contact(arrival.reader, number, reads, arrival.ahead, len(batch.dropped) + sum(unsent.values()))


def _receipt(batch: Sorted, handled: list[HandledAlert]) -> Receipt:
    return Receipt(
        batch=batch.arrival.batch.id,
        accepted=[stored.read.id for stored in batch.fresh],
        duplicates=[stored.read.id for stored in batch.stored_before],
        rejected=[ReadRejection(no.read.id if no.read else None, no.reason) for no in batch.refused],
        dropped=list(batch.dropped),
        handled=handled,
    )
