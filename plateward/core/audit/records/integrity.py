"""Each record is what the log says it is, and each that the log knows is there: altered, gone, added, swapped and set
back rows are named, whoever wrote them, with the entry that says otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from plateward.core.audit.models import AuditEntry, RecordSum, Tree
from plateward.core.audit.records.sums import Sum, difference_digest, row_digest, table_digest
from plateward.core.audit.records.tables import RecordTable, digest_sql, record_tables
from plateward.core.audit.records.writing import TOTAL, kept_sums, open_sum
from plateward.core.jobs.check import Check, Fault, Group, RoundStep
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken

AT_ONCE = 2000
NAMED = 100  # rows of a table that are named one by one
OF_SUMS = "sum"  # begins the name of each fault of the sums
SUMS = "sums of records"


@enforces("6.b.i.3/integrity", "6.b.i.9/records")
def check_records(at: str) -> Iterator[RoundStep]:
    """A table a step, in the order of their names."""
    names = list(record_tables())
    for place, name in enumerate(names):
        if name >= at:
            following = names[place + 1] if place + 1 < len(names) else ""
            checked, faults = compare(record_tables()[name])
            yield RoundStep(checked, faults, following)


def compare(table: RecordTable) -> tuple[int, list[Fault]]:
    """How many rows there are, and what is wrong with them, all as of one moment."""
    with one_moment():
        tree = Tree.objects.get()
        if not tree.size:
            return 0, []
        stated, faults = _stated(table, tree)
        checked, found, wrong = _rows(table)
        faults += [row.fault() for row in wrong[:NAMED]]
        if len(wrong) > NAMED:
            faults.append(Fault(table.kind, f"{len(wrong) - NAMED:,} more records of this kind are wrong."))
        if stated and found != stated:
            problem = (
                "What the hub keeps of the log's digests was altered or set back: records of this kind can be "
                "old ones, or missing."
            )
            faults.append(Fault(f"sum of records: {table.kind}", problem))
    return checked, faults


@enforces("6.b.i.3/integrity", "6.b.i.9/records")
def sums_apart() -> str:
    """A keyed digest of how far the sums are from what is kept of the log's digests; "" if they agree. Whatever acts
    write meanwhile changes both alike, and so not this."""
    with one_moment():
        tree, kept = Tree.objects.get(), kept_sums()
        stated = {
            row.of_table: open_sum(bytes(row.sealed), f"table.{row.of_table}")
            for row in RecordSum.objects.all()
        }
        apart = {
            table: rows and kept[table].beyond(rows)
            for table in sorted({*stated, *kept})
            if (rows := stated.get(table, Sum())) != kept[table]
        }
        total = Sum()
        for table, rows in stated.items():
            total = total.plus(table_digest(table, rows)) if rows else total
        of_all = open_sum(bytes(tree.records), TOTAL.format(size=tree.size))
        if of_all != total:
            apart[""] = of_all and total.beyond(of_all)
    return difference_digest([*apart], [*apart.values()]) if tree.size and apart else ""


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that only reads, and sees nothing of what others write meanwhile. Within one that has begun, on
    PostgreSQL, each statement has a moment of its own."""
    if connection.in_atomic_block:
        yield
        return
    database: Any = connection
    database.only_reads = True
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        database.only_reads = False


def _stated(table: RecordTable, tree: Tree) -> tuple[Sum | None, list[Fault]]:
    """The table's sum, None if it does not open; a fault if the total of all is not the one sealed with the log."""
    own, total = Sum(), Sum()
    try:
        stated = Sum.open(bytes(tree.records), TOTAL.format(size=tree.size))
        for row in RecordSum.objects.all():
            rows = Sum.open(bytes(row.sealed), f"table.{row.of_table}")
            total = total.plus(table_digest(row.of_table, rows))
            own = rows if row.of_table == table.name else own
    except SealBroken:
        return None, [Fault(SUMS, "One was altered or moved: it does not open.")]
    if total != stated:
        return own, [Fault(SUMS, "They are not those of the log as it is: set back, or altered.")]
    return own, []


def wrong_rows(table: RecordTable) -> list["Wrong"]:
    """At most NAMED and one more."""
    return _rows(table)[2]


def _rows(table: RecordTable) -> tuple[int, Sum, list["Wrong"]]:
    """How many rows, the sum of what the hub keeps of the log's digests, and the rows that are not as these say."""
    checked, found = 0, Sum()
    wrong: list[Wrong] = []
    for key, content, digest, entry in beside_the_log(table):
        checked += content is not None
        if digest is not None:
            found = found.plus(digest)
        now = None if content is None else row_digest(table.name, key, content)
        if now != digest and len(wrong) <= NAMED:
            wrong.append(Wrong(table, key, now, entry))
    return checked, found, wrong


def beside_the_log(table: RecordTable, columns: str = "") -> Iterator[tuple[Any, ...]]:
    """Each row's key, its content's digest, the digest and entry of the log, None where one of the two lacks it, and
    these columns of the row `r`; in one statement, and so as of one moment."""
    same = f"r.{table.key} = logged.key"  # SQLite goes by the table's own index
    if connection.vendor == "postgresql":
        same = f"CAST(r.{table.key} AS TEXT) = logged.key"
    more, none = (f", {columns}", ", NULL" * len(columns.split(", "))) if columns else ("", "")
    statement = f"""SELECT CAST(r.{table.key} AS TEXT), {digest_sql(table, "r")}, logged.digest, logged.entry{more}
        FROM {table.name} r
        LEFT JOIN audit_record logged ON logged.of_table = %s AND logged.key = CAST(r.{table.key} AS TEXT)
        UNION ALL SELECT logged.key, NULL, logged.digest, logged.entry{none} FROM audit_record logged
        WHERE logged.of_table = %s AND NOT EXISTS (SELECT 1 FROM {table.name} r WHERE {same})"""  # noqa: S608, our own names
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [table.name, table.name])
        while rows := cursor.fetchmany(AT_ONCE):
            for key, content, digest, entry, *row in rows:
                yield key, _bytes(content), _bytes(digest), entry, *row


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


@dataclass(frozen=True)
class Wrong:
    """A row that is not as the log says. `now`: its digest, None if it is gone; `entry`: the number of the entry that
    wrote it last, if any did."""

    table: RecordTable
    key: str
    now: bytes | None
    entry: int | None

    @property
    def name(self) -> str:
        return f"{self.table.kind} {self.key}"

    @property
    def what(self) -> str:
        """What happened to it, as a part of a sentence."""
        if self.entry is None:
            return "no entry of the log wrote it, so it was added past the hub"
        return "it was altered past the hub" if self.now else "it is gone, and no entry of the log says so"

    @property
    def sentence(self) -> str:
        """What happened to it, and what the log says wrote it last."""
        what = f"{self.what[:1].upper()}{self.what[1:]}."
        return what + ("" if self.entry is None else f" {_in_words(self.entry)}")

    def fault(self) -> Fault:
        return Fault(self.name, self.sentence, at=self.table.name)


def last_entry(table: str, key: object) -> int | None:
    """The number of the entry that wrote a row last, as the hub keeps it; None: no entry did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry FROM audit_record WHERE of_table = %s AND key = %s", [table, str(key)])
        row = cursor.fetchone()
    return row[0] if row else None


def broken_seal(row: Model, name: str = "", link: str = "") -> Fault:
    """Of a row whose seal does not hold: which it is, and what the log says of it."""
    key = row._meta.pk.get_db_prep_value(row.pk, connection)
    entry = last_entry(row._meta.db_table, key)
    said = "No entry of the log wrote it." if entry is None else _in_words(entry)
    what = "Its seal is broken: it was altered past the hub, and nothing is done with it."
    return Fault(name or f"{row._meta.verbose_name} {row.pk}", f"{what} {said}", link=link)


def _in_words(number: int) -> str:
    entry = AuditEntry.objects.filter(sequence=number).first()
    if entry is None:
        return f"Entry {number:,} wrote it last, and is gone, too."
    return f"Entry {number:,} of {clock.format_day(entry.at)} wrote it last: {entry.sentence}"


CHECKS = (
    Check(
        "audit.records", Group.LOG, "Records as the log has them", "records", "6.b.i.9",
        "Change nothing and act on none of these records. Report a breach, and compare with the entry that it names. "
        "When that is settled, restore the database, or have two people accept what is as it is, "
        "under Altered records.",
        check_records, every=timedelta(minutes=1),
    ),
)  # fmt: skip
