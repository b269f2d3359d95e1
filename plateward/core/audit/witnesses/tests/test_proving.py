"""A proof that damaged tiles gave never leaves the hub."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from plateward.core.audit import stored_tree
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.log_reader import LogDamaged
from plateward.core.audit.models import Tile
from plateward.core.audit.stored_tree import StoredTree, grow_tiles
from plateward.core.audit.witnesses.proving import prove_entry

ADA = Actor("person", "archuleta", "Ada Archuleta")


@pytest.fixture
def damage(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Small tiles, so that a short log has two levels of them. Then the first tile of the lower is altered, and the
    level above it still produces the head."""
    monkeypatch.setattr(stored_tree, "TILE_WIDTH", 4)
    monkeypatch.setattr(stored_tree, "HEIGHT", 2)
    with connection.cursor() as cursor:  # as the database's owner could
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_tile'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("ALTER TABLE audit_tile DISABLE TRIGGER USER")
    Tile.objects.all().delete()
    for number in range(17):
        record(ADA, Event.IMAGE_VIEW, f"read:{number}")
    while not grow_tiles(sign_head().head.size):
        pass

    def alter() -> None:
        tile = Tile.objects.get(level=0, number=0)
        Tile.objects.filter(pk=tile.pk).update(hashes=bytes(tile.hashes)[:-64] + bytes(64))

    return alter


@pytest.mark.clause("6.b.i.9/read", "AU-9/found")
def test_an_entry_is_proven_by_tiles_that_prove_it_only(damage: Callable[[], None], tmp_path: Path) -> None:
    path = tmp_path / "0.tlog-proof"
    prove_entry(ADA, 0, path)
    assert path.with_suffix(".entry.json").stat().st_mode & 0o777 == 0o600
    for file in tmp_path.iterdir():
        file.unlink()
    damage()
    with pytest.raises(LogDamaged, match="do not prove entry 0"):
        prove_entry(ADA, 0, path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
def test_a_witness_gets_no_proof_of_damaged_tiles(damage: Callable[[], None]) -> None:
    signed = sign_head()
    assert StoredTree(signed.head.size, bytes.fromhex(signed.head.root)).consistency(3)
    damage()
    tree = StoredTree(signed.head.size, bytes.fromhex(signed.head.root))
    with pytest.raises(LogDamaged, match="do not prove that it continues entry 2"):
        tree.consistency(3)
