"""What a transaction wrote goes into its entry: of each row the digest of its version before and of that now.

Beside the log stands, for each row, the digest that the log last gave it and the entry that did, so that a row is
compared without a search through the log; all of them are under one sum (sums.py), which every append seals anew for
the size that the log then has."""

from base64 import b64decode, b64encode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from plateward.core.audit.leaf import Detail, Leaf
from plateward.core.audit.models import RecordSum, Tree
from plateward.core.audit.records.sums import Sum, row_digest, table_digest
from plateward.core.audit.records.tables import RecordTable, digest_sql, record_tables
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken, seal, unseal

LISTED = 50  # rows that an entry names one by one; of more, how many of each table and the digest of all
PADDED_TO = 256  # bytes
AT_ONCE = 500
TOTAL = "total.{size}"
AS_IT_IS = b""  # in the place of what a row was: nobody asks
# A row that is seen, of a transaction that is not over, is of this one: nobody else can have put it there. SQLite's
# transactions are numbered at random.
OWN = (
    "act = txid_current() AND pg_xact_status("
    "((txid_current() >> 32 << 32) | xmin::text::bigint)::text::xid8) = 'in progress'"
)


@dataclass(frozen=True)
class Written:
    """SHA-256 of what decides of a row, before this transaction wrote it and after; None: there was, or is, none."""

    was: bytes | None
    now: bytes | None


@dataclass(frozen=True)
class Change:
    """A row's digest on the log before and after; None: there was no such row, or is none any more."""

    table: str
    key: str
    before: bytes | None
    after: bytes | None


@enforces("6.b.i.9/records")
def take_up(tree: Tree, entry: int, *, sums_again: bool) -> tuple[Sum | None, dict[str, Detail]]:
    """The sum of all records after what this transaction wrote, and the details that say so in its last entry, which
    will have this number. Under the lock on the tree. None if the sum is not this tree's: that stays so, and is told,
    until two people accept the sums as they are (`sums_again`)."""
    written, total = _written(), open_sum(bytes(tree.records), TOTAL.format(size=tree.size))
    if not tree.size and not tree.records:  # what migrations wrote, before there was a log
        written, total = _everything(), Sum()
    changes = [change for table, rows in written.items() for change in _changes(table, rows)]
    _store(changes, entry)
    total = _added(total, changes)
    return _sum_again() if sums_again else total, _details(changes, entry)


def open_sum(sealed: bytes, place: str) -> Sum | None:
    """None if it was altered or moved."""
    try:
        return Sum.open(sealed, place)
    except SealBroken:
        return None


def _written() -> dict[str, dict[str, Written]]:
    """By table and key, what this transaction wrote; it is taken up but once."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM audit_change WHERE {_own()} RETURNING id, of_table, key, was, digest")  # noqa: S608
        rows = cursor.fetchall()
    written: dict[str, dict[str, Written]] = defaultdict(dict)
    for _, table, key, was, now in sorted(rows, key=lambda row: row[0]):
        first = written[table].get(key, Written(_bytes(was), None))
        written[table][key] = Written(first.was, _bytes(now))
    return written


def written_here(table: str, key: str) -> Written | None:
    """What this transaction wrote of a row and no entry has taken up yet; None: nothing, or there is no transaction."""
    if not connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT was, digest FROM audit_change WHERE {_own()} AND of_table = %s AND key = %s ORDER BY id",  # noqa: S608
            [table, key],
        )
        rows = cursor.fetchall()
    return Written(_bytes(rows[0][0]), _bytes(rows[-1][1])) if rows else None


def wrote_any(tables: Collection[str]) -> bool:
    """Whether this transaction wrote rows of these tables that no entry has taken up yet."""
    if not connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM audit_change WHERE {_own()} AND of_table IN ({_marks(tables)}) LIMIT 1",  # noqa: S608
            [*tables],
        )
        return cursor.fetchone() is not None


def sealed_sums(tables: Collection[str]) -> list[tuple[str, bytes]]:
    """What is stored of these tables' sums: another seal after each act that changed one of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT of_table, sealed FROM audit_recordsum WHERE of_table IN ({_marks(tables)}) ORDER BY 1",  # noqa: S608
            [*tables],
        )
        return [(table, bytes(sealed)) for table, sealed in cursor.fetchall()]


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _own() -> str:
    return OWN if connection.vendor == "postgresql" else "act = txid_current()"


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def _everything() -> dict[str, dict[str, Written]]:
    """All rows of all tables that have any."""
    tables = record_tables()
    any_row = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)  # noqa: S608, our own names
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_change")
        cursor.execute("DELETE FROM audit_record")  # nothing is known before the first entry
        cursor.execute(any_row)
        return {name: _rows_of(tables[name]) for (name,) in cursor.fetchall()}


def write_all_again(tables: Iterable[RecordTable]) -> None:
    """Within an act: as if it wrote every row of these tables. For an upgrade that changed their columns."""
    for table in tables:
        _write_again(table, "")


def write_again(table: RecordTable, key: str, *, there: bool) -> None:
    """Within an act: as if it wrote this row, or removed it."""
    if there:
        _write_again(table, f"WHERE CAST(r.{table.key} AS TEXT) = %s", key)
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_change (act, of_table, key, was) VALUES (txid_current(), %s, %s, %s)",
            [table.name, key, AS_IT_IS],
        )


def _write_again(table: RecordTable, where: str, *values: str) -> None:
    rows = f"txid_current(), '{table.name}', CAST(r.{table.key} AS TEXT), %s, {digest_sql(table, 'r')}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_change (act, of_table, key, was, digest) SELECT {rows} FROM {table.name} r {where}",  # noqa: S608
            [AS_IT_IS, *values],
        )


def _rows_of(table: RecordTable) -> dict[str, Written]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CAST(r.{table.key} AS TEXT), {digest_sql(table, 'r')} FROM {table.name} r"  # noqa: S608, our own names
        )
        return {key: Written(AS_IT_IS, bytes(digest)) for key, digest in cursor.fetchall()}


def _changes(table: str, rows: Mapping[str, Written]) -> Iterator[Change]:
    """Of the rows that were as the log has them. One that was altered before stays what the log says, and so red: an
    act that writes another column of it makes nothing of that its own."""
    keys = list(rows)
    for some in (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)):
        known = _logged(table, some)
        for key in some:
            row = rows[key]
            was, after = (content and row_digest(table, key, content) for content in (row.was, row.now))
            before = known.get(key)
            if before != after and (was == before or row.was == AS_IT_IS):
                yield Change(table, key, before, after)


def _logged(table: str, keys: Sequence[str]) -> dict[str, bytes]:
    """What the log last said of these rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, digest FROM audit_record WHERE of_table = %s AND key IN ({_marks(keys)})",  # noqa: S608
            [table, *keys],
        )
        return {key: bytes(digest) for key, digest in cursor.fetchall()}


def _store(changes: Sequence[Change], entry: int) -> None:
    kept = [(change.table, change.key, change.after, entry) for change in changes if change.after]
    gone = [(change.table, change.key) for change in changes if not change.after]
    with connection.cursor() as cursor:
        if kept:
            cursor.executemany(
                "INSERT INTO audit_record (of_table, key, digest, entry) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT (of_table, key) DO UPDATE SET digest = excluded.digest, entry = excluded.entry",
                kept,
            )
        if gone:
            cursor.executemany("DELETE FROM audit_record WHERE of_table = %s AND key = %s", gone)


def _added(total: Sum | None, changes: Sequence[Change]) -> Sum | None:
    """The total with these changes, and the sums of their tables stored; one that does not open stays as it is."""
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change)
    for table, some in by_table.items():
        try:
            before = table_sum(table)
        except SealBroken:
            continue
        after = before or Sum()
        for change in some:
            after = after.without(change.before) if change.before else after
            after = after.plus(change.after) if change.after else after
        if total:
            total = total.without(table_digest(table, before)) if before else total
            total = total.plus(table_digest(table, after))
        _store_sum(table, after)
    return total


def kept_sums() -> dict[str, Sum]:
    """By table, the sum of the log's digests as they are kept."""
    sums: dict[str, Sum] = defaultdict(Sum)
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT of_table, digest FROM audit_record")
        while rows := cursor.fetchmany(AT_ONCE):
            for table, digest in rows:
                sums[table] = sums[table].plus(bytes(digest))
    return sums


def _sum_again() -> Sum:
    """The total of the log's digests as they are kept, with each table's sum stored."""
    total, kept = Sum(), kept_sums()
    for table in {*kept, *RecordSum.objects.values_list("of_table", flat=True)}:
        total = total.plus(table_digest(table, kept[table]))
        _store_sum(table, kept[table])
    return total


def table_sum(table: str) -> Sum | None:
    """The sum of a table's records as stored; None before its first. Raises SealBroken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM audit_recordsum WHERE of_table = %s", [table])
        row = cursor.fetchone()
    return Sum.open(bytes(row[0]), f"table.{table}") if row else None


def _store_sum(table: str, rows: Sum) -> None:
    known = record_tables().get(table)  # an older software's may be none any more
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_recordsum (of_table, sealed, declared) VALUES (%s, %s, %s) "
            "ON CONFLICT (of_table) DO UPDATE SET sealed = excluded.sealed, declared = excluded.declared",
            [table, rows.sealed(f"table.{table}"), known.declared if known else ""],
        )


def written_by(leaf: Leaf) -> list[str]:
    """The rows that the entry's act wrote: "table key before after". Raises SealBroken."""
    if "records" not in leaf.details:
        return []
    sealed = b64decode(str(leaf.details["records"]))
    text = unseal(settings.RING.key("fields"), sealed, _place(leaf.sequence))
    return text.decode().rstrip().split("\n")


def _details(changes: Sequence[Change], entry: int) -> dict[str, Detail]:
    """Sealed, and of lengths that say little: who reads the log learns from it neither kind nor number of what was
    written, such as a finding about themselves."""
    if not changes:
        return {}
    lines = [_line(change) for change in changes] if len(changes) <= LISTED else list(_counts(changes))
    text = "\n".join(lines).encode()
    padded = text.ljust(-(-len(text) // PADDED_TO) * PADDED_TO)
    return {"records": b64encode(seal(settings.RING.key("fields"), padded, _place(entry))).decode()}


def _place(entry: int) -> bytes:
    return f"audit.records.entry.{entry}".encode()


def _counts(changes: Sequence[Change]) -> Iterator[str]:
    by_table: dict[str, list[bytes]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change.after or b"")
    for table, digests in by_table.items():
        yield f"{table} {len(digests)} {sha256(b''.join(digests)).hexdigest()}"


def _line(change: Change) -> str:
    return f"{change.table} {change.key} {_short(change.before)} {_short(change.after)}"


def _short(digest: bytes | None) -> str:
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode() if digest else "-"
