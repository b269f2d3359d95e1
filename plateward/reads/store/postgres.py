"""A partition per day. The site declares its own disk's encryption at start (6.i.i)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db import connection, transaction

from plateward.policy.trace import enforces
from plateward.reads.store.rows import COLUMNS, from_row, ids_of_rows, microseconds, to_row
from plateward.reads.store.types import ReadKey, StoredRead

PLATES = 500  # per query
DAY = 86_400_000_000  # microseconds
LOCK = 0x706C6174  # any number, the same in every hub node: only one of them makes a day's partition


def _bounds(day: date) -> tuple[int, int]:
    start = microseconds(datetime.combine(day, time.min, UTC))
    return start, start + DAY  # the last date has no day after it


@enforces("6.j.i")
class PostgresStore:
    """This room's migrations make the parent table and its triggers."""

    def _partition(self, day: date) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [f"reads_read_{day:%Y%m%d}"])
            if cursor.fetchone()[0]:
                return
        first, after = _bounds(day)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS reads_read_{day:%Y%m%d} PARTITION OF reads_read"
                f" FOR VALUES FROM ({first}) TO ({after})"
            )

    def stored_ids(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        first, after = _bounds(day)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM reads_read WHERE captured_at >= %s AND captured_at < %s AND id = ANY(%s)",
                [first, after, [read_id.bytes for read_id in read_ids]],
            )
            return ids_of_rows(cursor.fetchall())

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        self._partition(day)
        marks = ",".join(["%s"] * len(COLUMNS))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO reads_read ({','.join(COLUMNS)}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
                [to_row(stored) for stored in reads],
            )

    def get(self, placed: ReadKey) -> StoredRead | None:
        first, after = _bounds(placed.day)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {','.join(COLUMNS)} FROM reads_read"  # noqa: S608  # constants
                " WHERE captured_at >= %s AND captured_at < %s AND id = %s",
                [first, after, placed.id.bytes],
            )
            row = cursor.fetchone()
        return from_row(row) if row else None

    def days(self) -> list[date]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT right(inhrelid::regclass::text, 8) FROM pg_inherits"
                " WHERE inhparent = to_regclass('reads_read') ORDER BY 1"
            )
            return [datetime.strptime(day, "%Y%m%d").date() for (day,) in cursor.fetchall()]

    def plates(self, day: date) -> Iterator[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT plate FROM reads_read WHERE captured_at >= %s AND captured_at < %s ORDER BY plate",
                _bounds(day),
            )
            for (plate,) in cursor:
                yield plate

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        plate_list = list(plates)
        for start in range(0, len(plate_list), PLATES):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT {','.join(COLUMNS)} FROM reads_read"  # noqa: S608  # constants
                    " WHERE captured_at >= %s AND captured_at < %s AND plate = ANY(%s)"
                    " ORDER BY plate, captured_at DESC",
                    [*_bounds(day), plate_list[start : start + PLATES]],
                )
                rows = cursor.fetchall()
            yield from map(from_row, rows)
