"""A row that opens a gate is compared with the log when it does: what was written past the hub a second ago opens
nothing (integrity.py finds the rest within a minute)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model

from plateward.core.audit.models import AuditEntry
from plateward.core.audit.records.integrity import Wrong, beside_the_log, last_entry, one_moment
from plateward.core.audit.records.sums import row_digest
from plateward.core.audit.records.tables import RecordTable, digest_sql, record_tables
from plateward.core.audit.records.writing import (
    AS_IT_IS,
    sealed_sums,
    written_by,
    written_here,
    wrote_any,
)
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

Made = TypeVar("Made")
T = TypeVar("T")
Tables = Mapping[str, Sequence[tuple[Any, ...]]]
REMEDY = "Change nothing and report a breach of security. Integrity names what else differs from the log."


@enforces("6.b.i.9/records", "AU-9/found")
def as_recorded(*rows: Model) -> Decision:
    """Whether each of these rows, which are stored, is as the entry says that wrote it last, or as this transaction
    itself wrote it, whose entry is still to come. A query for each table."""
    keys_by_table: dict[str, set[Any]] = defaultdict(set)
    for row in rows:
        keys_by_table[row._meta.db_table].add(row._meta.pk.get_db_prep_value(row.pk, connection))
    for name, keys in keys_by_table.items():
        for _, wrong in wrong_rows(name, keys):
            return refusal_of(wrong)
    return Allow()


def refusal_of(wrong: Wrong) -> Refusal:
    """What a person reads whom it stops. Who wrote the row last is on the log, for those who may read that."""
    last = "" if wrong.entry is None else f" Entry {wrong.entry:,} of the log wrote it last."
    return Refusal(
        "6.b.i.9", f"{wrong.name[:1].upper()}{wrong.name[1:]} cannot be used: {wrong.what}.{last}", REMEDY
    )


@dataclass(frozen=True)
class Compared:
    """A table's rows beside the log, for a query of their own: `columns` of a row are what `wrong` takes, once the
    query has the `join`."""

    table: RecordTable
    columns: str
    join: str

    def wrong(self, key: str, content: bytes, logged: bytes | None) -> Wrong | None:
        """What is wrong with a row, if it is neither as the log says nor of this transaction's own writing."""
        if logged is not None and bytes(logged) == row_digest(self.table.name, key, bytes(content)):
            return None
        own = written_here(self.table.name, key)
        before = own and own.was and row_digest(self.table.name, key, own.was)
        if (
            own
            and own.now == bytes(content)
            and (own.was == AS_IT_IS or before == (logged and bytes(logged)))
        ):
            return None
        return Wrong(
            self.table,
            key,
            row_digest(self.table.name, key, bytes(content)),
            last_entry(self.table.name, key),
        )


@cache
def compared(name: str, row: str) -> Compared:
    """A table's rows, by the name that they have in the query."""
    table = record_tables()[name]
    key = f"CAST({row}.{table.key} AS TEXT)"
    return Compared(
        table,
        f"{key} AS {row}_key, {digest_sql(table, row)} AS {row}_content, {row}_logged.digest AS {row}_digest",
        f"LEFT JOIN audit_record {row}_logged ON {row}_logged.of_table = '{name}' AND {row}_logged.key = {key}",
    )


@dataclass(frozen=True)
class MadeOfRecords(Generic[Made]):
    """What is made of rows that open a gate at each request: a query each time, and made again only when a row, or what
    the log says of it, is another. `rows`: SQL from FROM on, with `{joins}` behind its last table; `tables`: its record
    tables by their names there, the first of which each row has; `beside`: what else it is made of, as SQL. `make` gets
    the query's values, and what is wrong by keys of the first table."""

    rows: str
    tables: Mapping[str, str]
    make: Callable[[tuple[Any, ...], Mapping[str, Wrong]], Made]
    beside: tuple[str, ...] = ()
    _made: dict[tuple[Any, ...], tuple[list[tuple[Any, ...]], Made]] = field(default_factory=dict)

    @enforces("6.b.i.9/records", "AU-9/found")
    def of(self, *values: Any) -> Made:
        known = self._made.get(values)
        if known and known[0] == self._versions(values):
            return known[1]
        with one_moment():
            versions = self._versions(values)
            made = self.make(values, self._wrong(versions))
        self._made[values] = versions, made
        return made

    def _versions(self, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Of each row its key, digest and digest on the log, for each of its tables."""
        each = [compared(table, row) for row, table in self.tables.items()]
        columns = ", ".join([table.columns for table in each] + [*self.beside])
        joined = self.rows.format(joins=" ".join(table.join for table in each))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} {joined}", values)
            return list(cursor.fetchall())

    def _wrong(self, versions: list[tuple[Any, ...]]) -> dict[str, Wrong]:
        every: dict[str, Wrong] = {}
        for version in versions:
            for place, (row, table) in enumerate(self.tables.items()):
                key, content, logged = version[3 * place : 3 * place + 3]
                if key is not None and (wrong := compared(table, row).wrong(key, content, logged)):
                    every[version[0]] = wrong
        return every


@enforces("6.b.i.9/records", "AU-9/found")
class Kept(Generic[T]):
    """Tables that are read whole, since they decide for everybody. What was read and is as the log says is used until
    an act changes one of them: to write them past the hub changes nothing where they are known, and is found where
    they are read."""

    def __init__(self, columns: Mapping[str, str], read_as: Callable[[Tables], T]) -> None:
        """`columns`: by table, those that are wanted of its rows `r`. `read_as`: what is made of them."""
        self._columns, self._read_as = columns, read_as
        self._known: tuple[list[tuple[str, bytes]], T] | None = None

    def read(self) -> tuple[T, "Sequence[Altered]"]:
        """What is made of their rows, and which of those are not as the log says, which are left out. A query at any
        size while they are known."""
        known, own = self._known, wrote_any(self._columns)
        if known and known[0] == sealed_sums(self._columns) and not own:
            return known[1], ()
        tables, altered = dict[str, list[tuple[Any, ...]]](), list[Altered]()
        with one_moment():
            sums = sealed_sums(self._columns)
            for name, columns in self._columns.items():
                rows, tables[name] = compared(name, "r"), []
                for key, content, logged, entry, *row in beside_the_log(rows.table, columns):
                    if content is None and not written_here(name, key):
                        altered.append(Altered(Wrong(rows.table, key, None, entry), ()))
                    elif content and (wrong := rows.wrong(key, content, logged)):
                        altered.append(Altered(wrong, tuple(row)))
                    elif content:
                        tables[name].append(tuple(row))
        made = self._read_as(tables)
        if not altered and not own:
            self._known = sums, made
        return made, altered


@dataclass(frozen=True)
class Altered:
    """A row of kept tables that is not as the log says: what is wrong, and its columns that were wanted; none of one
    that is gone."""

    wrong: Wrong
    columns: tuple[Any, ...]

    def about(self, kind: str) -> set[str]:
        """The names of things of this kind ("person") that the act was about whose entry wrote it last; none if that
        entry does not say that it did: what the hub keeps of the log may be altered, too."""
        entry, row = self.wrong.entry, f"{self.wrong.table.name} {self.wrong.key} "
        last = None if entry is None else AuditEntry.objects.filter(sequence=entry).first()
        if (
            last is None
            or last.leaf is None
            or not any(line.startswith(row) for line in written_by(last.leaf))
        ):
            return set()
        of_act = AuditEntry.objects.filter(at=last.at, object__startswith=f"{kind}:")
        return {name.partition(":")[2] for name in of_act.values_list("object", flat=True)}


def wrong_rows(name: str, keys: Collection[Any]) -> Iterator[tuple[Any, Wrong]]:
    """Of the rows of a table with these keys, as the database has them, those that are not as the log says."""
    if not keys:
        return
    rows, key_by_text = compared(name, "x"), {str(key): key for key in keys}
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {rows.columns} FROM {name} x {rows.join} WHERE x.{rows.table.key} IN ({marks})",  # noqa: S608, our own names
            [*keys],
        )
        found = {row[0]: row for row in cursor.fetchall()}
    for text, key in key_by_text.items():
        gone = Wrong(rows.table, text, None, last_entry(rows.table.name, text)) if text not in found else None
        if wrong := gone or rows.wrong(*found[text]):
            yield key, wrong


def aware(value: Any) -> Any:
    """SQLite keeps times in UTC without an offset."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
