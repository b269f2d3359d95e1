"""The read store over the nodes of a Citus cluster, beside the same store on one database of the same server.

`PLATEWARD_TEST_CITUS` names the cluster's servers, as `postgresql://user@host:port` with commas between: the
coordinator, its workers, and one more that a test adds. All of them are the tests' own: they make and
drop databases there."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg.conninfo import conninfo_to_dict
from pytest_django import DjangoDbBlocker

from plateward.core.audit.protection.found import OFF, protected_tables
from plateward.core.jobs.health import Light
from plateward.field.reads.areas import Box
from plateward.field.reads.health import PARTS
from plateward.field.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery, Span
from plateward.field.reads.store import ReadKey, StoredRead
from plateward.field.reads.store.distributed import NotDistributed, distribute, nodes
from plateward.field.reads.store.partitions import make_next
from plateward.field.reads.store.postgres import PostgresStore
from plateward.field.reads.tests.made import PLACES, made_reads
from plateward.ground.vault.day_keys import DayDestroyed, DayKeys
from plateward.ground.vault.keyring import KeyRing

SERVERS = [url for url in os.environ.get("PLATEWARD_TEST_CITUS", "").split(",") if url]
pytestmark = pytest.mark.skipif(
    len(SERVERS) < 3, reason="PLATEWARD_TEST_CITUS names no coordinator and two workers with Citus"
)
FIRST = datetime(2026, 7, 1, tzinfo=UTC)
DAYS, NAME = 3, "plateward_test_distributed"
SPAN = Span(FIRST, FIRST + timedelta(days=DAYS))
PLAIN = f"{NAME}_plain"


def ask(server: str, database: str, *statements: str) -> list[tuple[Any, ...]]:
    """The rows of the last of these."""
    with psycopg.connect(f"{server}/{database}", autocommit=True) as line:
        rows = [line.execute(statement) for statement in statements][-1]
        return rows.fetchall() if rows.description else []


def place(server: str) -> str:
    """As arguments of Citus's functions."""
    parts = conninfo_to_dict(server)
    return f"'{parts['host']}', {parts['port']}"


@contextmanager
def database(blocker: DjangoDbBlocker, name: str) -> Iterator[None]:
    """The coordinator's database of this name is the hub's."""
    parts = conninfo_to_dict(SERVERS[0])
    own = connections["default"]
    settings = {
        **own.settings_dict,
        "ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": parts["user"], "PASSWORD": "",
        "HOST": parts["host"], "PORT": parts["port"], "OPTIONS": {}, "CONN_MAX_AGE": 0,
    }  # fmt: skip
    with blocker.unblock():
        connections["default"] = DatabaseWrapper(settings, "default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = own


def make_tables() -> None:
    migration = import_module("plateward.field.reads.migrations.0002_read_store")
    with connections["default"].schema_editor() as editor:
        migration.forward(None, editor)


@dataclass(frozen=True)
class Cluster:
    """A distributed store, and one on a plain database, with the same reads."""

    blocker: DjangoDbBlocker
    keys: DayKeys
    plain_keys: DayKeys
    reads: list[StoredRead]

    def distributed(self) -> Any:
        """The hub's database is the distributed one."""
        return database(self.blocker, NAME)

    def plain(self) -> Any:
        return database(self.blocker, PLAIN)


def fill(store: PostgresStore, reads: list[StoredRead]) -> None:
    for day in sorted({read.day for read in reads}):
        store.append(day, [read for read in reads if read.day == day])


def drop() -> None:
    for server in SERVERS:
        for name in (NAME, PLAIN):
            ask(server, "postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def cluster(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Cluster]:
    drop()
    for server in SERVERS:
        ask(server, "postgres", f"CREATE DATABASE {NAME}")
        ask(server, NAME, "CREATE EXTENSION citus")
    ask(SERVERS[0], NAME, f"SELECT citus_set_coordinator_host({place(SERVERS[0])})")
    for server in SERVERS[1:3]:
        ask(SERVERS[0], NAME, f"SELECT citus_add_node({place(server)})")
    ask(SERVERS[0], "postgres", f"CREATE DATABASE {PLAIN}")
    ring = KeyRing.create(tmp_path / "keys")
    keys, plain = DayKeys(tmp_path / "days", ring), DayKeys(tmp_path / "plain", ring)
    made = Cluster(django_db_blocker, keys, plain, made_reads(300, FIRST, DAYS, Random(3)))
    with made.plain():
        make_tables()
        fill(PostgresStore(plain), made.reads)
    with made.distributed():
        make_tables()
        # What is there already is distributed, too; a day comes later.
        last = FIRST.date() + timedelta(days=DAYS - 1)
        fill(PostgresStore(keys), [read for read in made.reads if read.day < last])
        assert dict(distribute(4))["reads_id"] == "Distributed by id."
        fill(PostgresStore(keys), [read for read in made.reads if read.day == last])
    yield made
    drop()


def answers(store: PostgresStore, one: StoredRead) -> dict[str, Any]:
    """Every kind of search, pattern and look-up."""
    lat, lon = PLACES[2]
    queries = {
        match.value: ReadQuery(SPAN, PlateQuery("ABC123", match))
        for match in PlateMatch
        if match is not PlateMatch.PARTIAL
    }
    for text in ("ABC*", "*C123", "*BC1*", "AB?123", "A?C1*", "*5S*"):
        queries[text] = ReadQuery(SPAN, PlateQuery(text, PlateMatch.PARTIAL))
    queries["camera"] = ReadQuery(SPAN, cameras=frozenset({"Camera 3"}))
    queries["box"] = ReadQuery(SPAN, area=Box(lat - 0.1, lon - 0.1, lat + 0.1, lon + 0.1))
    found: dict[str, Any] = {}
    for name, query in queries.items():
        for order in Order:
            first = store.page(query, order, None, 7)
            found[f"{name} {order}"] = first
            found[f"{name} {order}, next"] = first.after and store.page(query, order, first.after, 7)
        found[f"{name}, all"] = list(store.stream(query, Order.NEWEST))
        found[f"{name}, count"] = store.count(query, 20)
        found[f"{name}, last seen"] = store.last_seen(query, 20)
    exact = queries[PlateMatch.EXACT]
    found["stops"] = store.common_stops(exact, 1)
    found["companions"] = store.companions(exact, timedelta(hours=2), 1, 50)
    found["both"] = store.seen_at_both(queries["camera"], queries["box"], 50)
    found["one"] = store.get(ReadKey(one.day, one.read.id))
    found["of plates"] = list(store.of_plates(one.day, ["ABC123", "7"]))
    found["chosen"] = store.chosen(one.day, [one.read.id])
    found["looked up"] = store.looked_up(one.day, ["ABC123", "7"])
    found["days"], found["lost"] = store.days(), store.lost_days()
    for day in store.days():
        found[f"{day}, rows"] = [tuple(map(plain_value, row)) for row in store.raw_rows(day, b"", 50)]
        found[f"{day}, counts"], found[f"{day}, reads"] = store.counts(day), store.totals(day)[0]
    return found


def plain_value(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def both(cluster: Cluster) -> tuple[dict[str, Any], dict[str, Any]]:
    with cluster.plain():
        plain = answers(PostgresStore(cluster.plain_keys), cluster.reads[0])
    with cluster.distributed():
        return plain, answers(PostgresStore(cluster.keys), cluster.reads[0])


def test_every_kind_of_search_has_the_same_answer(cluster: Cluster) -> None:
    plain, found = both(cluster)
    assert found.keys() == plain.keys()
    assert [name for name in plain if found[name] != plain[name]] == []
    assert plain["exact newest"].rows


def test_distributing_again_changes_nothing_and_says_so(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    with cluster.distributed():
        call_command("distribute")
    assert capsys.readouterr().out.splitlines() == [
        "reads_read: Is distributed by folded already.",
        "reads_summary: Is distributed by folded already.",
        "reads_id: Is distributed by id already.",
        "reads_tail: Is distributed by folded already.",
        "reads_source: Stays on the coordinator: small, and needed whole.",
    ]


def test_a_database_without_the_extension_is_refused(cluster: Cluster) -> None:
    with (
        cluster.plain(),
        pytest.raises(CommandError, match="has no Citus extension, so nothing was distributed"),
    ):
        call_command("distribute")


def test_a_cluster_that_would_refuse_triggers_is_refused(cluster: Cluster) -> None:
    ask(SERVERS[1], "postgres", f"ALTER DATABASE {NAME} SET citus.enable_unsafe_triggers = off")
    with cluster.distributed(), pytest.raises(NotDistributed, match="would refuse the triggers"):
        list(distribute())


@pytest.mark.clause("6.j.i/unaltered")
@pytest.mark.parametrize("statement", ["UPDATE reads_read SET plate = 'X'", "DELETE FROM reads_summary"])
def test_no_node_changes_a_read(cluster: Cluster, statement: str) -> None:
    with (
        cluster.distributed(),
        pytest.raises(DatabaseError, match=r"6\.j\.i"),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)


def test_one_id_is_stored_once_whatever_its_plate(cluster: Cluster) -> None:
    with cluster.distributed():
        store, one = PostgresStore(cluster.keys), cluster.reads[0]
        before = store.counts(one.day)
        other = next(read for read in cluster.reads if read.read.plate[0] != one.read.plate[0])
        moved = replace(one, read=msgspec.structs.replace(one.read, plate=other.read.plate))
        store.append(one.day, [moved])
        assert store.counts(one.day) == before
        assert store.get(ReadKey(one.day, one.read.id)) == one


@pytest.mark.clause("6.h.ii/destruction")
def test_a_day_is_destroyed_on_all_nodes_and_what_is_kept_stays(cluster: Cluster) -> None:
    day, why, at = FIRST.date(), "OPR:50 6.h.ii", FIRST + timedelta(days=400)
    keep = [following(read) for read in cluster.reads if read.day == day][:2]
    with cluster.distributed():
        store = PostgresStore(cluster.keys)
        size = store.totals(day)[1]
        cluster.keys.make_next(day)
        store.append_next(day, 1, keep[:1])
        store.append_next(day, 1, keep[1:])
        first = cluster.keys.sign(day, 0, following=1, at=at, why=why)
        kept = frozenset(read.read.id for read in keep)
        store.swap(first, lambda: cluster.keys.destroy(first, kept))
        store.shred(day)
        assert store.counts(day) == (2, 2, 2)
        assert 0 < store.totals(day)[1] < size
        assert store.stored_ids(day, [read.read.id for read in cluster.reads]) == kept
        last = cluster.keys.sign(day, 1, following=None, at=at, why=why)
        store.swap(last, lambda: cluster.keys.destroy(last))
        store.shred(day)
        with pytest.raises(DayDestroyed):
            store.get(ReadKey(day, keep[0].read.id))
        assert store.days() == [FIRST.date() + timedelta(days=number) for number in (1, 2)]
    for server in SERVERS[:3]:
        assert (
            ask(server, NAME, f"SELECT relname FROM pg_class WHERE relname LIKE 'reads\\_%{day:%Y%m%d}%'")
            == []
        )


def following(read: StoredRead) -> StoredRead:
    """As the next generation of its day has it."""
    return replace(
        read,
        context=replace(read.context, generation=1),
        plate_image=replace(read.plate_image, generation=1),
    )


def cameras() -> frozenset[str]:
    return frozenset(f"Camera {number}" for number in range(len(PLACES)))


@contextmanager
def stopped(server: str) -> Iterator[None]:
    """For the cluster's other nodes and the hub: it takes no connection to the database."""
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{NAME}'"
    ask(server, "postgres", f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS false", end)
    try:
        yield
    finally:
        ask(server, "postgres", f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS true")


@pytest.mark.clause("6.j.i/proven")
def test_a_stopped_node_is_said_and_nothing_is_lost(cluster: Cluster) -> None:
    plain, _ = both(cluster)
    [part] = PARTS
    with cluster.distributed():
        store, all_of = PostgresStore(cluster.keys), ReadQuery(SPAN, cameras=cameras())
        assert part.exists()
        assert part.read().light is not Light.RED
        with stopped(SERVERS[1]):
            with pytest.raises(DatabaseError):  # no answer with a part of the reads
                store.page(all_of, Order.NEWEST, None, 50)
            reading = part.read()
            with pytest.raises(DatabaseError), transaction.atomic():
                fill(store, made_reads(50, FIRST, DAYS, Random(9)))
        assert reading.light is Light.RED
        assert "does not answer" in reading.what
        assert [node.bytes is None for node in nodes()] == [False, False]
    assert both(cluster)[1] == plain


@pytest.mark.skipif(len(SERVERS) < 4, reason="PLATEWARD_TEST_CITUS names no server that could be added")
def test_a_node_is_added_while_reads_come_in(cluster: Cluster) -> None:
    more, done, went = made_reads(400, FIRST, DAYS, Random(5)), threading.Event(), list[int]()
    [part] = PARTS
    with cluster.distributed():
        ask(SERVERS[0], NAME, f"SELECT citus_add_node({place(SERVERS[3])})")
        assert "0 shards" in part.read().what

        def take() -> None:
            own = connections["default"] = DatabaseWrapper(settings, "default")
            try:
                for number in range(0, len(more), 10):
                    fill(PostgresStore(cluster.keys), more[number : number + 10])
                    went.append(not done.is_set())
            finally:
                own.close()

        settings = connections["default"].settings_dict
        writer = threading.Thread(target=take)
        writer.start()
        ask(SERVERS[0], NAME, "SELECT rebalance_table_shards(shard_transfer_mode := 'force_logical')")
        done.set()
        writer.join()
        assert len(went) == 40
        assert any(went)  # while shards moved
        assert all(node.shards and node.bytes for node in nodes())
        assert len(nodes()) == 3
        store = PostgresStore(cluster.keys)
        assert sum(store.totals(day)[0] for day in store.days()) == 700
    with cluster.plain():
        fill(PostgresStore(cluster.plain_keys), more)
    plain, found = both(cluster)
    assert found == plain


@pytest.mark.clause("6.h.ii/destruction")
def test_no_node_keeps_samples_of_what_is_destroyed(cluster: Cluster) -> None:
    """Neither from the days before and after the tables were distributed, nor from what is prepared."""
    with cluster.distributed():
        make_next(FIRST.date(), 7)
    for server in SERVERS[1:3]:
        targets = ask(
            server, NAME,
            "SET citus.override_table_visibility = off",
            "SELECT DISTINCT attstattarget, left(relname, -7) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
            " WHERE relname ~ '^reads_read_[0-9]{8}_([0-9]+_)?[0-9]{6}$' AND relkind = 'r' AND attname = 'body'",
        )  # fmt: skip
        assert {target for target, _ in targets} == {0}, targets


@pytest.mark.clause("6.j.i/proven")
def test_a_trigger_of_a_shard_is_compared_and_those_of_citus_are_not(cluster: Cluster) -> None:
    with cluster.distributed():
        declared = protected_tables()
        before = {name: table.triggers for name, table in declared.items() if name.startswith("reads_")}
        assert before["reads_id"].keys() == {"id_never_changes"}
        assert OFF not in before["reads_id"].values()
        [[shard, trigger]] = ask(
            SERVERS[1], NAME,
            "SET citus.override_table_visibility = off",
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
            " WHERE relname ~ '^reads_id_20260702_[0-9]+$' AND NOT tgisinternal ORDER BY 1 LIMIT 1",
        )  # fmt: skip
        line = ["SET citus.enable_manual_changes_to_shards = on", "SET citus.override_table_visibility = off"]
        ask(SERVERS[1], NAME, *line, f"ALTER TABLE {shard} DISABLE TRIGGER {trigger}")
        assert protected_tables()["reads_id"].triggers == {"id_never_changes": OFF}
        ask(SERVERS[1], NAME, *line, f"ALTER TABLE {shard} ENABLE ALWAYS TRIGGER {trigger}")
        assert protected_tables()["reads_id"].triggers == before["reads_id"]
        ask(
            SERVERS[1], NAME, *line,
            f"CREATE TRIGGER forged BEFORE INSERT ON {shard} FOR EACH ROW EXECUTE FUNCTION reads_never_change()",
        )  # fmt: skip
        assert protected_tables()["reads_id"].triggers.keys() == {"id_never_changes", "forged"}
