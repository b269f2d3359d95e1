"""Makes a day's reads many times as many, within PostgreSQL: the same traffic again, some minutes later, by vehicles of
other plates. Their signed bodies, which no search reads, are left out: 100 million would take 110 GB."""

from datetime import date
from string import ascii_uppercase as letters
from string import digits

from django.db import connection, transaction

from plateward.matching.normalize import FOLDED
from plateward.reads.store.rows import DAY, SUMMARY_COLUMNS, day_bounds

LATER = 97_000_000  # microseconds
MOST = 10  # times: from there on, the same plates would come again


def grow_day(day: date, times: int) -> int:
    """Make the day's reads `times` times as many, up to MOST, unless a run before this one did. Returns how many it
    stored."""
    number = f"{day:%Y%m%d}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) > (SELECT count(*) FROM reads_read_{number}) FROM reads_summary_{number}"  # noqa: S608
        )
        if cursor.fetchone()[0]:
            return 0
        columns = [_CHANGED.get(column, column) for column in SUMMARY_COLUMNS]
        cursor.execute(
            f"INSERT INTO reads_summary ({','.join(SUMMARY_COLUMNS)}) SELECT {','.join(columns)}"  # noqa: S608
            f" FROM reads_summary_{number}, unnest(%(times)s::int[], %(plates)s::text[]) AS again (time, plates)",
            {
                "first": day_bounds(day)[0],
                "times": list(range(1, times)),
                "plates": [_rotated(letters, time) + _rotated(digits, time) for time in range(1, times)],
            },
        )
        stored: int = cursor.rowcount
        cursor.execute(
            "INSERT INTO reads_tail (day, tail, start, plate) SELECT %s, substr(folded, start + 1), start, plate FROM"  # noqa: S608
            f" (SELECT DISTINCT plate, translate(plate, %s, %s) AS folded FROM reads_summary_{number}) AS plates,"
            " generate_series(0, length(folded) - 1) AS start ON CONFLICT DO NOTHING",
            [day, "".join(map(chr, FOLDED)), "".join(map(chr, FOLDED.values()))],
        )
    return stored


_CHANGED = {
    "captured_at": f"%(first)s + (captured_at - %(first)s + {LATER} * again.time) %% {DAY}",
    "id": "set_byte(id, 15, (get_byte(id, 15) + again.time) %% 256)",
    "plate": f"translate(plate, '{letters}{digits}', again.plates)",
}


def _rotated(text: str, by: int) -> str:
    by %= len(text)
    return text[by:] + text[:by]
