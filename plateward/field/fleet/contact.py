"""That a reader was heard of, and what its reads say of it. No person's act: of these, only the batch is logged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.wire.read import Read

NOTED_EVERY = timedelta(seconds=30)  # hundreds of readers poll every few seconds
# Reads that waited at the reader arrive after newer ones. The ORM takes several times as long to build this as the
# database to do it.
NOTE_BATCH = """
    UPDATE fleet_reader SET last_seen_at = %s, reads = reads + %s, dropped = dropped + %s,
        last_batch = COALESCE(%s, last_batch),
        read_came_at = COALESCE(%s, read_came_at), clock_ahead_ms = COALESCE(%s, clock_ahead_ms),
        says_checked = CASE WHEN last_read_at IS NULL OR last_read_at < %s THEN %s ELSE says_checked END,
        last_read_at = CASE WHEN last_read_at IS NULL OR last_read_at < %s THEN %s ELSE last_read_at END
    WHERE id = %s"""


@dataclass(frozen=True)
class Contact:
    """Reads of a batch that were stored now, and how many were dropped. `ahead`: how far the reader's clock was ahead
    of the hub's when it sent them. `batch`: if the reader says what its batches follow."""

    reader: Reader
    batch: UUID | None
    reads: Collection[Read]
    ahead: timedelta
    dropped: int


def note_contact(reader: Reader, hotlist_version: str) -> None:
    """It asked for its hot list: at once if it holds another version, else at intervals."""
    now = clock.now()
    changed: dict[str, object] = {}
    if hotlist_version != reader.hotlist_version:
        changed = {"hotlist_version": hotlist_version, "hotlist_since": now}
    if changed or reader.last_seen_at is None or now - reader.last_seen_at >= NOTED_EVERY:
        Reader.objects.filter(pk=reader.pk).update(last_seen_at=now, **changed)


def note_batches(contacts: Sequence[Contact]) -> None:
    """Within the act that receives them."""
    now, time = clock.now(), connection.ops.adapt_datetimefield_value
    last_batch = Reader._meta.get_field("last_batch")
    rows = list[list[Any]]()
    for contact in contacts:
        last = max(contact.reads, key=lambda read: read.captured_at, default=None)
        at = time(last.captured_at) if last else None
        came = [time(now), int(contact.ahead / timedelta(milliseconds=1))] if last else [None, None]
        checked = last.shift_check if last else None
        rows.append(
            [
                time(now),
                len(contact.reads),
                contact.dropped,
                last_batch.get_db_prep_value(contact.batch, connection),
                *came,
                at,
                checked,
                at,
                at,
                contact.reader.pk,
            ]
        )
    with connection.cursor() as cursor:
        cursor.executemany(NOTE_BATCH, rows)
