"""A day ends: what stays is where it was for everybody, and of the rest nothing is left."""

import errno
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from psycopg.sql import Literal

from plateward.core.db.signals import database_opened
from plateward.field.reads import destruction
from plateward.field.reads.signals import tombstones_requested
from plateward.field.reads.store import ReadKey, StoredRead
from plateward.field.reads.store.away import DayAltered, DayLost, DaySetAside
from plateward.field.reads.store.partitions import mark_next, number_of
from plateward.field.reads.store.postgres import PostgresStore
from plateward.field.reads.tests.homes import WHY, Home, end
from plateward.field.reads.tests.tables import copied, put_back
from plateward.ground import clock
from plateward.ground.vault import files, tombstones
from plateward.ground.vault.day_keys import DayBusy, DayDestroyed
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.vault.segments import Location, Segments

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.h.ii/destruction", "MP-6/erased"),
    pytest.mark.both_databases,
]
DAY = date(2026, 5, 1)
AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def home(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home.open(tmp_path).used(monkeypatch)


def test_what_stays_is_found_as_before_and_the_rest_is_gone(home: Home) -> None:
    reads, others = home.fill(DAY, 60), home.fill(DAY + timedelta(days=1), 5)
    keep = {read.read.id for read in reads[::7]}
    destroyed = end(DAY, keep)
    assert (destroyed.reads, destroyed.images, destroyed.kept) == (51, 102, 9)
    assert destroyed.bytes > 1_000
    kept = home.searched(DAY)
    assert kept.keys() == keep
    assert {read.generation for read in kept.values()} == {1}
    assert all(kept[read.read.id].body == read.body for read in reads[::7])
    assert len(home.searched(DAY + timedelta(days=1))) == len(others)
    assert home.store.get(ReadKey(DAY, reads[1].read.id)) is None
    for place in (reads[0].context, reads[1].plate_image):  # of rows that somebody still holds
        with pytest.raises(DayDestroyed):
            home.segments.read(place)
    with pytest.raises(DayDestroyed):
        home.store.append(DAY, reads[1:2])
    with pytest.raises(DayDestroyed):
        home.segments.append(DAY, [b"late"])
    assert not home.store.remains()
    assert home.segments.listed() == {(DAY, 1), (DAY + timedelta(days=1), 0)}


def test_a_day_ends_again_and_then_for_good(home: Home) -> None:
    reads = home.fill(DAY, 30)
    ids = [read.read.id for read in reads]
    for generation, keep in enumerate([set(ids[:9]), set(ids[3:9]), {ids[3]}]):
        assert end(DAY, keep).generation == generation
        assert home.searched(DAY).keys() == keep
    assert end(DAY, set()).kept == 0
    assert home.store.days() == []
    for ask in (
        lambda: home.keys.generation(DAY),
        lambda: home.store.get(ReadKey(DAY, ids[3])),
        lambda: home.store.raw_rows(DAY, b"", 10),
        lambda: home.store.append(DAY, reads),
    ):
        with pytest.raises(DayDestroyed):
            ask()
    assert not home.store.remains() | {day for day, _ in home.segments.listed()}
    assert [stone.following for stone in home.keys.tombstones()] == [1, 2, 3, None]


def test_what_was_prepared_and_may_not_stay_is_not_kept(home: Home) -> None:
    ids = [read.read.id for read in home.fill(DAY, 30)]
    destruction.prepare(DAY, set(ids[:9]))
    destruction.prepare(DAY, set(ids[:9]))
    destroyed = destruction.switch(DAY, set(ids[5:12]), at=AT, why=WHY)
    assert (destroyed.kept, destroyed.reads) == (7, 23)
    destruction.shred(DAY)
    assert home.searched(DAY).keys() == set(ids[5:12])


def test_a_day_without_what_should_be_kept_ends_wholly(home: Home) -> None:
    home.fill(DAY, 3)
    assert end(DAY, {UUID(int=7)}).kept == 0
    assert home.store.days() == []


def test_nothing_comes_again_that_was_not_destroyed(home: Home) -> None:
    home.fill(DAY, 3)
    assert destruction.destroy_again() == []
    end(DAY, set())
    assert destruction.destroy_again() == []


@pytest.mark.clause("6.b.i.9/first")
def test_what_came_back_is_on_the_log_before_it_goes_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.fill(DAY, 3)
    path, entries = home.keys.directory / f"{DAY}.key", list[tuple[str, bool]]()
    copy = path.read_bytes()
    end(DAY, set())
    files.write_once(path, copy)

    def note(*_: object, found: str) -> None:
        entries.append((found, path.exists()))

    monkeypatch.setattr(destruction, "record", note)
    assert destruction.destroy_again() == [DAY]
    assert entries == [("key", True)]
    assert not path.exists()


@pytest.mark.clause("6.j.i/proven")
@pytest.mark.parametrize("prepared", [True, False], ids=["prepared", "added at the switch"])
def test_an_image_that_does_not_open_where_it_was_copied_to_keeps_the_day(
    home: Home, monkeypatch: pytest.MonkeyPatch, prepared: bool
) -> None:
    ids = {read.read.id for read in home.fill(DAY, 6)}
    if not prepared:
        destruction.prepare(DAY, set(sorted(ids)[:3]))
    append = Segments.append

    def altered(segments: Segments, day: date, blobs: Sequence[bytes], generation: int) -> list[Location]:
        """As a disk does that stores other bytes than it was given."""
        places = append(segments, day, blobs, generation)
        with (segments.directory / places[-1].object).open("r+b") as file:
            last = places[-1].offset + places[-1].length - 1
            file.seek(last)
            (stored,) = file.read(1)
            file.seek(last)
            file.write(bytes([stored ^ 1]))
        return places

    with monkeypatch.context() as patch:
        patch.setattr(Segments, "append", altered)
        with pytest.raises(SealBroken):
            destruction.prepare(DAY, ids) if prepared else destruction.switch(DAY, ids, at=AT, why=WHY)
    assert not home.keys.tombstones()
    assert home.searched(DAY).keys() == ids
    end(DAY, ids)
    assert home.searched(DAY).keys() == ids


def test_two_processes_never_copy_or_end_a_day_at_once(home: Home) -> None:
    ids = {read.read.id for read in home.fill(DAY, 6)}
    destruction.prepare(DAY, ids)
    other = Home.open(home.path)
    with other.keys.reserved(DAY):
        with pytest.raises(DayBusy, match=f"destroying what is due of {DAY}"):
            destruction.prepare(DAY, set(sorted(ids)[:2]))
        with pytest.raises(DayBusy):
            destruction.switch(DAY, set(), at=AT, why=WHY)
    assert {read.read.id for read in home.store.next_reads(DAY, 1)} == ids
    assert not home.keys.tombstones()
    end(DAY, ids)
    assert home.searched(DAY).keys() == ids


@pytest.mark.parametrize("kept", [2, 0])
def test_a_disk_that_is_full_after_the_first_tombstone_stops_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    ids = sorted(read.read.id for read in home.fill(DAY, 6))
    keep = set(ids[:kept])
    second = home.path / "keys" / "tombstones"

    def full(path: Path, content: bytes) -> bool:
        if path.parent == second:
            raise OSError(errno.ENOSPC, "No space left on device")
        return files.write_once(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(tombstones, "write_once", full)
        destroyed = destruction.switch(DAY, keep, at=AT, why=WHY)
    assert destroyed.kept == kept
    if kept:
        assert home.searched(DAY).keys() == keep
    assert not home.keys.is_destroyed(DAY, 1) or not kept
    destruction.shred(DAY)
    assert not list(home.keys.problems())
    assert not home.store.remains()
    assert DAY in home.store.days() if kept else DAY not in home.store.days()


def test_a_command_reads_nothing_that_only_a_certificate_says_was_destroyed(home: Home) -> None:
    """The folder of the keys, the key ring's, and the reads are all from before."""
    reads = home.fill(DAY, 3)
    text = home.keys.sign(DAY, 0, following=None, at=AT, why=WHY).text

    def kept_elsewhere(**_: object) -> list[bytes]:
        return [text]

    tombstones_requested.connect(kept_elsewhere)
    try:
        database_opened.send(sender=None)
    finally:
        tombstones_requested.disconnect(kept_elsewhere)
    with pytest.raises(DayDestroyed):
        home.store.get(ReadKey(DAY, reads[0].read.id))
    with pytest.raises(DayDestroyed):
        home.segments.read(reads[0].context)
    assert DAY not in home.store.days()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about tables")
def test_a_restored_copy_of_a_renewed_day_stays_while_what_was_kept_is_missing(home: Home) -> None:
    """It is not answered, but it may be the last that says what was kept."""
    assert isinstance(home.store, PostgresStore)
    reads = home.fill(DAY, 8)
    keep = {read.read.id for read in reads[:3]}
    copies = [copied(DAY)]
    destruction.prepare(DAY, set(sorted(keep)[:2]))
    copies.append(copied(DAY))  # what is prepared is not complete
    destruction.prepare(DAY, keep)
    mark_next(home.keys.sign(DAY, 0, following=1, at=AT, why=WHY))
    complete = copied(DAY)
    destruction.switch(DAY, keep, at=AT, why=WHY)
    destruction.shred(DAY)
    renewed = copied(DAY)
    for copy in copies:
        put_back(DAY, copy)
        assert DAY not in destruction.destroy_again()
        destruction.shred(DAY)
        assert copied(DAY) == copy
        assert_lost(home, reads)
    for copy in (renewed, complete):
        put_back(DAY, copy)
        assert home.store.lost_days() == {}
        destruction.destroy_again()
        assert home.searched(DAY).keys() == keep
        assert copied(DAY) == renewed
    end(DAY, set())
    put_back(DAY, copies[0])
    assert destruction.destroy_again() == [DAY]  # nothing was kept at last
    assert copied(DAY) == {}


@pytest.mark.clause("6.c.i.1/role")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="about tables")
def test_a_copy_that_is_set_aside_is_named_and_goes_when_a_person_decides(home: Home) -> None:
    ids = sorted(read.read.id for read in home.fill(DAY, 8))
    end(DAY, set(ids[:5]))
    older = copied(DAY)
    destruction.prepare(DAY, set(ids[:2]))
    copies = {**older, **copied(DAY)}  # what is prepared is not complete
    assert not home.store.discard_copy(DAY)
    assert copied(DAY).keys() == copies.keys(), "there is no copy"
    end(DAY, set(ids[:3]))
    put_back(DAY, copies)
    assert isinstance(home.store.lost_days()[DAY], DaySetAside)
    with pytest.raises(DaySetAside, match="the Chief decides under Retention that the copy is destroyed"):
        home.searched(DAY)
    assert home.store.discard_copy(DAY)
    assert copied(DAY).keys() == {2}, "what was kept, as far as it is there"
    assert type(home.store.lost_days()[DAY]) is DayLost
    assert not home.store.remains()


@pytest.mark.clause("6.j.i/proven")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="about tables")
@pytest.mark.parametrize("how", ["cut", "forged", "of another day", "missing", "older"])
def test_a_record_at_the_partitions_that_is_not_the_hubs_own_closes_its_day_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    other, untouched = DAY + timedelta(days=1), DAY + timedelta(days=2)
    kept = {day: sorted(read.read.id for read in home.fill(day, 6))[:3] for day in (DAY, other)}
    home.fill(untouched, 4)
    for day, ids in kept.items():
        end(day, set(ids))
    own = older = home.keys.tombstones()[0].text.decode()
    if how == "older":
        kept[DAY] = kept[DAY][:2]
        end(DAY, set(kept[DAY]))
        [own] = [
            stone.text.decode()
            for stone in home.keys.tombstones()
            if (stone.day, stone.generation) == (DAY, 1)
        ]
    text = {
        "cut": own[:-20],
        "forged": own.replace(WHY, "OPR:50 6.h.i"),
        "of another day": next(stone.text.decode() for stone in home.keys.tombstones() if stone.day == other),
        "missing": "",  # a dump without comments
        "older": older,
    }[how]
    is_forged = how not in ("missing", "older")

    def note_at(day: date, text: str) -> None:
        with connection.cursor() as cursor:
            comment = Literal(text).as_string()
            cursor.execute(f"COMMENT ON TABLE reads_read_{number_of(day)} IS {comment}")

    note_at(DAY, text)
    assert home.searched(other).keys() == set(kept[other])
    assert len(home.searched(untouched)) == 4
    with pytest.raises(DayAltered, match=clock.format_day(DAY)):
        home.searched(DAY)
    assert home.store.days() == [DAY, other, untouched]
    assert isinstance(home.store.lost_days()[DAY], DayAltered)
    if is_forged:
        [(day, problem)] = home.store.problems()
        assert (day, f"the comment of reads_read_{number_of(DAY)}" in problem) == (DAY, True)
    before = copied(DAY)
    assert DAY not in destruction.destroy_again()
    assert not home.store.discard_copy(DAY)
    assert copied(DAY) == before, "it may be what was kept"
    note_at(DAY, own)
    assert home.searched(DAY).keys() == set(kept[DAY])
    if not is_forged:
        return
    note_at(untouched, text)  # of which nothing was destroyed by any record that counts
    assert len(home.searched(untouched)) == 4
    assert [day for day, _ in home.store.problems()] == [untouched]
    assert home.store.lost_days() == {}


def assert_lost(home: Home, reads: list[StoredRead]) -> None:
    """The day is named, and nothing of it is answered."""
    assert list(home.store.lost_days()) == [DAY]
    for ask in (
        lambda: home.searched(DAY),
        lambda: home.store.get(ReadKey(DAY, reads[0].read.id)),
        lambda: home.store.get(ReadKey(DAY, reads[-1].read.id)),
        lambda: home.store.get(ReadKey(DAY, UUID(int=7))),
        lambda: home.store.raw_rows(DAY, b"", 10),
        lambda: home.store.counts(DAY),
        lambda: home.store.stored_ids(DAY, [reads[0].read.id]),
        lambda: list(home.store.plates(DAY)),
        lambda: list(home.store.of_plates(DAY, [reads[0].read.plate])),
    ):
        with pytest.raises(DayLost, match=clock.format_day(DAY)):
            ask()
