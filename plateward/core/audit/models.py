"""The log in the database. Only `log.py` and `heads.py` write; the database itself forbids changes.

Not managed by Django, so that none of its commands empties or alters these tables: a migration creates them,
with the triggers that keep them append-only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, models
from django.db.transaction import TransactionManagementError

from plateward.core.audit import leaf
from plateward.core.audit.events import Event, attempt_of
from plateward.core.audit.leaf import Detail, Leaf
from plateward.core.db.row import Row
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken, seal, unseal


@dataclass(frozen=True)
class AlteredColumn:
    """A column beside the sealed entry, its value, and what the sealed entry says."""

    column: str
    value: object
    true: object


KIND_TEXTS = {"hotlist": "hot list", "hotlist-request": "hot list request"}
KIND_OF_THING = re.compile(r"^([a-z][a-z-]*):(?=\S)")
EVENT_LABELS = {event.value: event.label for event in Event}


@enforces("6.b.i.9/entries", "6.b.i.9/sealed", "AU-9/append", "AU-11/term")
class AuditEntry(Row):
    """What was recorded. The database lets nobody change or remove an entry, however old (migrations). The columns are
    for searching; the authority is the leaf that the tree covers."""

    sequence = models.PositiveBigIntegerField(primary_key=True)  # from 0, without a gap
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=100)
    event = models.CharField(max_length=40)
    object = models.CharField(max_length=200)
    outcome = models.CharField(max_length=8)
    clause = models.CharField(max_length=40)
    sealed = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_entry"
        ordering = ["sequence"]
        indexes = [
            # Each includes a second filter's columns, so that a search reads only the index.
            models.Index(fields=["at", "sequence"], name="audit_by_time"),
            models.Index(fields=["event", "at", "sequence", "outcome"], name="audit_by_event"),
            models.Index(fields=["actor_id", "at", "sequence", "event", "outcome"], name="audit_by_actor"),
            models.Index(fields=["outcome", "at", "sequence", "event", "actor_id"], name="audit_by_outcome"),
            models.Index(fields=["object", "at", "sequence"], name="audit_by_object"),
        ]

    @property
    def sentence(self) -> str:
        """What was done, by whom, to what, and how it ended; from the columns. An unknown event is its code."""
        ended = "" if self.outcome == "done" else f"; {self.outcome}"
        under = f" under clause {self.clause}" if self.clause else ""
        return f"{self.deed}{': ' * bool(self.object)}{self.thing}{ended}{under}."

    @property
    def deed(self) -> str:
        """The event and who did it; of what was refused or failed, who tried to."""
        by = self.actor_name or "somebody not logged in"
        if self.event_label.startswith("Tried"):
            return f"{by[0].upper()}{by[1:]} {self.event_label[0].lower()}{self.event_label[1:]}"
        return f"{self.event_label} by {by}"

    @property
    def thing(self) -> str:
        """What it is about, for people: "alert 12" for alert:12, "hot list request 3" for hotlist-request:3."""
        return KIND_OF_THING.sub(lambda kind: KIND_TEXTS.get(kind[1], kind[1]) + " ", self.object)

    @property
    def event_label(self) -> str:
        """The event for people; of what was refused or failed, what was tried."""
        label = EVENT_LABELS.get(self.event, self.event)
        attempt = "" if self.outcome == "done" else attempt_of(label)
        return attempt[:1].upper() + attempt[1:] or label

    def line(self) -> bytes:
        """The entry's line (leaf.py). Raises SealBroken if it was altered or moved."""
        return unseal(settings.RING.key("fields"), bytes(self.sealed), seal_context(self.sequence))

    @cached_property
    def sealed_leaf(self) -> Leaf | None:
        """What the tree covers; None if it was altered or moved."""
        try:
            return leaf.read_line(self.line()).leaf
        except SealBroken:
            return None

    @property
    def sealed_details(self) -> list[tuple[str, Detail]]:
        """The details of what the tree covers. A template's `details.items` would look up a detail named "items"."""
        details = self.sealed_leaf.details if self.sealed_leaf else {}
        return [(name, detail) for name, detail in details.items() if name != "records"]  # sealed (records/)

    @cached_property
    def differing(self) -> list[AlteredColumn]:
        """The columns that differ from the sealed entry: altered, perhaps to hide it from a search."""
        true = column_values(self.sealed_leaf) if self.sealed_leaf else {}
        return [
            AlteredColumn(name, getattr(self, name), value)
            for name, value in true.items()
            if value != getattr(self, name)
        ]

    @property
    def leaf(self) -> Leaf | None:
        """What the tree covers; None if it, or a column beside it, was altered."""
        return None if self.differing else self.sealed_leaf


class Tree(Row):
    """The one row that every append locks: the size of the log and its frontier."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    size = models.PositiveBigIntegerField()
    frontier = models.BinaryField()
    # The sum of all records (records/sums.py), sealed for this size.
    records = models.BinaryField(default=b"")

    class Meta:
        managed = False


class RecordSum(Row):
    """The sum of a table's records, sealed. `declared`: by which columns they were compared (tables.py)."""

    of_table = models.CharField(max_length=63, primary_key=True)
    sealed = models.BinaryField()
    declared = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "audit_recordsum"


class Head(Row):
    """A signed head: what the log was at this size, and the frontier from which the tree continues.

    After a restored database was accepted, a size can have two: the lost part's head, and the new one."""

    size = models.PositiveBigIntegerField()
    at = models.CharField(max_length=32)
    root = models.BinaryField()
    frontier = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        managed = False
        constraints = [models.UniqueConstraint(fields=["size", "root"], name="audit_head_once_signed")]


class Tile(Row):
    """256 consecutive hashes of the tree at one level (c2sp.org/tlog-tiles), so that a proof reads no entries."""

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="audit_tile_once")]


class Mention(Row):
    """A thing that an entry names besides its object, keyed: what an entry of many reads is found by (mentions.py)."""

    entry = models.PositiveBigIntegerField()
    thing = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "thing"], name="audit_mention_once")]
        indexes = [models.Index(fields=["thing", "entry"], name="audit_mention_by_thing")]


class Repeat(Row):
    """How often a source was recently refused in one way. `repeated_refusals.py` turns it into entries."""

    source = models.CharField(max_length=120)  # who, and from where; "" for all sources past the limit
    event = models.CharField(max_length=40)
    outcome = models.CharField(max_length=8)
    clause = models.CharField(max_length=40, blank=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=100, blank=True)
    actor_name = models.CharField(max_length=100)
    address = models.CharField(max_length=45, blank=True)
    reason = models.CharField(max_length=400, blank=True)  # of the first
    since = models.DateTimeField()
    last = models.DateTimeField()
    entered = models.PositiveIntegerField(default=0)  # with entries of their own
    counted = models.PositiveIntegerField(default=0)  # without one, so far
    objects_of = models.JSONField(default=list)  # the counted ones, as far as they are named

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "event", "outcome", "clause"], name="repeat_once")
        ]
        indexes = [models.Index(fields=["since"], name="repeat_since")]


COLUMNS = ("sequence", "at", "actor_kind", "actor_id", "actor_name", "event", "object", "outcome", "clause")


def column_values(source: Leaf) -> dict[str, object]:
    """The leaf's own values of the columns beside it."""
    return {name: getattr(source, name) for name in COLUMNS} | {"at": datetime.fromisoformat(source.at)}


def insert_entries(rows: Sequence[tuple[Leaf, bytes]]) -> None:
    """Add entries, each with its sealed line, by one statement: through models it would take half as long again."""
    adapt = connection.ops.adapt_datetimefield_value
    names = (*COLUMNS, "sealed")
    marks = ", ".join(["%s"] * len(names))
    values: list[list[Any]] = []
    for entry, sealed in rows:
        columns: dict[str, Any] = column_values(entry)
        columns["at"] = adapt(columns["at"])
        values.append([*columns.values(), sealed])
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO audit_entry ({', '.join(names)}) VALUES ({marks})", values)  # noqa: S608


# Every append runs these three. The ORM takes several times as long to build each as the database to answer it.


def lock_tree() -> Tree:
    """The tree, locked to the end of the transaction; on SQLCipher its beginning has locked the whole file. Raises
    TransactionManagementError outside one: there the lock would be over at once."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("The audit log's tree is locked within a transaction alone.")
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, size, frontier, records FROM audit_tree{lock}")  # noqa: S608
        (row,) = cursor.fetchall()
    return Tree(*row)


def save_tree(tree: Tree) -> None:
    """What an append made of the locked tree. Raises DatabaseError if it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_tree SET size = %s, frontier = %s, records = %s WHERE id = %s",
            [tree.size, bytes(tree.frontier), bytes(tree.records), tree.id],
        )
        if cursor.rowcount != 1:
            raise DatabaseError(f"The audit log's tree was not saved: {cursor.rowcount} rows changed.")


def newest_head() -> Head | None:
    """The head that was signed last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, size, at, root, frontier, signature FROM audit_head ORDER BY id DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return Head(*row) if row else None


def seal_context(sequence: int) -> bytes:
    return f"audit.entry.{sequence}".encode()


def seal_line(line: bytes, sequence: int) -> bytes:
    """An entry's line as stored in the database, bound to its place in the log."""
    return seal(settings.RING.key("fields"), line, seal_context(sequence))
