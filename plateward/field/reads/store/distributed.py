"""The read store's tables over many servers, by Citus: an extension of PostgreSQL that a site installs itself. Where it
is not, or nothing was distributed, all of this is one question to the catalog."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from plateward.field.reads.store.partitions import TABLES, day_tables, make_next
from plateward.ground.errors import PlatewardError

# Of each node at first. A search of all shards plans as many statements, each over a month of partitions; one can be
# moved to a node that is added, but not divided.
SHARDS_A_NODE = 4
# Reads, search rows and dictionary lie together by the folded plate; ids by the id, so that one is stored once.
BY = {"reads_read": "folded", "reads_summary": "folded", "reads_tail": "folded", "reads_id": "id"}
ON_EACH = (
    "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
    " WHERE relkind = 'r' AND relname LIKE 'reads\\_%'"
)
UNSAMPLED = "ALTER COLUMN body SET STATISTICS 0, ALTER COLUMN signature SET STATISTICS 0"
WAIT_MS = 2000  # for a node that is asked how it is


class NotDistributed(PlatewardError):
    """What must be there first is not."""


@dataclass(frozen=True)
class Node:
    """A server with shards. `bytes`: of reads on it; None: it does not answer."""

    name: str
    shards: int
    bytes: int | None


def is_distributed(cursor: CursorWrapper, table: str) -> bool:
    """Over the nodes of a Citus cluster."""
    cursor.execute("SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL")
    if not cursor.fetchone()[0]:
        return False
    cursor.execute("SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = to_regclass(%s)", [table])
    return bool(cursor.fetchone()[0])


def distribute(shards: int | None = None) -> Iterator[tuple[str, str]]:
    """Each table of the read store, and what was done with it; all or none. What is distributed already stays.
    `shards`: unless given, SHARDS_A_NODE for each. Raises NotDistributed."""
    usual = SHARDS_A_NODE * _require_cluster()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('citus.shard_count', %s, true)", [str(shards or usual)])
        for table in TABLES:
            yield table, _distribute(cursor, table)
        for day, numbers in day_tables().items():
            for number in filter(None, numbers):
                make_next(day, number)  # what is prepared already goes to where its whole is
    with connection.cursor() as cursor:
        _keep_from_statistics(cursor)


def _keep_from_statistics(cursor: CursorWrapper) -> None:
    """As each day's reads are. A shard that Citus made of a partition, or has moved, has lost this: hence again."""
    for numbers in day_tables().values():
        for names in numbers.values():
            for name in names:
                if name.startswith("reads_read_"):
                    cursor.execute(
                        "SELECT count(*) FROM run_command_on_shards(%s, %s) WHERE NOT success",
                        [name, f"ALTER TABLE %s {UNSAMPLED}"],
                    )
                    if cursor.fetchone()[0]:
                        raise NotDistributed(
                            "The tables are distributed, but a node did not answer afterwards. Run it again."
                        )


def _distribute(cursor: CursorWrapper, table: str) -> str:
    if table not in BY:
        return "Stays on the coordinator: small, and needed whole."
    if is_distributed(cursor, table):
        return f"Is distributed by {BY[table]} already."
    beside = "reads_read" if BY[table] == "folded" and table != "reads_read" else "none"
    cursor.execute("SELECT create_distributed_table(%s, %s, colocate_with => %s)", [table, BY[table], beside])
    return f"Distributed by {BY[table]}."


def _require_cluster() -> int:
    """How many nodes take shards. Raises NotDistributed."""
    if connection.vendor != "postgresql":
        raise NotDistributed(
            "Reads are in encrypted files on this machine, which are not distributed. Set url of [database] to a "
            "PostgreSQL server first."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'citus'")
        if not cursor.fetchone()[0]:
            raise NotDistributed(
                "This database has no Citus extension, so nothing was distributed. Install Citus on the server, set "
                "shared_preload_libraries = 'citus', and run CREATE EXTENSION citus in this database."
            )
        cursor.execute(
            "SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards AND noderole = 'primary'"
        )
        [number] = cursor.fetchone()
        if not number:
            raise NotDistributed(
                "No node takes shards, so nothing was distributed. Add each server with SELECT citus_add_node(…)."
            )
        cursor.execute(
            "SELECT nodename || ':' || nodeport FROM run_command_on_all_nodes('SHOW citus.enable_unsafe_triggers')"
            " JOIN pg_dist_node USING (nodeid) WHERE NOT success OR result <> 'on'"
        )
        if off := [name for (name,) in cursor.fetchall()]:
            raise NotDistributed(
                f"Nothing was distributed: {', '.join(off)} would refuse the triggers that keep reads unaltered "
                "(OPR:50 6.j.i), or does not answer. Set citus.enable_unsafe_triggers = on in each node's "
                "postgresql.conf and reload it."
            )
    return int(number)


def nodes() -> list[Node]:
    """Those with shards of reads, or that should have some, by name; none where nothing is distributed. One that does
    not answer is waited for WAIT_MS."""
    if connection.vendor != "postgresql":
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        if not is_distributed(cursor, TABLES[0]):
            return []
        cursor.execute(f"SET LOCAL citus.node_connection_timeout = {WAIT_MS}")
        cursor.execute(
            "SELECT n.nodename || ':' || n.nodeport, (SELECT count(*) FROM pg_dist_placement p"
            " JOIN pg_dist_shard s USING (shardid)"
            " WHERE p.groupid = n.groupid AND s.logicalrelid = ANY(%s::regclass[])),"
            " CASE WHEN r.success THEN r.result::bigint END"
            " FROM pg_dist_node n JOIN run_command_on_all_nodes(%s) r USING (nodeid)"
            " WHERE n.noderole = 'primary' AND n.shouldhaveshards ORDER BY 1",
            [list(BY), ON_EACH],
        )
        return [Node(*row) for row in cursor.fetchall()]


def distributed_bytes(cursor: CursorWrapper, tables: Collection[str]) -> int:
    """What these take on the nodes; 0 where nothing is distributed."""
    if not is_distributed(cursor, TABLES[0]):
        return 0
    cursor.execute(
        "SELECT coalesce(sum(citus_total_relation_size(logicalrelid)), 0) FROM pg_dist_partition"
        " WHERE logicalrelid = ANY(SELECT to_regclass(name) FROM unnest(%s::text[]) name)",
        [list(tables)],
    )
    return int(cursor.fetchone()[0])
