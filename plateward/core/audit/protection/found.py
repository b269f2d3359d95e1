"""What protects each table, as the database has it: triggers, constraints, and what could get around them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from django.db import connection

from plateward.core.audit.protection.nodes import amiss_on_nodes

OFF = "off"
# Each statement gives rows of (table, name of a trigger or "", text). Partitions have their parent's.
POSTGRESQL = (
    """SELECT c.relname, t.tgname, CASE t.tgenabled WHEN 'A' THEN '' WHEN 'O' THEN '' ELSE 'off' END || concat_ws(' ',
        t.tgenabled, replace(pg_get_triggerdef(t.oid), current_schema() || '.', ''), p.prosrc, p.proconfig::text)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition""",
    """SELECT parent.relname, t.tgname, 'off' FROM pg_inherits i
    JOIN pg_class parent ON parent.oid = i.inhparent AND parent.relnamespace = current_schema()::regnamespace
    JOIN pg_trigger t ON t.tgrelid = i.inhparent AND NOT t.tgisinternal
    LEFT JOIN pg_trigger own ON own.tgrelid = i.inhrelid AND own.tgparentid = t.oid
    WHERE own.tgenabled IS DISTINCT FROM t.tgenabled""",
    """SELECT parent.relname, own.tgname, 'of a partition alone' FROM pg_inherits i
    JOIN pg_class parent ON parent.oid = i.inhparent AND parent.relnamespace = current_schema()::regnamespace
    JOIN pg_trigger own ON own.tgrelid = i.inhrelid AND NOT own.tgisinternal AND own.tgparentid = 0""",
    """SELECT c.relname, '', concat_ws(' ', o.conname, pg_get_constraintdef(o.oid), o.convalidated)
    FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
    WHERE o.contype IN ('c', 'f', 'p', 'u', 'x') AND c.relnamespace = current_schema()::regnamespace
    AND NOT c.relispartition""",
    """SELECT c.relname, '', concat_ws(' ', x.relname, i.indisvalid, pg_get_expr(i.indpred, i.indrelid), ARRAY(
        SELECT pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnkeyatts) n)::text)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
    WHERE i.indisunique AND c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition""",
    """SELECT c.relname, '', concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attnum > 0 AND NOT a.attisdropped
    AND c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition""",
    # A rule or a policy can turn a statement into another, or hide rows from the hub.
    """SELECT c.relname, r.rulename, pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace""",
    """SELECT c.relname, 'row security', '' FROM pg_class c
    WHERE c.relrowsecurity AND c.relnamespace = current_schema()::regnamespace""",
)
SQLITE = (
    "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
    "SELECT name, '', sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    "SELECT tbl_name, '', sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE %'",
)
# Each of the database's own functions that no trigger calls, such as one that takes a day of reads away as the owner,
# or was added and is called in the place of PostgreSQL's own. A server's extensions bring theirs in C.
FUNCTIONS = """SELECT proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', concat_ws(' ', l.lanname,
        p.prosecdef, p.prosrc, replace(p.proconfig::text, current_schema(), ''))
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = current_schema()::regnamespace AND p.prorettype <> 'trigger'::regtype
    AND NOT (l.lanname = 'c' AND EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'))"""
# What of it changes with each change, even with one that was set back.
SINCE = {
    "postgresql": """SELECT md5(string_agg(of, ',' ORDER BY of)) FROM (
        SELECT concat_ws(' ', t.xmin, t.oid) AS of FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition
        UNION ALL SELECT concat_ws(' ', xmin, oid) FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace) all_of_them""",
    "sqlite": "SELECT schema_version FROM pragma_schema_version",
}


@dataclass(frozen=True)
class Protected:
    """A table's own. `triggers`: a digest by name, OFF for one that is switched off. `rest`: a digest of its columns
    and constraints."""

    triggers: Mapping[str, str]
    rest: str


def protected_tables() -> dict[str, Protected]:
    """By table, in their order."""
    rows: list[tuple[str, str, str]] = []
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)
            rows += [(table, name, text or "") for table, name, text in cursor.fetchall()]
    if connection.vendor == "postgresql":
        rows += [(table, name, OFF if own else "on a node alone") for table, name, own in amiss_on_nodes()]
    by_table = groupby(sorted(rows), key=lambda row: row[0])
    return {table: _protected((name, text) for _, name, text in found) for table, found in by_table}


def own_functions() -> dict[str, str]:
    """A digest by function, in their order; none on SQLCipher, whose functions are the hub's."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        return {name: _digest(text) for name, text in sorted(cursor.fetchall())}


def last_change() -> str:
    """Another one after any change, also after one that was set back."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE[connection.vendor])
        return str(cursor.fetchone()[0])


def _protected(found: Iterable[tuple[str, str]]) -> Protected:
    triggers: dict[str, str] = {}
    rest: list[str] = []
    for name, text in found:
        if not name:
            rest.append(text)
        elif triggers.get(name) != OFF:  # one that a partition lacks is off
            triggers[name] = OFF if text.startswith(OFF) else _digest(text)
    return Protected(triggers, _digest(*rest))


def _digest(*texts: str) -> str:
    """Of the words, however they are set."""
    return sha256("\n".join(re.sub(r"\s+", " ", text) for text in texts).encode()).hexdigest()[:16]
