"""Every entry, head and tile of the stored log is looked at again, and what is altered is named."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.db import connection

from plateward.core.audit import integrity
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.head_places import HEAD_FILE
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry, Head, Tree, seal_line
from plateward.core.audit.stored_tree import grow_tiles
from plateward.core.jobs.check import Fault

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.b.i.3/integrity", "6.b.i.9/sealed", "AU-9/found"),
    pytest.mark.both_databases,
]
HERE = Actor("person", "archuleta", "Ada Archuleta")


@pytest.fixture
def begin() -> Iterator[int]:
    """Three signed heads with ten entries before each; the size of the first. What a test alters is rolled back, and
    the head beside the keys put back."""
    beside = settings.KEYS / HEAD_FILE
    kept = beside.read_bytes() if beside.exists() else None
    for _ in range(3):
        for number in range(10):
            record(HERE, Event.IMAGE_VIEW, f"read:{number}")
        sign_head()
    yield Head.objects.order_by("-size")[2].size
    beside.unlink()
    if kept:
        beside.write_bytes(kept)


def faults(begin: int) -> list[Fault]:
    return [fault for step in integrity.check_entries(str(begin)) for fault in step.faults]


def alter(sql: str, *values: str | int | bytes) -> None:
    """With the rights of the database's owner."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            kept = ("entry_no_update", "entry_no_delete", "head_no_update", "head_no_delete", "tree_grows")
            for name in (*kept, "tile_no_change", "mention_no_change", "mention_no_delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_{name}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing that an earlier change left for later
            for table in ("audit_entry", "audit_head", "audit_tree", "audit_tile", "audit_mention"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)


def test_a_whole_log_is_green_and_its_steps_go_from_head_to_head(begin: int) -> None:
    size = Tree.objects.get().size
    steps = list(integrity.check_entries(str(begin)))
    assert [(step.checked, step.at, list(step.faults)) for step in steps] == [(20, str(size), [])]
    assert integrity._check_heads() == (2, [])
    assert not list(integrity.check_entries(str(size)))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_id", "begay"), ("actor_name", "Ben Begay"), ("actor_kind", "device"), ("event", "read.view"),
        ("object", "alert:8"), ("outcome", "refused"), ("clause", "6.a"), ("at", "2026-01-01 00:00:00+00:00"),
    ],
)  # fmt: skip
def test_an_altered_search_column_is_found(begin: int, column: str, value: str) -> None:
    alter(f"UPDATE audit_entry SET {column} = %s WHERE sequence = %s", value, begin + 4)
    assert [fault.object for fault in faults(begin)] == [f"entry {begin + 4:,}"]


def test_every_byte_of_an_entry_counts(begin: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM audit_entry WHERE sequence = %s", [begin + 13])
        sealed = bytearray(cursor.fetchone()[0])
    random = Random(7)
    for _ in range(20):
        altered = bytearray(sealed)
        altered[random.randrange(len(sealed))] ^= 1 << random.randrange(8)
        alter("UPDATE audit_entry SET sealed = %s WHERE sequence = %s", bytes(altered), begin + 13)
        assert [fault.object for fault in faults(begin)] == [f"entry {begin + 13:,}"]
    alter("DELETE FROM audit_entry WHERE sequence = %s", begin + 13)
    assert [(fault.object, fault.problem) for fault in faults(begin)] == [
        (f"entry {begin + 13:,}", "It is missing.")
    ]


def test_an_entry_replaced_with_its_seal_is_found_between_its_heads(begin: int) -> None:
    """By somebody who has the ring: the heads that left the hub say otherwise."""
    other = AuditEntry.objects.get(sequence=begin + 3)
    line = other.line().replace(b"Ada Archuleta", b"Ben Archuleta")
    alter("UPDATE audit_entry SET sealed = %s, actor_name = 'Ben Archuleta' WHERE sequence = %s",
          seal_line(line, begin + 3), begin + 3)  # fmt: skip
    [fault] = faults(begin)
    assert fault.object == f"entries {begin:,} to {begin + 9:,}"


@pytest.mark.parametrize("column", ["root", "frontier", "signature", "at"])
def test_an_altered_head_is_found(begin: int, column: str) -> None:
    head = Head.objects.get(size=begin + 10)
    value = getattr(head, column)
    altered = (
        f"{value[:-2]}{9 - int(value[-2])}Z"
        if column == "at"
        else bytes([bytes(value)[0] ^ 1]) + bytes(value)[1:]
    )
    alter(f"UPDATE audit_head SET {column} = %s WHERE size = %s", altered, begin + 10)
    assert f"head of {begin + 10:,} entries" in {fault.object for fault in faults(begin)}


def test_an_altered_tile_is_found(begin: int) -> None:
    for number in range(600):
        record(HERE, Event.IMAGE_VIEW, f"read:{number}")
    size = sign_head().head.size
    while not grow_tiles(size):
        pass
    assert not faults(begin)
    tile = begin // 256 + 1
    alter("UPDATE audit_tile SET hashes = %s WHERE level = 0 AND number = %s", bytes(256 * 32), tile)
    assert {fault.object for fault in faults(begin)} == {f"tile {tile} of level 0"}


@pytest.mark.clause("6.h.iv/custody")
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM audit_mention WHERE entry = {}",
        "UPDATE audit_mention SET thing = %s WHERE id = (SELECT min(id) FROM audit_mention WHERE entry = {})",
        "INSERT INTO audit_mention (entry, thing) VALUES ({}, %s)",
    ],
)
def test_what_an_entry_is_found_by_cannot_be_altered_unseen(begin: int, sql: str) -> None:
    record(HERE, Event.IMAGE_VIEW, "search:1", mentions=[f"read:{number}" for number in range(40)])
    size = sign_head().head.size
    assert not faults(begin)
    alter(sql.format(size - 1), *([b"another thing..."] if "%s" in sql else []))
    assert [fault.object for fault in faults(begin)] == [f"entry {size - 1:,}"]


def test_a_head_known_elsewhere_is_never_ahead(begin: int) -> None:
    beside: Path = settings.KEYS / HEAD_FILE
    content = beside.read_bytes()
    for position in (10, 60, 200, len(content) - 20):
        beside.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        assert integrity._check_heads()[1], position
    beside.write_bytes(content)
    head = Head.objects.get(size=begin + 10)
    alter("DELETE FROM audit_entry WHERE sequence >= %s", begin + 10)
    alter("DELETE FROM audit_head WHERE size > %s", begin + 10)
    alter("UPDATE audit_tree SET size = %s, frontier = %s", begin + 10, bytes(head.frontier))
    assert "entries are missing or were replaced" in integrity._check_heads()[1][0].problem
