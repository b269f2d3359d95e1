"""What searches cost at the store among millions of made reads, alone and beside intake, and the disk per read."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, Progress, at_most, percentile, seconds, spread

if TYPE_CHECKING:
    from plateward.field.reads.queries import PlateMatch, ReadQuery
    from plateward.field.reads.store import ReadStore

READS = 10_000_000
MADE = 1_000_000  # at most, on PostgreSQL: what is more are these again, under other plates
TRIES = 200  # of each kind of search
PAGE = 50  # rows
INTAKE = 500  # reads a second
BATCH, BATCH_OF_MANY = 50, 500  # reads stored together by intake: a reader's, and those of many at one moment
AT_ONCE = 20_000  # while filling
SECONDS = 90  # for which there are reads to come in
PLATE_WITHIN, BOX_WITHIN, CONVOY_WITHIN, FIRST_WITHIN = 25.0, 100.0, 50.0, 300.0  # ms
COPIES = """CREATE TEMPORARY TABLE made AS SELECT * FROM reads_summary_{number};
    CREATE TEMPORARY TABLE made_tail AS SELECT * FROM reads_tail_{number}"""
OTHER_ROWS = """INSERT INTO reads_summary_{number} (captured_at, id, plate, folded, {columns})
    SELECT {since} + (captured_at - {since} + {other} * 1000003::bigint) % 86400000000,
    substring(id for 8) || substring(sha256(id || '{other}'::bytea) for 8),
    translate(plate, '{kept}', '{plates}'), translate(folded, '{kept}', '{plates}'), {columns} FROM made"""
OTHER_TAILS = """INSERT INTO reads_tail_{number} (day, tail, start, folded)
    SELECT day, translate(tail, '{kept}', '{plates}'), start, translate(folded, '{kept}', '{plates}')
    FROM made_tail ON CONFLICT DO NOTHING"""
Kinds = dict[str, tuple[float, list[Callable[[], object]]]]


def run(progress: Progress, reads: int = READS) -> list[Figure]:
    """Invented reads, always the same; a month of them. On a Citus cluster (`databases.throw_away`): the same searches
    again once its nodes have the reads."""
    from plateward.bench.hub import prepare_hub

    prepare_hub()
    from django.core.management import call_command
    from django.db import connection

    from plateward.field.reads.store import configured_store

    store = configured_store()
    made = min(reads, MADE) if connection.vendor == "postgresql" else reads
    began = time.perf_counter()
    _fill(store, made, progress)
    figures = [
        Figure("reads", reads, ""),
        Figure("made and stored in bulk", made / (time.perf_counter() - began), "reads/s"),
        Figure("disk per read", _disk_bytes() / made, "bytes"),
    ]
    if made < reads:
        _multiply(reads // made, progress)
        figures.append(
            Figure("disk per read of what searches look at", _disk_bytes("(summary|tail)_") / reads, "bytes")
        )
    figures += _measured(store, connection.vendor, progress)
    if "PLATEWARD_TEST_CITUS" in os.environ:
        progress("distributing the reads over the cluster's nodes")
        call_command("distribute", stdout=io.StringIO())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        figures += [
            replace(figure, name=f"{figure.name}, distributed")
            for figure in _measured(store, "distributed", progress)
        ]
    return figures


def _measured(store: ReadStore, where: str, progress: Progress) -> list[Figure]:
    """What each kind of search and a batch that comes in cost, and the searches beside such batches."""
    figures, alone, kinds = list[Figure](), {}, _searches(store, Random(7))  # noqa: S311
    for name, (within, tries) in kinds.items():
        progress(f"{where}: {name}")
        alone[name] = _milliseconds(tries)
        figures += spread(name, alone[name], "ms", within)
    progress(f"{where}: reads, as they come in")
    figures += [
        Figure(f"stored in batches of {batch}", _stored_a_second(store, batch), "reads/s")
        for batch in (BATCH, BATCH_OF_MANY)
    ]
    progress(f"{where}: searches while reads come in")
    with _reads_coming_in() as arrived:
        began = time.perf_counter()
        busy = {name: _milliseconds(tries) for name, (_, tries) in kinds.items()}
        rate = sum(arrived) / (time.perf_counter() - began)
    figures.append(Figure("reads that came in meanwhile", rate, "1/s"))
    for name, times in busy.items():
        ratio = percentile(times, 0.95) / percentile(alone[name], 0.95)
        figures.append(at_most(f"{name}, p95 beside {INTAKE} reads/s by alone", ratio, "times", 2))
    return figures


def _stored_a_second(store: ReadStore, batch: int) -> float:
    from plateward.bench.made_reads import DAYS, LAST, MadeReads

    batches = list(MadeReads(TRIES * BATCH * DAYS, seed=time.time_ns()).of_day(LAST, batch))
    return sum(map(len, batches)) / sum(seconds(partial(store.append, LAST, batch)) for batch in batches)


def _fill(store: ReadStore, reads: int, progress: Progress) -> None:
    from django.db import connection

    from plateward.bench.made_reads import DATES, DAYS, MadeReads

    made = MadeReads(reads)
    for number, day in enumerate(DATES):
        progress(f"storing day {number + 1} of {DAYS}")
        for chunk in made.of_day(day, AT_ONCE):
            store.append(day, chunk)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as a site's own does in time


def _multiply(times: int, progress: Progress) -> None:
    """Each day's search rows and dictionary so many times: as many other vehicles on the same ways, and their ids. The
    reads themselves, which no search looks at, and their sources stay as they are."""
    from django.db import connection

    from plateward.bench.made_reads import DATES, DAYS
    from plateward.field.reads.store.partitions import number_of
    from plateward.field.reads.store.rows import SUMMARY_COLUMNS, day_bounds

    columns = [name for name in SUMMARY_COLUMNS if name not in ("captured_at", "id", "plate", "folded")]
    random, letters, digits = Random(3), "ACDEFHJKLMNPQRTUVWXY", "3479"  # noqa: S311  # none is misread as another
    others = ["".join(random.sample(letters, 20) + random.sample(digits, 4)) for _ in range(times - 1)]
    with connection.cursor() as cursor:
        for done, day in enumerate(DATES):
            progress(f"day {done + 1} of {DAYS}, {times} times")
            of_day = {"number": number_of(day), "since": day_bounds(day)[0], "columns": ",".join(columns)}
            cursor.execute(COPIES.format(**of_day))
            for other, plates in enumerate(others, 1):
                for insert in (OTHER_ROWS, OTHER_TAILS):
                    sql = insert.format(**of_day, other=other, kept=letters + digits, plates=plates)
                    cursor.execute(sql)
            cursor.execute("DROP TABLE made, made_tail")
        cursor.execute("VACUUM ANALYZE")


def _disk_bytes(tables: str = "") -> int:
    """What all reads take with their bodies, signatures and indexes; or of PostgreSQL's, what these tables do."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname ~ %s",
                [f"^reads_{tables}"],
            )
            return int(cursor.fetchone()[0])
    return sum(file.stat().st_size for file in Path(settings.DATA, "reads").glob("*.db*"))


def _searches(store: ReadStore, random: Random) -> Kinds:
    """Of each kind: its target in ms, and TRIES searches for what was read."""
    from plateward.bench.made_reads import TOWNS, WHOLE
    from plateward.field.reads.areas import Box
    from plateward.field.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery

    days = random.sample(store.days(), 5)
    seen = [plate for day in days for plate in random.sample(sorted(store.plates(day)), 20)]
    plates = [plate for plate in seen if len(plate) >= 5]

    def pages(queries: Iterable[ReadQuery]) -> list[Callable[[], object]]:
        return [partial(store.page, query, Order.NEWEST, None, PAGE) for query in queries]

    def of_plates(match: PlateMatch, change: Callable[[str], str]) -> list[Callable[[], object]]:
        return pages(ReadQuery(WHOLE, PlateQuery(change(random.choice(plates)), match)) for _ in range(TRIES))

    def misread(plate: str) -> str:
        at = random.randrange(len(plate))
        return plate[:at] + random.choice(["", "7", "K", "K" + plate[at]]) + plate[at + 1 :]

    def with_unknown(plate: str) -> str:
        at = random.randrange(1, len(plate) - 1)
        return plate[:at] + "?" + plate[at + 1 :]

    known = PlateMatch.PARTIAL
    kinds: Kinds = {
        name: (PLATE_WITHIN, of_plates(match, change))
        for name, match, change in (
            ("exact", PlateMatch.EXACT, str),
            ("folded", PlateMatch.FOLDED, str),
            ("one-off", PlateMatch.NEAR, misread),
            ("prefix of 4", known, lambda plate: plate[:4] + "*"),
            ("suffix of 4", known, lambda plate: "*" + plate[-4:]),
            ("infix of 4", known, lambda plate: "*" + plate[1:5] + "*"),
            ("infix of 3", known, lambda plate: "*" + plate[1:4] + "*"),
            ("? in the middle", known, with_unknown),
        )
    }
    kinds["box of 20 km, 6 h"] = BOX_WITHIN, pages(_box(random) for _ in range(TRIES))
    within = timedelta(seconds=30)
    convoys = [ReadQuery(WHOLE, PlateQuery(random.choice(plates))) for _ in range(TRIES)]
    kinds["traveled with"] = (
        CONVOY_WITHIN,
        [partial(store.companions, query, within, 3, PAGE) for query in convoys],
    )
    broad = [
        *(ReadQuery(WHOLE, PlateQuery("?".join(plate[:5:2]) + "*", known)) for plate in plates[:20]),
        *(ReadQuery(WHOLE, PlateQuery("*" + plate[1:3] + "*", known)) for plate in plates[:20]),
        *(ReadQuery(WHOLE, area=Box(lat - 0.2, lon - 0.2, lat + 0.2, lon + 0.2)) for lat, lon, _ in TOWNS),
        *(ReadQuery(WHOLE, cameras=frozenset({f"I-25 south ahead {number}"})) for number in range(20)),
        *(ReadQuery(WHOLE, PlateQuery(plate[:-1] + "99")) for plate in plates[:20]),
    ]
    kinds["first results of a stream"] = FIRST_WITHIN, [partial(_first, store, query) for query in broad]
    return kinds


def _box(random: Random) -> ReadQuery:
    """Six hours, and 20 km by 20 km around where people live."""
    from plateward.bench.made_reads import DAYS, TOWNS, WHOLE
    from plateward.field.reads.areas import Box
    from plateward.field.reads.queries import ReadQuery, Span

    [(lat, lon, _)] = random.choices(TOWNS, [town[2] for town in TOWNS])
    lat, lon = lat + random.uniform(-0.1, 0.1), lon + random.uniform(-0.1, 0.1)
    since = WHOLE.since + timedelta(hours=random.uniform(0, 24 * DAYS - 6))
    area = Box(lat - 0.09, lon - 0.11, lat + 0.09, lon + 0.11)
    return ReadQuery(Span(since, since + timedelta(hours=6)), area=area)


def _first(store: ReadStore, query: ReadQuery) -> None:
    from plateward.field.reads.queries import Order, ReadSummary

    rows = 0
    stream = store.stream(query, Order.NEWEST)
    for step in stream:
        rows += isinstance(step, ReadSummary)
        if rows == PAGE:
            break
    stream.close()


def _milliseconds(tries: Iterable[Callable[[], object]]) -> list[float]:
    return [1000 * seconds(search) for search in tries]


@contextmanager
def _reads_coming_in() -> Iterator[list[int]]:
    """INTAKE reads a second into the last day, as intake stores them, by another thread: how many each time."""
    from django.db import connection

    from plateward.bench.made_reads import DAYS, LAST, MadeReads
    from plateward.field.reads.store import configured_store

    stop, arrived = threading.Event(), list[int]()
    batches = list(MadeReads(INTAKE * SECONDS * DAYS, seed=time.time_ns()).of_day(LAST, BATCH))

    def take() -> None:
        due = time.perf_counter()
        try:
            for batch in batches:
                configured_store().append(LAST, batch)
                arrived.append(len(batch))
                due += BATCH / INTAKE
                if stop.wait(max(0.0, due - time.perf_counter())):
                    return
        finally:
            connection.close()

    writer = threading.Thread(target=take)
    writer.start()
    try:
        yield arrived
    finally:
        stop.set()
        writer.join()
