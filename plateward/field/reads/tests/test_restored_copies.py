"""Older copies of the hub's folders and of its database, in any mixture of times: nothing that was destroyed is there
again, and nothing that was kept is lost by that, or it is said."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from django.db import connection, transaction

from plateward.field.reads import destruction
from plateward.field.reads.signals import tombstones_requested
from plateward.field.reads.tests.homes import WHY, Home
from plateward.field.reads.tests.tables import Tables, copied, put_back, reads_of
from plateward.ground.errors import PlatewardError
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.vault.generations import generation_name, generations_in
from plateward.ground.vault.tombstones import Tombstone

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.h.ii/destruction", "MP-6/erased", "6.j.i/proven")]
POSTGRESQL = connection.vendor == "postgresql"
DAYS_PLACE, RING_PLACE, IMAGES_PLACE, READS_PLACE = (
    "data/days",
    "keys/tombstones",
    "data/images",
    "data/reads",
)
FOLDERS = (DAYS_PLACE, RING_PLACE, IMAGES_PLACE) if POSTGRESQL else (
    DAYS_PLACE, RING_PLACE, IMAGES_PLACE, READS_PLACE,
)  # fmt: skip
DATABASE = "database"  # with the certificates and, on PostgreSQL, the reads
RECORDS = (DAYS_PLACE, RING_PLACE, DATABASE)  # of what was destroyed; one of them is never older
KINDS = {DAYS_PLACE: "key", READS_PLACE: "db", IMAGES_PLACE: "seg"}
KINDS = {place: KINDS[place] for place in FOLDERS if place in KINDS}
DAYS = [date(2026, 2, 1) + timedelta(days=number) for number in range(3)]
AT = datetime(2026, 6, 1, tzinfo=UTC)
RESTORES, OPENED_EVERY, SEED = (60, 1, 17) if POSTGRESQL else (1_000, 10, 17)


@dataclass(frozen=True)
class Moment:
    """A copy of the hub's folders and of its raw tables, what was kept of each day by then, and what was destroyed."""

    copy: Path
    kept: dict[date, set[UUID]]
    stones: list[Tombstone]
    tables: dict[date, Tables] = field(default_factory=dict)

    def files(self, place: str, day: date, generation: int) -> dict[str, bytes]:
        name, kind = generation_name(day, generation), KINDS[place]
        folder = self.copy / place
        paths = [*folder.glob(f"{name}.{kind}"), *folder.glob(f"{name}-*.{kind}")]
        return {path.name: path.read_bytes() for path in paths}

    def rows(self, day: date, before: bytes, generation: int) -> object:
        """The raw rows of this generation, if all that was kept is there, as its table says by the tombstone."""
        table = reads_of(self.tables.get(day, {})).get(generation)
        return table.rows if table and table.comment.encode() == before else None


def history(path: Path, copies: Path, patch: pytest.MonkeyPatch) -> Iterator[Moment]:
    """Days come in, and of each less and less stays. Each step is a moment, as if the hub was killed there."""
    kept: dict[date, set[UUID]] = {}

    def now(home: Home) -> Moment:
        copy = copies / str(len(list(copies.iterdir())))
        for place in FOLDERS:
            shutil.copytree(path / place, copy / place)
        tables = {day: copied(day) for day in DAYS} if POSTGRESQL else {}
        return Moment(copy, dict(kept), home.keys.tombstones(), tables)

    first, second, third = DAYS
    for day in DAYS:
        home = Home.open(path)
        kept[day] = {read.read.id for read in home.fill(day, 4)}
        home.keys.note_reads(day)  # PostgreSQL does so once they are committed
        del home  # closes its files
        yield now(Home.open(path))
    ids = {day: sorted(kept[day]) for day in DAYS}
    for day, number in ((first, 3), (second, 0), (first, 1), (third, 2), (first, 0), (third, 1)):
        home, keep = Home.open(path).used(patch), set(ids[day][:number])
        destruction.prepare(day, keep)
        yield now(home)
        kept[day] = keep
        destruction.switch(day, keep, at=AT, why=WHY)
        yield now(home)
        destruction.shred(day)
        yield now(home)


def restore(hub: Path, moments: dict[str, Moment]) -> None:
    """Each place as it was at its moment."""
    for place in FOLDERS:
        shutil.rmtree(hub / place)
        shutil.copytree(moments[place].copy / place, hub / place)
    for day, tables in moments[DATABASE].tables.items():
        put_back(day, tables)


@pytest.mark.both_databases
def test_a_thousand_restored_copies_bring_nothing_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL fewer, since each takes longer."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    logged: list[str] = []
    monkeypatch.setattr(destruction, "record", lambda _actor, _event, thing, **_: logged.append(thing))
    (tmp_path / "copies").mkdir()
    moments = list(history(tmp_path / "hub", tmp_path / "copies", monkeypatch))
    random, hub, brought = Random(SEED), tmp_path / "hub", 0
    for number in range(RESTORES):
        at = random.randrange(len(moments))
        now = moments[at]
        older = {
            place: moments[random.choice([at, random.randrange(at + 1)])] for place in (*FOLDERS, DATABASE)
        }
        older[random.choice(RECORDS)] = now
        where = f"restore {number} at {at}"
        before = transaction.savepoint()
        restore(hub, older)

        def kept_elsewhere(stones: list[Tombstone] = older[DATABASE].stones, **_: object) -> list[bytes]:
            return [stone.text for stone in stones]

        logged.clear()
        tombstones_requested.connect(kept_elsewhere)
        try:
            home = Home.open(hub).used(monkeypatch)
            days = destruction.destroy_again()
        finally:
            tombstones_requested.disconnect(kept_elsewhere)
        came_back = {
            stone.day
            for stone in now.stones
            for place in KINDS
            if older[place].files(place, stone.day, stone.generation)
        }
        assert came_back <= set(days), where
        assert logged == [f"reads:{day}" for day in days]
        brought += bool(came_back)
        for stone in now.stones:
            with pytest.raises(DayDestroyed):
                home.keys.existing(stone.day, stone.generation)
            for place, kind in KINDS.items():
                assert (stone.day, stone.generation) not in set(generations_in(hub / place, kind)), where
        for day in now.kept if POSTGRESQL else ():
            no_table_is_left(home, day, where)
        for day in now.kept if number % OPENED_EVERY == 0 else ():
            looked_at(home, day, now, older, where)
        transaction.savepoint_rollback(before)
    assert brought > RESTORES / 4


def no_table_is_left(home: Home, day: date, where: str) -> None:
    """Of what was destroyed; unless what was kept of the day is missing, and this is said."""
    if any(home.keys.is_destroyed(day, generation) for generation in reads_of(copied(day))):
        assert day in home.store.lost_days(), where


def looked_at(home: Home, day: date, now: Moment, older: dict[str, Moment], where: str) -> None:
    """What is found of a day is what was kept, unless something of that is not in the copies: then this is said."""
    try:
        generation = home.keys.generation(day)
    except DayDestroyed:
        assert not now.kept[day], where
        return
    last = home.keys.last_tombstone(day)
    part = day, last.text if last else b"", generation
    whole = older[DATABASE].rows(*part) == now.rows(*part) and all(
        older[place].files(place, day, generation) == now.files(place, day, generation) for place in KINDS
    )
    try:
        searched = home.searched(day).keys()
    except PlatewardError:  # the day's reads, key or images are missing, and that is said
        assert not whole, where
        return
    assert searched <= now.kept[day], where
    assert searched == now.kept[day] or not whole, where
