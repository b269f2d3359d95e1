"""What protects the rows of tables that Citus has distributed: the triggers of each shard, as its node has them."""

import json
from collections.abc import Iterator

from django.db import connection

# Of this table's shards on a node: each trigger, and whether every shard has it. Citus ends its name with the shard's.
ON_EACH = """
    WITH here AS (
        SELECT coalesce(pg_partition_root(s.logicalrelid), s.logicalrelid)::regclass::text AS root, c.oid
        FROM pg_dist_shard s JOIN pg_class l ON l.oid = s.logicalrelid
        JOIN pg_class c ON c.relname = l.relname || '_' || s.shardid AND c.relnamespace = l.relnamespace
    ), found AS (
        SELECT root, regexp_replace(t.tgname, '_[0-9]+$', '') AS name, t.tgenabled, t.tgtype,
            md5(concat_ws(' ', p.prosrc, p.proconfig::text)) AS source, count(*) AS shards
        FROM here LEFT JOIN pg_trigger t ON t.tgrelid = here.oid AND NOT t.tgisinternal
        LEFT JOIN pg_proc p ON p.oid = t.tgfoid GROUP BY 1, 2, 3, 4, 5
    )
    SELECT coalesce(jsonb_agg(jsonb_build_array(root, name, tgenabled, tgtype, source,
        shards = (SELECT count(*) FROM here WHERE here.root = found.root))), '[]') FROM found
"""
OWN = """
    SELECT c.relname, t.tgname, t.tgenabled, t.tgtype, md5(concat_ws(' ', p.prosrc, p.proconfig::text))
    FROM pg_dist_partition d JOIN pg_class c ON c.oid = d.logicalrelid AND NOT c.relispartition
    JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal JOIN pg_proc p ON p.oid = t.tgfoid
"""


def amiss_on_nodes() -> Iterator[tuple[str, str, bool]]:
    """Table, trigger, and whether it is the hub's own: one that not every shard has as the coordinator's table has it,
    or one that only shards have. Nothing where nothing is distributed. What a node that does not answer has is not
    known: none of its rows is answered either."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return
        cursor.execute(OWN)
        own = {(table, name): tuple(rest) for table, name, *rest in cursor.fetchall()}
        if not own:
            return
        cursor.execute("SELECT result FROM run_command_on_all_nodes(%s) WHERE success", [ON_EACH])
        nodes = [json.loads(text) for (text,) in cursor.fetchall()]
    for found in nodes:
        tables = {table for table, *_ in found}
        right = {
            (table, name)
            for table, name, *rest, every in found
            if every and own.get((table, name)) == tuple(rest)
        }
        for table, name in own.keys() - right:
            if table in tables:
                yield table, name, True
        for table, name, *_ in found:
            if name and (table, name) not in own:
                yield table, name, False
