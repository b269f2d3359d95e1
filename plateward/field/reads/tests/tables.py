"""A day's raw tables on PostgreSQL, copied and put back behind the hub's back, as a dump that is restored."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.sql import Literal

from plateward.field.reads.store.partitions import TABLES, day_tables, make_next, make_partitions


@dataclass(frozen=True)
class Table:
    """Its name, its comment or nothing, and its rows."""

    name: str
    comment: str
    rows: list[tuple[Any, ...]]


Tables = dict[int, list[Table]]  # by their number: 0 for partitions, or the generation that is prepared


def copied(day: date) -> Tables:
    """All tables of the day."""
    with connection.cursor() as cursor:
        return {
            number: [_copied(cursor, name) for name in sorted(names)]
            for number, names in day_tables().get(day, {}).items()
        }


def put_back(day: date, tables: Tables) -> None:
    """These, and no others."""
    with connection.cursor() as cursor:
        for names in day_tables().get(day, {}).values():
            for name in names:
                cursor.execute(f"DROP TABLE {name}")
        for number, own in tables.items():
            if number:
                make_next(day, number)
            else:
                make_partitions(day)
            for table in own:
                if table.rows:
                    marks = ",".join(["%s"] * len(table.rows[0]))
                    cursor.executemany(f"INSERT INTO {table.name} VALUES ({marks})", table.rows)
                if table.comment:
                    cursor.execute(f"COMMENT ON TABLE {table.name} IS {Literal(table.comment).as_string()}")


def reads_of(tables: Tables) -> dict[int, Table]:
    """The tables of reads, by the generation of what is in them."""
    reads = {number: table for number, own in tables.items() for table in own if TABLES[0] in table.name}
    return {number or _after(table.comment): table for number, table in reads.items()}


def _after(comment: str) -> int:
    """The generation of a day's partition, which has as its comment the tombstone of the one before."""
    return int(json.loads(comment.splitlines()[0])["following"]) if comment else 0


def _copied(cursor: CursorWrapper, name: str) -> Table:
    cursor.execute("SELECT coalesce(obj_description(to_regclass(%s), 'pg_class'), '')", [name])
    [comment] = cursor.fetchone()
    cursor.execute(f"SELECT * FROM {name}")
    return Table(name, comment, cursor.fetchall())
