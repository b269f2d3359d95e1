"""Two shards give the answers of one server, and say when one of them does not answer."""

import errno
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import dj_database_url
import msgspec
import psycopg
import pytest
from django.db import connections
from django.test import override_settings

from plateward.field.reads import destruction
from plateward.field.reads.areas import Box
from plateward.field.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery, Span
from plateward.field.reads.store import ReadKey, StoredRead, partitions
from plateward.field.reads.store.away import DayLost, DayPartlyLost, DaySetAside, DayUnfinished
from plateward.field.reads.store.partition_state import PartitionState
from plateward.field.reads.store.partitions import StoreBusy
from plateward.field.reads.store.postgres import PostgresStore
from plateward.field.reads.store.sharded import Shard, ShardedStore
from plateward.field.reads.store.shards import (
    ShardDown,
    WrongShard,
    bring_up_to_date,
    numbers_of,
    prepare_shards,
)
from plateward.field.reads.store.types import PartMissing
from plateward.field.reads.tests.homes import WHY, Home, end
from plateward.field.reads.tests.made import PLATES, made_reads
from plateward.field.reads.tests.tables import copied, put_back
from plateward.ground import clock
from plateward.ground.vault import tombstones
from plateward.ground.vault.day_keys import DayDestroyed, DayKeys
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.segments import Segments
from plateward.testing import skip_or_fail
from plateward.testing.destruction import destroy_day
from plateward.testing.postgres import Cluster, own_cluster

FIRST, DAYS = datetime(2026, 7, 1, tzinfo=UTC), 3
WHOLE = Span(FIRST, FIRST + timedelta(days=DAYS))
NAMES, HUB = ("shard 1", "shard 2"), "default"
EVERYWHERE = Box(34.8, -106.9, 35.3, -106.4)
QUERIES = [
    *(ReadQuery(WHOLE, PlateQuery(plate)) for plate in ("ABC123", "O0O0", "7", "NONE1")),
    *(ReadQuery(WHOLE, PlateQuery(plate, PlateMatch.FOLDED)) for plate in ("ABC123", "S5S5S5")),
    *(ReadQuery(WHOLE, PlateQuery(plate, PlateMatch.NEAR)) for plate in ("ABC12", "AB1")),
    *(ReadQuery(WHOLE, PlateQuery(text, PlateMatch.PARTIAL)) for text in ("ABC*", "?BC*")),
    ReadQuery(WHOLE, area=EVERYWHERE),
    ReadQuery(WHOLE, cameras=frozenset({"Camera 2"}), colors=frozenset({"red"})),
    ReadQuery(WHOLE, PlateQuery("ABC123"), area=EVERYWHERE, readers=frozenset({"reader-1"})),
]  # fmt: skip


@pytest.fixture(scope="module")
def clusters() -> Iterator[list[Cluster]]:
    with ExitStack() as stack:
        made = [cluster for _ in NAMES if (cluster := stack.enter_context(own_cluster()))]
        if not made:
            skip_or_fail("there are no PostgreSQL binaries on this machine")
        yield made


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> DayKeys:
    """Of the shards. Those of the single server are others."""
    home = tmp_path_factory.mktemp("shards")
    return DayKeys(home / "days", KeyRing.create(home / "keys"))


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> PostgresStore:
    home = tmp_path_factory.mktemp("single")
    return PostgresStore(HUB, DayKeys(home / "days", KeyRing.create(home / "keys")))


@pytest.fixture(scope="module")
def sharded(clusters: list[Cluster], keys: DayKeys, django_db_blocker: Any) -> Iterator[ShardedStore]:
    """Two shards beside a hub's database, which has the same tables. No test is undone."""
    urls = dict(zip(NAMES, (cluster.url for cluster in clusters), strict=True))
    urls[HUB] = clusters[0].url.replace("/postgres?", "/hub?")
    with psycopg.connect(clusters[0].url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE hub")
    usual, usual_settings = connections[HUB], connections.settings[HUB]
    made = connections.configure_settings({name: dj_database_url.parse(url) for name, url in urls.items()})
    for name in NAMES:
        made[name] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    connections.settings.update(made)
    del connections[HUB]
    with django_db_blocker.unblock(), override_settings(READ_SHARDS=dict.fromkeys(NAMES)):
        bring_up_to_date(HUB)
        prepare_shards(HUB)
        yield ShardedStore(NAMES, keys)
    for name in urls:
        connections[name].close()
        del connections[name]
        del connections.settings[name]
    connections[HUB], connections.settings[HUB] = usual, usual_settings


@pytest.fixture(scope="module")
def stored(sharded: ShardedStore, single: PostgresStore) -> list[StoredRead]:
    """The same reads on a single server and on the shards."""
    reads = made_reads(400, FIRST, DAYS, Random(2))
    for day in {read.day for read in reads}:
        part = [read for read in reads if read.day == day]
        single.append(day, part)
        sharded.append(day, part)
        sharded.append(day, part)  # sent again: nothing changes
    return reads


def test_every_search_is_answered_as_by_one_server(
    sharded: ShardedStore, single: PostgresStore, stored: list[StoredRead]
) -> None:
    for query in QUERIES:
        for order in Order:
            page = single.page(query, order, None, 7)
            assert sharded.page(query, order, None, 7) == page
            if page.after:
                assert sharded.page(query, order, page.after, 90) == single.page(query, order, page.after, 90)
            assert list(sharded.stream(query, order)) == list(single.stream(query, order))
        assert sharded.count(query, 30) == single.count(query, 30)
        assert sharded.distinct_plates(query, 5) == single.distinct_plates(query, 5)
        assert sharded.last_seen(query, 5) == single.last_seen(query, 5)
        assert sharded.common_stops(query, 2) == single.common_stops(query, 2)
    met = QUERIES[0], timedelta(minutes=30), 1, 50
    assert sharded.companions(*met) == single.companions(*met)
    both = QUERIES[-3], QUERIES[-2], 50
    assert sharded.seen_at_both(*both) == single.seen_at_both(*both)
    day = FIRST.date()
    assert list(sharded.plates(day)) == list(single.plates(day))
    some = stored[0]
    assert sharded.get(ReadKey(some.day, some.read.id)) == some
    assert {read.read.id for read in sharded.of_plates(day, PLATES)} == {
        read.read.id for read in single.of_plates(day, PLATES)
    }


def test_a_history_needs_only_its_own_shard_and_a_shard_that_is_down_is_named(
    sharded: ShardedStore, single: PostgresStore, stored: list[StoredRead], clusters: list[Cluster]
) -> None:
    numbers = numbers_of(PLATES, 2)
    assert numbers["ABC123"] == numbers["A8C123"]  # as a camera may misread it
    clusters[1].stop()
    try:
        for plate in PLATES:
            query = ReadQuery(WHOLE, PlateQuery(plate))
            if numbers[plate] == 0:
                rows = sharded.page(query, Order.NEWEST, None, 500).rows
                assert len(rows) == single.count(query, 500).reads > 0
            else:
                with pytest.raises(ShardDown, match="shard 2 of 2"):
                    sharded.page(query, Order.NEWEST, None, 500)
        with pytest.raises(ShardDown, match="shard 2 of 2"):
            sharded.page(ReadQuery(WHOLE, area=EVERYWHERE), Order.NEWEST, None, 5)
        with pytest.raises(ShardDown, match="shard 2 of 2"):
            sharded.append(FIRST.date(), stored[:1])
    finally:
        clusters[1].start()
    assert sharded.count(ReadQuery(WHOLE, area=EVERYWHERE), 9).reads == 9


@pytest.mark.clause("6.j.i/unaltered")
def test_a_second_read_under_one_id_is_not_taken_whatever_its_plate(
    sharded: ShardedStore, stored: list[StoredRead]
) -> None:
    first = stored[0]
    numbers = numbers_of(PLATES, 2)
    elsewhere = next(
        other
        for other in stored
        if numbers[other.read.plate] != numbers[first.read.plate] and other.day == first.day
    )
    forged = replace(elsewhere, read=msgspec.structs.replace(elsewhere.read, id=first.read.id))
    sharded.append(first.day, [forged])
    assert sharded.get(ReadKey(first.day, first.read.id)) == first


def test_shards_in_another_order_are_refused(sharded: ShardedStore) -> None:
    with (
        override_settings(READ_SHARDS=dict.fromkeys(reversed(NAMES))),
        pytest.raises(WrongShard, match="same order"),
    ):
        prepare_shards(HUB)


@pytest.mark.clause("6.h.ii/destruction")
def test_a_day_is_dropped_on_all_shards(
    sharded: ShardedStore, stored: list[StoredRead], keys: DayKeys
) -> None:
    destroy_day(keys, FIRST.date())
    assert sharded.remains() == {FIRST.date()}
    sharded.shred(FIRST.date())
    assert not sharded.remains()
    assert sharded.days() == [FIRST.date() + timedelta(days=1), FIRST.date() + timedelta(days=2)]
    with pytest.raises(DayDestroyed):
        list(sharded.plates(FIRST.date()))


ENDED, AT = date(2026, 3, 1), datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def home(sharded: ShardedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """The shards, keys and images of a hub; what it has of a day goes with it."""
    keys = DayKeys(tmp_path / "data/days", KeyRing.create(tmp_path / "keys"))
    for shard in sharded._shards:
        monkeypatch.setattr(shard.store, "_days", keys)
        monkeypatch.setattr(shard.store, "_state", PartitionState(keys))
    yield Home(tmp_path, sharded, keys, Segments(tmp_path / "data/images", keys)).used(monkeypatch)
    with suppress(DayDestroyed):
        destroy_day(keys, ENDED)
    sharded.shred(ENDED)


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
@pytest.mark.parametrize("failing", [0, 1])
def test_a_shard_that_fails_in_the_swap_leaves_a_tombstone_and_no_half_answer(
    home: Home, clusters: list[Cluster], monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    ids = {read.read.id for read in home.fill(ENDED, 60)}
    keep = set(sorted(ids)[:20])
    destruction.prepare(ENDED, keep)
    destroy = DayKeys.destroy

    def then_fails(*arguments: Any, **named: Any) -> object:
        tombstone = destroy(*arguments, **named)
        clusters[failing].stop()  # its part of the swap is not committed any more
        return tombstone

    with monkeypatch.context() as patch:
        patch.setattr(DayKeys, "destroy", then_fails)
        try:
            assert destruction.switch(ENDED, keep, at=AT, why=WHY).kept == 20
        finally:
            clusters[failing].start()
            connections[HUB].close()  # which is in the first of them
    assert home.keys.generation(ENDED) == 1
    with pytest.raises(DayUnfinished, match=clock.format_day(ENDED)):
        home.searched(ENDED)
    assert home.store.lost_days() == {}
    assert home.store.remains() == {ENDED}
    destruction.shred(ENDED)
    assert home.searched(ENDED).keys() == keep
    assert not home.store.remains()


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
def test_a_copy_that_is_set_aside_on_one_shard_goes_there_alone(home: Home) -> None:
    ids = sorted(read.read.id for read in home.fill(ENDED, 60))
    end(ENDED, set(ids[:40]))
    older = copied(ENDED, NAMES[1])
    end(ENDED, set(ids[:20]))
    kept = [copied(ENDED, name) for name in NAMES]
    assert not home.store.discard_copy(ENDED)
    put_back(ENDED, older, NAMES[1])
    assert isinstance(home.store.lost_days()[ENDED], DaySetAside)
    with pytest.raises(DaySetAside, match=clock.format_day(ENDED)):
        home.searched(ENDED)
    assert home.store.discard_copy(ENDED)
    assert [copied(ENDED, name) for name in NAMES] == [kept[0], {}]
    partly = home.store.lost_days()[ENDED]
    assert isinstance(partly, DayPartlyLost), "what was kept on the other shard is not all"
    assert "shard 2 has none in the read store" in str(partly)
    assert "shard 1 has some" in str(partly)
    assert len(str(partly)) <= 400  # a notice's
    left = home.store.without(partly)
    assert left is not None
    assert {UUID(bytes=bytes(row[0])) for row in left.raw_rows(ENDED, b"", 90)} < set(ids[:20])
    plates = {read.read.plate for read in left.of_plates(ENDED, PLATES)}
    assert plates == set(left.plates(ENDED)) < set(PLATES)
    assert left.counts(ENDED)[0] == len(left.raw_rows(ENDED, b"", 90)) == home.store.totals(ENDED)[0] > 0
    put_back(ENDED, {}, NAMES[0])
    whole = home.store.lost_days()[ENDED]
    assert type(whole) is DayLost
    assert home.store.without(whole) is None
    put_back(ENDED, kept[0], NAMES[0])
    put_back(ENDED, kept[1], NAMES[1])
    assert home.searched(ENDED).keys() == set(ids[:20])


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
def test_a_day_that_a_shard_lost_ends_on_all_of_them(home: Home) -> None:
    home.fill(ENDED, 60)
    put_back(ENDED, {}, NAMES[1])
    assert isinstance(home.store.lost_days()[ENDED], DayPartlyLost)
    gone = destruction.switch(ENDED, set(), at=AT, why=WHY)
    destruction.shred(ENDED)
    assert 0 < gone.reads < 60
    assert [copied(ENDED, name) for name in NAMES] == [{}, {}]
    assert home.store.lost_days() == {}
    with pytest.raises(DayDestroyed):
        home.store.stored_ids(ENDED, set())


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
@pytest.mark.parametrize("kept", [20, 0])
def test_a_shard_that_is_busy_or_a_full_disk_keeps_the_day_on_all_of_them(
    home: Home, clusters: list[Cluster], monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    ids = {read.read.id for read in home.fill(ENDED, 60)}
    keep = set(sorted(ids)[:kept])
    monkeypatch.setattr(partitions, "TRIES_S", 0)
    with psycopg.connect(clusters[1].url) as reader:
        reader.execute("SELECT count(*) FROM reads_summary")
        with pytest.raises(StoreBusy):
            destruction.switch(ENDED, keep, at=AT, why=WHY)
    assert not home.keys.tombstones()
    assert home.searched(ENDED).keys() == ids

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tombstones, "write_once", full)
        with pytest.raises(OSError, match="No space"):
            destruction.switch(ENDED, keep, at=AT, why=WHY)
    assert not home.keys.tombstones()
    assert home.searched(ENDED).keys() == ids
    destruction.switch(ENDED, keep, at=AT, why=WHY)
    destruction.shred(ENDED)
    assert home.searched(ENDED).keys() == keep


def answering(*answers: Future[Any]) -> ShardedStore:
    made = ShardedStore.__new__(ShardedStore)
    made._shards = [Mock(spec=Shard, ask=Mock(return_value=answer)) for answer in answers]
    return made


def ended(end: object) -> Future[Any]:
    answer: Future[Any] = Future()
    if isinstance(end, Exception):
        answer.set_exception(end)
    else:
        answer.set_result(end)
    return answer


def test_a_read_is_there_with_the_first_shard_that_has_it_whatever_the_others_do() -> None:
    day, read = date(2026, 5, 4), object()
    key, lost, down = ReadKey(day, UUID(int=1)), DayLost(day), ShardDown("It is down.")
    hanging: Future[Any] = Future()
    assert answering(hanging, ended(lost), ended(down), ended(read)).get(key) is read
    assert hanging.cancelled(), "it does not take a thread once the shard answers again"
    with pytest.raises(ShardDown, match="in time"):
        answering(Future(), ended(lost), ended(None)).get(key, 0.0)
    with pytest.raises(ShardDown, match="is down"):  # it may have what is not lost then
        answering(ended(lost), ended(down), ended(None)).get(key)
    with pytest.raises(DayLost):
        answering(ended(None), ended(lost)).get(key)
    assert answering(ended(None), ended(None)).get(key) is None


def test_of_several_reads_those_that_are_there_in_time_are_kept() -> None:
    day, ids, first, second = date(2026, 5, 4), {UUID(int=1), UUID(int=2)}, object(), object()
    every = answering(Future(), ended([first]), ended([second])).chosen(day, ids, 60)
    assert {*map(id, every)} == {id(first), id(second)}
    for other in (Future[Any](), ended(DayLost(day))):
        with pytest.raises(PartMissing) as some:
            answering(other, ended([first])).chosen(day, ids, 0.0)
        assert some.value.reads == [first]
    assert answering(ended([]), ended([first])).chosen(day, ids, 0.0) == [first]
    with pytest.raises(DayLost):  # no part of them may be taken for all
        answering(ended(DayLost(day)), ended([first, second])).chosen(day, ids)
