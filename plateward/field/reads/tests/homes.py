"""A hub's reads and images in files of their own, for tests of how a day ends."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from django.db import connection

from plateward.field.reads import destruction
from plateward.field.reads.queries import Order, ReadQuery, Span
from plateward.field.reads.store import ReadKey, ReadStore, StoredRead
from plateward.field.reads.store.postgres import PostgresStore
from plateward.field.reads.store.sqlcipher import SqlcipherStore
from plateward.field.reads.tests.made import made_reads
from plateward.ground.vault.day_keys import DayKeys
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.segments import Segments

READERS = frozenset(f"reader-{number}" for number in range(4))
WHY = "OPR:50 6.h.ii"


@dataclass(frozen=True)
class Home:
    """On PostgreSQL the reads are in the tests' database."""

    path: Path
    store: ReadStore
    keys: DayKeys
    segments: Segments

    @classmethod
    def open(cls, path: Path) -> "Home":
        """As a hub's process does."""
        keys = DayKeys(path / "data/days", KeyRing.create(path / "keys"))
        store: ReadStore = (
            PostgresStore(keys)
            if connection.vendor == "postgresql"
            else SqlcipherStore(path / "data/reads", keys)
        )
        return cls(path, store, keys, Segments(path / "data/images", keys))

    def used(self, monkeypatch: pytest.MonkeyPatch) -> "Home":
        """By reads.destruction from now on."""
        monkeypatch.setattr(destruction, "configured_store", lambda: self.store)
        monkeypatch.setattr(destruction, "day_keys", lambda: self.keys)
        monkeypatch.setattr(destruction, "image_segments", lambda: self.segments)
        return self

    def fill(self, day: date, number: int) -> list[StoredRead]:
        """So many reads of that day."""
        reads = made_reads(number, _begin(day), 1, Random(day.toordinal()))
        places = iter(self.segments.append(day, [image for read in reads for image in images_of(read)]))
        reads = [replace(read, context=next(places), plate_image=next(places)) for read in reads]
        self.store.append(day, reads)
        return reads

    def searched(self, day: date) -> dict[UUID, StoredRead]:
        """What a search finds of that day, opened with both its images."""
        query = ReadQuery(Span(_begin(day), _begin(day) + timedelta(days=1)), readers=READERS)
        reads = {}
        for row in self.store.page(query, Order.NEWEST, None, 5_000).rows:
            read = self.store.get(ReadKey(day, row.id))
            assert read
            assert [self.segments.read(place) for place in (read.context, read.plate_image)] == images_of(
                read
            )
            reads[row.id] = read
        return reads


def images_of(read: StoredRead) -> list[bytes]:
    """The context and the plate."""
    return [f"{name} of {read.read.id}".encode() * 3 for name in ("context", "plate")]


def end(day: date, keep: set[UUID]) -> destruction.Destroyed:
    """All three steps."""
    destruction.prepare(day, keep)
    destroyed = destruction.switch(day, keep, at=_begin(day) + timedelta(days=31), why=WHY)
    destruction.shred(day)
    return destroyed


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
