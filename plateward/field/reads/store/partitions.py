"""A day's partitions on PostgreSQL: made, prepared for what is kept, swapped in and dropped.

Partitions have the day's name, `reads_read_20261124`. What is kept of a day is prepared beside them, in tables of no
parent, `reads_read_20261124_1`. Once it is complete, the first of these gets as its comment the tombstone that is about
to be written, and keeps it as the day's partition: so a table says what was destroyed before it. A swap drops the day's
partitions and gives the prepared tables their name and place; the tombstone is written right before it is committed.

All of it is done by functions of the tables' owner, which this room's migrations make: the hub's role owns none.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.tombstones import Tombstone

LOCK = 0x706C6174  # any number: of all hub nodes only one makes or drops a day's partitions
TABLES = ("reads_read", "reads_summary", "reads_id", "reads_tail", "reads_source")
FIRST = date(1970, 1, 1)  # of all days
LOCK_MS = 150  # how long others wait behind a try, at most, for each of the tables
TRIES_S, PAUSE_S = 25.0, 0.3  # less than people wait for the lock of retention


class StoreBusy(PlatewardError):
    """Somebody has used the read store's tables for so long that a day could not be dropped."""


def number_of(day: date) -> str:
    """As it ends the names of the day's partitions."""
    return f"{day:%Y%m%d}"


def rows_of(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What a statement brings."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def make_partitions(day: date) -> None:
    """The day's part of each table."""
    rows_of("SELECT reads_make_day(%s)", [day])


def make_next(day: date, generation: int) -> None:
    """Tables for what is kept of a day. Its reads' table takes no others, once it is the day's, either."""
    rows_of("SELECT reads_prepare_next(%s, %s)", [day, generation])


def next_name(table: str, day: date, generation: int) -> str:
    return f"{table}_{number_of(day)}_{generation}"


def day_tables() -> dict[date, dict[int, list[str]]]:
    """The tables that belong to a day: as number 0 its partitions, whatever is in them, and what is prepared by its
    generation."""
    names = rows_of(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ %s AND pg_table_is_visible(oid)",
        [f"^({'|'.join(TABLES)})_[0-9]{{8}}(_[1-9][0-9]*)?$"],
    )
    by_day: dict[date, dict[int, list[str]]] = {}
    for (name,) in names:
        number, _, generation = name.split("_", 2)[2].partition("_")
        by_day.setdefault(date.fromisoformat(number), {}).setdefault(int(generation or 0), []).append(name)
    return by_day


def listed_partitions(first: date = FIRST, last: date = date.max) -> Iterator[tuple[date, bytes, bool]]:
    """Each day within these that has reads' partition, the tombstone of what was there before (empty if nothing was),
    and whether all of its partitions are there."""
    partitions = rows_of(
        # Names without pg_class, of which Citus asks for each row whether it is a shard. Comments joined:
        # `obj_description` would run a statement of its own for each partition.
        "SELECT right(name, 8), coalesce(max(description) FILTER (WHERE inhparent = %s::regclass), ''), count(*)"
        " FROM (SELECT inhrelid, inhparent, inhrelid::regclass::text AS name FROM pg_inherits"
        " WHERE inhparent = ANY(%s::regclass[])) AS part LEFT JOIN pg_description"
        " ON objoid = inhrelid AND classoid = 'pg_class'::regclass AND objsubid = 0"
        " WHERE name ~ '_[0-9]{8}$' AND right(name, 8) BETWEEN %s AND %s"
        " GROUP BY 1 HAVING bool_or(inhparent = %s::regclass) ORDER BY 1",
        [TABLES[0], list(TABLES), number_of(first), number_of(last), TABLES[0]],
    )
    for number, comment, tables in partitions:
        yield date.fromisoformat(number), comment.encode(), tables == len(TABLES)


def mark_next(tombstone: Tombstone) -> None:
    """What is prepared is complete: all that is kept when this tombstone is written."""
    if tombstone.following:
        marked = [tombstone.day, tombstone.following, tombstone.text.decode()]
        rows_of("SELECT reads_mark_next(%s, %s, %s)", marked)


def is_marked(table: str, tombstone: Tombstone) -> bool:
    """Whether the table is there, and holds what was kept when this tombstone was written."""
    return rows_of("SELECT obj_description(to_regclass(%s), 'pg_class')", [table]) == [
        (tombstone.text.decode(),)
    ]


@enforces("6.h.ii/destruction")
def swap(
    tombstone: Tombstone, write: Callable[[], object], check: Callable[[], object] = lambda: None
) -> None:
    """The day has from now on what was prepared and marked, or nothing.

    `write` is called when the change is made and not committed. If it raises, the change never is; a commit that then
    fails is made up for by another swap. `check` is called before anything changes, with the tables locked. Raises what
    these raise, and StoreBusy: nothing has changed.
    """
    until = time.monotonic() + TRIES_S
    while True:
        try:
            with transaction.atomic(durable=True):
                _lock()
                check()
                if not is_marked(f"reads_read_{number_of(tombstone.day)}", tombstone):  # nobody was faster
                    rows_of("SELECT reads_swap(%s, %s)", [tombstone.day, tombstone.following or 0])
                write()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            if time.monotonic() > until:
                raise StoreBusy(
                    "A day of reads was not destroyed: others have used the read store's tables all the time, such as "
                    "a backup of the database. It is tried again; end what runs so long if this stays so."
                ) from error
            time.sleep(PAUSE_S)
        else:
            return


def _lock() -> None:
    """Whoever asks for these locks makes all that come after wait, too. So it gives up soon."""
    rows_of("SELECT set_config('lock_timeout', %s, true)", [str(LOCK_MS)])
    rows_of("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rows_of("SELECT reads_lock()", ())
