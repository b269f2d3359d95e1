"""The log in the database. Only `log.py` and `heads.py` write; the database itself forbids changes.

Not managed by Django, so that none of its commands empties or alters these tables: a migration creates them,
with the triggers that keep them append-only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connection, models

from plateward.audit import leaf
from plateward.audit.leaf import Leaf
from plateward.policy.trace import enforces
from plateward.vault.sealing import SealBroken, seal, unseal


@dataclass(frozen=True)
class AlteredColumn:
    """A column beside the sealed entry, its value, and what the sealed entry says."""

    column: str
    value: object
    true: object


@enforces("6.b.i.9", "AU-9")
class AuditEntry(models.Model):
    """What was recorded. The columns are for searching; the authority is the leaf that the tree covers."""

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

    def __str__(self) -> str:
        return f"{self.sequence} {self.at:%Y-%m-%d %H:%M:%S} {self.actor_id} {self.event} {self.object}"

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


class Tree(models.Model):
    """The one row that every append locks: the size of the log and its frontier. From entry `bridge` on, leaves are
    salted commitments; None until the first such entry."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    size = models.PositiveBigIntegerField()
    frontier = models.BinaryField()
    bridge = models.PositiveBigIntegerField(null=True)

    class Meta:
        managed = False

    def __str__(self) -> str:
        return f"log of {self.size} entries"


class Head(models.Model):
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

    def __str__(self) -> str:
        return f"head of {self.size} entries at {self.at}"


class Tile(models.Model):
    """256 consecutive hashes of the tree at one level (c2sp.org/tlog-tiles), so that a proof reads no entries."""

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="audit_tile_once")]

    def __str__(self) -> str:
        return f"tile {self.number} of level {self.level}"


class Repeat(models.Model):
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

    def __str__(self) -> str:
        return f"{self.event} from {self.source or 'many'}: {self.counted} more"


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


def seal_context(sequence: int) -> bytes:
    return f"audit.entry.{sequence}".encode()


def seal_line(line: bytes, sequence: int) -> bytes:
    """An entry's line as stored in the database, bound to its place in the log."""
    return seal(settings.RING.key("fields"), line, seal_context(sequence))
