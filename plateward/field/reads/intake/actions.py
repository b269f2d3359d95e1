"""Receiving a batch: judge, store images, store reads, then settle it in a single transaction.

If the hub is killed before that transaction, the reader has no receipt and sends again; stored reads are then found and
settled. Afterward, the same batch gets the same receipt.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import cast
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.fleet import actions as fleet
from plateward.field.fleet.bounds import deployments_of, exclusion_zones, require_all_deployments
from plateward.field.fleet.malfunctions.actions import receive_state
from plateward.field.fleet.malfunctions.changes import note_reader
from plateward.field.fleet.models import Reader
from plateward.field.reads import models
from plateward.field.reads.images import image_segments
from plateward.field.reads.rules import AcceptedRead, RejectedRead, RejectionReason, hub_time, judge_read
from plateward.field.reads.signals import reads_stored
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.term import reads_kept
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.wire import WireError, encode
from plateward.ground.wire.batch import Batch, HandledAlert, ReadRejection, Receipt
from plateward.ground.wire.where import DropReason, why_dropped


@enforces("5.a/trail", "5.i/record", "6.b.i.9/entries", "6.j.i/proven")
def receive_batch(actor: Actor, reader: Reader, batch: Batch, body: bytes, ahead: timedelta) -> Receipt:
    """Receive a batch. Each read is accepted, already known, dropped, or rejected with a reason. `ahead`: how far the
    reader's clock was ahead of the hub's on sending.

    Raises WireError if the batch's number belongs to another reader; Refused, and nothing is stored, if a record that
    decides what is kept was altered past the hub.
    """
    digest = hashlib.sha256(body).hexdigest()
    settled = models.Batch.objects.filter(pk=batch.id).first()
    if settled is not None and settled.reader_id != reader.pk:
        raise WireError("Another reader used this batch number. Nothing was accepted (OPR:50 6.j.i).")
    if settled is not None and settled.sha256 == digest:
        return msgspec.msgpack.decode(bytes(settled.receipt), type=Receipt)
    key = Ed25519PublicKey.from_public_bytes(bytes(reader.public_key))
    now = clock.now()
    kept = cache(reads_kept)
    verdicts = [judge_read(signed, batch, key, reader.camera, now, kept) for signed in batch.reads]
    refused = [verdict for verdict in verdicts if isinstance(verdict, RejectedRead)]
    accepted: dict[UUID, AcceptedRead] = {}
    for verdict in verdicts:
        if isinstance(verdict, AcceptedRead):
            first = accepted.setdefault(verdict.read.id, verdict)
            if first.signed.body != verdict.signed.body:
                refused.append(_conflict(verdict))
    dropped = _dropped(reader, accepted.values(), ahead)
    by_day: dict[date, list[AcceptedRead]] = defaultdict(list)
    for read in accepted.values():
        by_day[read.read.captured_at.date()].append(read)
    fresh: list[StoredRead] = []
    stored_before: list[StoredRead] = []
    for day, reads in by_day.items():
        try:
            old = _stored_before(day, reads)
            for id in old:  # nothing that is stored counts as dropped, whatever was excluded since
                dropped.pop(id, None)
            known = old.keys() | dropped.keys()
            fresh += _store(reader, day, [read for read in reads if read.read.id not in known])
        except DayDestroyed as destroyed:
            left = [read.read for read in reads if read.read.id not in dropped]
            refused += [RejectedRead(read, RejectionReason.DESTROYED, str(destroyed)) for read in left]
            continue
        again = [read for read in reads if read.read.id in old]
        stored_before += [old[read.read.id] for read in again if old[read.read.id].body == read.signed.body]
        refused += [_conflict(read) for read in again if old[read.read.id].body != read.signed.body]
    with act(actor, Event.BATCH_RECEIVE, f"batch:{batch.id}") as entry:
        unsent = fleet.count_drops(reader, batch.dropped)
        note_reader(actor, reader, [stored.read for stored in fresh], batch.state)
        receive_state(actor, reader, batch.state)
        fleet.note_contact(
            reader,
            reads=[stored.read for stored in fresh],
            ahead=ahead,
            dropped=len(dropped) + sum(unsent.values()),
        )
        # A read that a killed hub stored but did not settle was never matched, so known reads go on too.
        answers = reads_stored.send(
            sender=Reader, reader=reader, reads=[*fresh, *stored_before], actor=actor, ahead=ahead
        )
        receipt = Receipt(
            batch=batch.id,
            accepted=[stored.read.id for stored in fresh],
            duplicates=[stored.read.id for stored in stored_before],
            rejected=[ReadRejection(no.read.id if no.read else None, no.reason) for no in refused],
            dropped=list(dropped),
            handled=[handled for _, answer in answers for handled in cast("list[HandledAlert]", answer)],
        )
        encoded = encode(receipt)
        models.Batch.objects.bulk_create(  # one statement, where update_or_create needs four
            [models.Batch(id=batch.id, reader=reader, received_at=now, sha256=digest, receipt=encoded)],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["reader", "received_at", "sha256", "receipt"],
        )
        entry.note(accepted=len(fresh), duplicates=len(stored_before), rejected=len(refused), sha256=digest)
        entry.note(receipt=hashlib.sha256(encoded).hexdigest())
        if dropped:
            entry.note(dropped=_counts(dropped.values()))
        if unsent:
            entry.note(dropped_at_reader=[f"{reason}: {count}" for reason, count in unsent.items()])
        if refused:  # a batch may hold hundreds of refusals: log their count only
            entry.note(why=_counts(no.why for no in refused))
    return receipt


@enforces("6.a.ii.1/outside", "6.a.ii.1/zones")
def _dropped(reader: Reader, accepted: Collection[AcceptedRead], ahead: timedelta) -> dict[UUID, DropReason]:
    """Reads that may not be kept, by id: no image or plate of theirs is stored, nothing is matched, and the reader
    deletes its own copy. They are counted, each time they are sent. Raises Refused."""
    moments = {item.read.id: hub_time(item.read.captured_at, ahead) for item in accepted}
    if not moments:
        return {}
    deployments, zones = deployments_of(reader), exclusion_zones()
    reasons = {
        item.read.id: why_dropped(
            moments[item.read.id], item.read.position, deployments, zones, item.read.last_position
        )
        for item in accepted
    }
    dropped = {id: reason for id, reason in reasons.items() if reason}
    if dropped:
        require_all_deployments()
    return dropped


def _counts(reasons: Iterable[str]) -> list[str]:
    return [f"{reason}: {count}" for reason, count in Counter(reasons).items()]


def _conflict(accepted: AcceptedRead) -> RejectedRead:
    reason = "The hub already has a different read with this id; reads never change (OPR:50 6.j.i)."
    return RejectedRead(accepted.read, RejectionReason.ANOTHER, reason)


def _stored_before(day: date, accepted: Sequence[AcceptedRead]) -> dict[UUID, StoredRead]:
    ids = configured_store().stored_ids(day, [item.read.id for item in accepted])
    stored = (configured_store().get(ReadKey(day, item)) for item in ids)
    return {item.read.id: item for item in stored if item is not None}


def _store(reader: Reader, day: date, accepted: Sequence[AcceptedRead]) -> list[StoredRead]:
    if not accepted:
        return []
    blobs = [image for accepted_read in accepted for image in (accepted_read.context, accepted_read.plate)]
    places = image_segments().append(day, blobs)
    now = clock.now()
    reads = [
        StoredRead(
            read=accepted_read.read,
            body=accepted_read.signed.body,
            signature=accepted_read.signed.signature,
            reader=reader.name,
            received_at=now,
            context=places[2 * i],
            plate_image=places[2 * i + 1],
        )
        for i, accepted_read in enumerate(accepted)
    ]
    configured_store().append(day, reads)
    return reads
