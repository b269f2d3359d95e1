"""The mirror is of one history: what an accepted restore lost leaves it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.restoring import accept_restore
from plateward.core.audit.signatures import SignedHead
from plateward.core.audit.stored_tree import StoredTree
from plateward.core.audit.tlog.checkpoints import Checkpoint
from plateward.core.audit.tlog.notes import Note
from plateward.core.audit.tlog.tiles import tiles_between
from plateward.core.audit.witnesses.cosigned import cosigned_note
from plateward.core.audit.witnesses.mirror import write_mirror

ADA = Actor("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d")


@pytest.fixture(autouse=True)
def keys(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "KEYS", tmp_path)


def grow(to: int, note: str) -> SignedHead:
    """Up to the end of a tile and on, so that tests need not know how many entries there were."""
    for i in range(to):
        record(ADA, Event.IMAGE_VIEW, f"read:{i}", note=note)
    return sign_head()


def mirrored(folder: Path) -> Checkpoint:
    return Checkpoint.parse(Note.parse((folder / "checkpoint").read_bytes()).text)


def tiles(folder: Path) -> dict[str, bytes]:
    """The tiles of hashes; not the bundles of entries."""
    files = [file for file in (folder / "tile").rglob("*") if file.is_file()]
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in files
        if file.relative_to(folder / "tile").parts[0] != "entries"
    }


def own_tiles(signed: SignedHead) -> dict[str, bytes]:
    tree = StoredTree(signed.head.size, bytes.fromhex(signed.head.root))
    return {name.path(): tree.tile(name) for name in tiles_between(0, tree.size)}


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
def test_after_an_accepted_restore_it_has_the_tiles_of_the_log_that_goes_on_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mirror"
    backup = transaction.atomic()
    backup._from_testcase = True  # type: ignore[attr-defined]  # acts may stand in it
    with backup:
        signed = grow(600, "lost")
        write_mirror(folder, signed, cosigned_note(signed))
        assert len(tiles(folder)) > 2
        transaction.set_rollback(True)
    accept_restore(ADA, "Gloria Gallegos", "Disk failed")
    signed = grow(300, "new")
    write_mirror(folder, signed, cosigned_note(signed))
    assert mirrored(folder).size == signed.head.size
    assert tiles(folder) == own_tiles(signed)
    assert not (folder / ".lost").exists()


def test_a_checkpoint_of_the_same_name_that_it_does_not_continue_begins_it_anew(tmp_path: Path) -> None:
    folder, signed = tmp_path / "mirror", grow(300, "new")
    write_mirror(folder, signed, cosigned_note(signed))
    for size in (5, signed.head.size, signed.head.size + 9):
        other = Checkpoint(mirrored(folder).origin, size, b"x" * 32)
        (folder / "checkpoint").write_bytes(bytes(Note(str(other), cosigned_note(signed).signatures)))
        (folder / "tile/0/000").write_bytes(b"of another history")
        (folder / "tile/0/999").write_bytes(b"of another history")
        write_mirror(folder, signed, cosigned_note(signed))
        assert mirrored(folder).size == signed.head.size
        assert tiles(folder) == own_tiles(signed)


def test_a_slower_node_does_not_set_it_back(tmp_path: Path) -> None:
    folder, earlier = tmp_path / "mirror", grow(3, "new")
    signed = grow(300, "new")
    write_mirror(folder, signed, cosigned_note(signed))
    write_mirror(folder, earlier, cosigned_note(earlier))
    assert mirrored(folder).size == signed.head.size
