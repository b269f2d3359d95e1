"""Makes a day's reads ten times as many, within PostgreSQL: the same traffic again, some minutes later, by vehicles of
other plates. Their signed bodies, which no search reads, are left out: 100 million would take 110 GB.

A day is made beside its partitions and then takes their place. A table that is filled and indexed in the transaction
that makes it needs no write-ahead log where `wal_level` is minimal, and its indexes are built once, of all rows.
"""

from datetime import date
from random import Random
from threading import Lock
from typing import Any

from django.db import connection, transaction

from plateward.matching.normalize import FOLDED
from plateward.reads.store.partitions import attach, number_of
from plateward.reads.store.rows import DAY, SUMMARY_COLUMNS, day_bounds

TIMES = 10
PARENTS = Lock()  # of whoever takes partitions off, or puts them on
LATER = 97_000_000  # microseconds: no copy travels with its original
FIRST_KIND, SECOND_KIND = "".join(map(chr, FOLDED)), "".join(map(chr, FOLDED.values()))  # O, I …; 0, 1 …
LETTERS, DIGITS = (
    "".join(sorted(set(every) - set(pairs)))
    for every, pairs in (("ABCDEFGHIJKLMNOPQRSTUVWXYZ", FIRST_KIND), ("0123456789", SECOND_KIND))
)
CHARACTERS = FIRST_KIND + SECOND_KIND + LETTERS + DIGITS


def grow_day(day: date, step: int) -> int:
    """The first time with `step` 0, then 1: no copy's plates, time and id are those of another. Returns how many reads
    it made."""
    number, copies = number_of(day), range(1, TIMES)
    values = {
        "first": day_bounds(day)[0],
        "copies": [0, *copies],
        "plates": [CHARACTERS, *(_other_plates(TIMES * step + copy) for copy in copies)],
    }
    again = "unnest(%(copies)s::bigint[], %(plates)s::text[]) AS again (copy, plates)"
    columns = ",".join(_changed(step).get(column, column) for column in SUMMARY_COLUMNS)
    made = _made(
        f"reads_summary_{number}",
        f"SELECT {columns} FROM reads_summary_{number}, {again} ORDER BY 1",  # noqa: S608  # as they would come in
        values,
    )
    _made(
        f"reads_tail_{number}",
        f"SELECT '{day}'::date, substr(folded, start + 1), start, plate"  # noqa: S608
        f" FROM (SELECT plate, translate(plate, '{FIRST_KIND}', '{SECOND_KIND}') AS folded"
        f" FROM (SELECT DISTINCT {_plate('plate')} AS plate FROM reads_tail_{number}, {again} WHERE start = 0) AS own"
        ") AS plates, generate_series(0, length(folded) - 1) AS start",
        values,
    )
    with PARENTS, transaction.atomic(), connection.cursor() as cursor:
        for table in ("reads_summary", "reads_tail"):
            cursor.execute(f"DROP TABLE {table}_{number}")
            attach(cursor, table, day, f"{table}_{number}_grown")
    return made * (TIMES - 1) // TIMES


def _made(partition: str, rows: str, values: dict[str, Any]) -> int:
    """A table like the partition, of these rows. Returns how many it has."""
    grown = f"{partition}_grown"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {grown} (LIKE {partition})")
        cursor.execute(f"INSERT INTO {grown} {rows}", values)
        made: int = cursor.rowcount
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [partition])
        for name, definition in cursor.fetchall():
            cursor.execute(definition.replace(partition, grown))
            if " UNIQUE " in definition:
                cursor.execute(
                    f"ALTER TABLE {grown} ADD PRIMARY KEY USING INDEX {name.replace(partition, grown)}"
                )
    return made


def _changed(step: int) -> dict[str, str]:
    later, byte = LATER * TIMES**step, 15 - step
    return {
        "captured_at": f"%(first)s + (captured_at - %(first)s + {later} * again.copy) %% {DAY}",
        "id": f"set_byte(id, {byte}, (get_byte(id, {byte}) + again.copy::int) %% 256)",
        "plate": _plate("plate"),
    }


def _plate(column: str) -> str:
    return f"translate({column}, '{CHARACTERS}', again.plates)"


def _other_plates(number: int) -> str:
    """What each of CHARACTERS becomes. Letters stay letters, and what readers confuse is confused as before."""
    random = Random(number)  # noqa: S311
    pairs = random.sample(range(len(FIRST_KIND)), len(FIRST_KIND))
    kinds = ("".join(kind[pair] for pair in pairs) for kind in (FIRST_KIND, SECOND_KIND))
    return "".join([*kinds, *("".join(random.sample(kind, len(kind))) for kind in (LETTERS, DIGITS))])
