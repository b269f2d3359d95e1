"""A proof that damaged tiles gave never leaves the hub."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from plateward.core.audit import stored_tree
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.log_reader import LogDamaged
from plateward.core.audit.models import Tile
from plateward.core.audit.proven import verify_proof
from plateward.core.audit.stored_tree import StoredTree, grow_tiles
from plateward.core.audit.testing import follow_log_key, rotating_ring
from plateward.core.audit.tlog.messages import EntryProof
from plateward.core.audit.tlog.notes import NoteKey, SignatureKind
from plateward.core.audit.verify import NotProven
from plateward.core.audit.witnesses.cosigned import log_origin, log_signers
from plateward.core.audit.witnesses.proving import prove_entry
from plateward.ground import clock
from plateward.ground.vault.versions import RotatingKey
from plateward.testing.commands import command

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


class TestAfterTwoRotations:
    """The proof of entry 1, by the key that somebody was given before both."""

    pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.9/sealed", "6.i.i/rotation", "AU-9/found")]

    @pytest.fixture
    def first(self, settings: Any, tmp_path: Path) -> str:
        ring = rotating_ring(settings, tmp_path)
        key = str(log_signers(log_origin([]))[0].key)
        for number in range(2):
            record(ADA, Event.IMAGE_VIEW, f"read:{number}")
            sign_head()
            follow_log_key(ring, ADA)
            ring.versions.retire(RotatingKey.LOG, clock.now())
        prove_entry(ADA, 1, tmp_path / "1.tlog-proof")
        return key

    def test_it_is_verified_and_a_stranger_s_key_is_not(self, first: str, tmp_path: Path) -> None:
        path = tmp_path / "1.tlog-proof"
        proven = verify_proof(path, first)
        assert [entry.sequence for entry in proven.entries] == [1]
        path_alone = {"PATH": os.environ["PATH"]}
        done = command("audit", "verify", str(path), "--key", first, env=path_alone, within=60)
        assert "is proven: entry 1 is in the log of" in done.stdout
        stranger = str(NoteKey(proven.origin, SignatureKind.ED25519, bytes(32)))
        with pytest.raises(NotProven):
            verify_proof(path, stranger)
        assert command("audit", "verify", str(path), env=path_alone, within=60).returncode == 2

    @pytest.mark.parametrize(
        "forge",
        [
            lambda links: [],
            lambda links: links[1:],
            lambda links: links[:1],
            lambda links: [links[0] | {"new_key": links[1]["new_key"]}],
            lambda links: [links[0] | {"signature": links[1]["signature"]}, links[1]],
        ],
        ids=["none", "a gap", "not to the end", "altered", "not signed"],
    )
    def test_a_forged_chain_is_refused(self, first: str, tmp_path: Path, forge: Callable[[Any], Any]) -> None:
        path = tmp_path / "1.tlog-proof"
        proof = EntryProof.parse(path.read_bytes())
        links = json.loads(proof.extra)
        assert len(links) == 2
        path.write_bytes(bytes(replace(proof, extra=json.dumps(forge(links)).encode())))
        with pytest.raises(NotProven, match="checkpoint was altered, or is of another log"):
            verify_proof(path, first)

    def test_another_entry_beside_it_is_refused(self, first: str, tmp_path: Path) -> None:
        path = tmp_path / "1.tlog-proof"
        proof = EntryProof.parse(path.read_bytes())
        path.write_bytes(bytes(replace(proof, index=0)))
        with pytest.raises(NotProven, match="the proof is of entry 0"):
            verify_proof(path, first)
        path.with_suffix(".entry.json").unlink()
        with pytest.raises(NotProven, match="cannot be read"):
            verify_proof(path, first)


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
def test_a_witness_gets_no_proof_of_damaged_tiles(damage: Callable[[], None]) -> None:
    signed = sign_head()
    assert StoredTree(signed.head.size, bytes.fromhex(signed.head.root)).consistency(3)
    damage()
    tree = StoredTree(signed.head.size, bytes.fromhex(signed.head.root))
    with pytest.raises(LogDamaged, match="do not prove that it continues entry 2"):
        tree.consistency(3)
