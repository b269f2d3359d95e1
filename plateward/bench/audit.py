"""How many entries a second the audit log takes, each on disk before its act goes on; the cost of a signed head; a long
log's search page, its size on disk, and how long it takes to verify its export."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, BrokenBarrierError
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, Progress, at_least, at_most, percentile, seconds
from plateward.core.audit.leaf import Detail, Leaf, salted_line
from plateward.core.audit.verify import verify_log
from plateward.ground.merkle import GrowingTree, leaf_hash

if TYPE_CHECKING:
    from plateward.oversight.log.forms import LogFilters

ENTRIES = 600  # for each measurement of appends, and as many more as there are writers
ENTRY_MS, APPENDS_PER_S, ENTRY_BYTES, VERIFY_S = 1.0, 2000, 1200, 120
IN_ALL, AT_ONCE = 10_000_000, 10_000  # entries to search, and per transaction while filling
PAGE_WITHIN = 300.0  # ms
TRIES = 5  # of each search
FIRST, APART = (
    datetime(2026, 1, 2, tzinfo=UTC),
    timedelta(seconds=20),
)  # the log's beginning, and between two entries
EVENTS = ("image.view", "alert.view", "hotlist.view", "batch.receive", "route.refuse", "search.ask")
DETAILS: dict[str, dict[str, Detail]] = {
    "batch.receive": {"accepted": 20, "duplicates": 0, "rejected": 0},
    "search.ask": {"purpose": "felony", "offense": "robbery"},
}
VIEWED: dict[str, Detail] = {"image": "context", "bytes_out": 200_000}
AGENTS = 40


def run(progress: Progress, entries: int = IN_ALL) -> list[Figure]:
    """Appends by one writer, by 8 and by 64 at once; a head over a thousand entries; a log of `entries` entries."""
    from plateward.bench.hub import prepare_hub

    prepare_hub()
    from plateward.core.audit.heads import sign_head

    figures = []
    for writers in (1, 8):
        progress(f"appending, {writers} at once")
        figures.append(Figure(f"appends, {writers} at once", ENTRIES / _append(writers), "1/s"))
    progress("appending, 64 at once")
    rate = 10 * ENTRIES / _append(64, 10 * ENTRIES)
    figures.append(at_least("appends, 64 at once", rate, "1/s", APPENDS_PER_S))
    figures.append(at_most("an entry, of 64 at once", 1000 / rate, "ms", ENTRY_MS))
    sign_head()
    fill(1000)
    figures.append(Figure("signed head over 1,000 new entries", 1000 * seconds(sign_head), "ms"))
    progress(f"filling the log with {entries:,} entries")
    fill(entries)
    figures.append(at_most("size of an entry", _size() / entries, "bytes", ENTRY_BYTES))
    progress("searching it")
    figures += _search(entries)
    progress(f"verifying an export of {entries:,} entries")
    return [*figures, at_most(f"verify an export of {entries:,} entries", _verify(), "s", VERIFY_S)]


def _append(writers: int, entries: int = ENTRIES) -> float:
    """Seconds for all entries. A rejected entry ends the measurement with its error."""
    from django.db import connection

    from plateward.core.audit.actor import Actor
    from plateward.core.audit.events import Event
    from plateward.core.audit.log import record

    ada = Actor("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d")

    begin = Barrier(writers + 1)

    def write() -> None:
        try:
            connection.ensure_connection()  # the hub's are open
        except Exception:
            begin.abort()  # the others wait for this one
            raise
        try:
            begin.wait()
            for i in range(entries // writers):
                record(ada, Event.IMAGE_VIEW, f"read:{i}", image="context", bytes_out=200_000)
        except BrokenBarrierError:
            pass  # another writer's own error says why
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as pool:
        all_writers = [pool.submit(write) for _ in range(writers)]
        with suppress(BrokenBarrierError):  # whose error is below
            begin.wait()
        began = time.perf_counter()
        for writer in all_writers:
            writer.result()
    return time.perf_counter() - began


def fill(number: int, apart: timedelta = APART) -> None:
    """Add this many entries like the hub's own, some thousands per transaction."""
    from django.db import transaction

    from plateward.core.audit.models import Tree, seal_line
    from plateward.core.audit.records.sums import Sum
    from plateward.core.audit.records.writing import TOTAL
    from plateward.ground.merkle import Frontier

    tree = Tree.objects.get()
    records = Sum.open(bytes(tree.records), TOTAL.format(size=tree.size)) if tree.size else Sum()
    growing = GrowingTree(Frontier.load(tree.size, bytes(tree.frontier)))
    leaves = made_leaves(tree.size, number, apart)
    while chunk := list(itertools.islice(leaves, AT_ONCE)):
        rows = []
        for leaf in chunk:
            line, covered = salted_line(leaf)
            growing.append(leaf_hash(covered))
            rows.append((leaf, seal_line(line, leaf.sequence)))
        with transaction.atomic():
            _insert(rows)
            sealed = records.sealed(TOTAL.format(size=growing.size))
            Tree.objects.update(size=growing.size, frontier=bytes(growing.frontier()), records=sealed)


def _insert(rows: Sequence[tuple[Leaf, bytes]]) -> None:
    """In bulk: on PostgreSQL by COPY, which no entry of the hub's own uses."""
    from django.db import connection

    from plateward.core.audit.models import COLUMNS, column_values, insert_entries

    if connection.vendor != "postgresql":
        insert_entries(rows)
        return
    columns = ", ".join((*COLUMNS, "sealed"))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY audit_entry ({columns}) FROM STDIN (FORMAT text)") as copy,
    ):
        for leaf, sealed in rows:
            copy.write_row([*column_values(leaf).values(), sealed])


def _size() -> int:
    """What the log takes on disk, with its indexes."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('audit_entry')")
            return int(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(settings.DATABASES["default"]["NAME"]).stat().st_size


def _verify() -> float:
    """The seconds to verify an export; raises NotProven."""
    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.export import write_export

    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        key = write_export(command_line_actor("bench"), path, lambda *_: None).signed.key
        return seconds(lambda: verify_log(path, key))


def made_leaves(begin: int, number: int, apart: timedelta = APART) -> Iterator[Leaf]:
    """Entries of a few people and readers, one in fifty a refusal, and one a search."""
    for n in range(begin, begin + number):
        refused = n % 50 == 0
        event = EVENTS[4] if refused else EVENTS[5] if n % 50 == 25 else EVENTS[n % 7 % 4]
        yield Leaf(
            sequence=n,
            at=(FIRST + n * apart).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            node="hub",
            actor_kind="person",
            actor_id=f"agent{n % AGENTS}" if n % 3 else "busy",
            actor_name=f"Agent {n % AGENTS}",
            address="192.0.2.12",
            session="f00d",
            event=event,
            object=f"alert:{n // 20}",
            outcome="refused" if refused else "done",
            clause="6.b.i.8" if refused else "",
            reason="",
            details=DETAILS.get(event, VIEWED),
        )


SEARCHES: dict[str, dict[str, str]] = {
    "not filtered": {},
    "one event": {"event": EVENTS[0]},
    "one person": {"who": "agent7"},
    "refusals": {"outcome": "refused"},
    "a person and an event that never meet": {"who": "busy", "event": "system.stop"},
    "an event and an outcome that never meet": {"event": EVENTS[0], "outcome": "failed"},
    "a person's refusals within two days": {
        "who": "agent7",
        "outcome": "refused",
        "since": "2026-03-01",
        "until": "2026-03-02",
    },
    "an alert": {"about": "4711"},
    "an alert's refusals": {"about": "4711", "outcome": "refused"},
    "a plate that two thousand entries name": {"plate": bytes(16).hex()},
}


def _search(entries: int) -> Sequence[Figure]:
    """The slowest of all searches, on the first page and far down; and who saw an alert, which a recall looks up."""
    from django.db import connection

    from plateward.core.audit.mentions import insert_mentions
    from plateward.core.audit.models import AuditEntry
    from plateward.oversight.log.forms import LogFilters
    from plateward.oversight.log.views import AT_MOST

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE audit_entry")  # as PostgreSQL does by itself in time
    insert_mentions([(number, bytes(16)) for number in range(0, entries, max(1, entries // 2000))])
    slowest = 0.0
    for query, before in itertools.product(SEARCHES.values(), (-1, entries // 3)):
        slowest = max(slowest, _median(partial(_page, LogFilters(query), before, AT_MOST + 1)))
    saw = _median(
        lambda: list(
            AuditEntry.objects.filter(object=f"alert:{entries // 50}").values_list("actor_id", flat=True)
        )
    )
    name = f"page of the log, filtered, the slowest of {2 * len(SEARCHES)} searches of {entries:,} entries"
    return [
        at_most(name, slowest, "ms", PAGE_WITHIN),
        Figure(f"who saw one alert, of {entries:,} entries", saw, "ms"),
    ]


def _page(form: "LogFilters", before: int, most: int) -> None:
    """Like the view: fetch, open and fold the entries."""
    from plateward.oversight.log.folding import lines_of
    from plateward.oversight.log.views import PER_PAGE

    lines, _ = lines_of(form.query().newest(before, most), PER_PAGE)
    if any(line.altered for line in lines):
        raise RuntimeError("an entry cannot be opened")


def _median(search: Callable[[], object]) -> float:
    """The median in ms."""
    return percentile([1000 * seconds(search) for _ in range(TRIES)], 0.5)
