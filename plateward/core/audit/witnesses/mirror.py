"""The log as a folder of tiles and its checkpoint (c2sp.org/tlog-tiles), for whoever mirrors or watches it.

Tiles and entries are hashes and salted commitments: no CJI is in them.
"""

import contextlib
import os
import shutil
from pathlib import Path

from plateward.core.audit import leaf
from plateward.core.audit.log_reader import log_damaged, read_lines
from plateward.core.audit.models import Head
from plateward.core.audit.signatures import SignedHead
from plateward.core.audit.stored_tree import StoredTree
from plateward.core.audit.tlog.checkpoints import Checkpoint
from plateward.core.audit.tlog.notes import Note
from plateward.core.audit.tlog.tiles import CHECKPOINT_FILE, TILE_WIDTH, TileName, bundle, tiles_between
from plateward.ground.policy.trace import enforces


@enforces("6.b.i.9/sealed", "AU-9/witnessed")
def write_mirror(folder: Path, signed: SignedHead, note: Note) -> None:
    """Add what the folder lacks of this head's tree, then its checkpoint. A reader never sees one without the other.
    A folder of a history that was lost begins anew.

    Raises OSError, LogDamaged, TilesBehind."""
    tree = StoredTree(signed.head.size, bytes.fromhex(signed.head.root))
    mirrored = _mirrored(folder, tree, Checkpoint.parse(note.text).origin)
    if mirrored > tree.size:
        return
    for name in tiles_between(mirrored, tree.size):
        _write(folder / name.path(), tree.tile(name))
        if name.level == 0:
            _write(folder / name.path("entries"), bundle(_entries(name)))
    _write(folder / CHECKPOINT_FILE, bytes(note))


def _mirrored(folder: Path, tree: StoredTree, origin: str) -> int:
    """How many entries of this log the folder has: more than this tree if another node was faster."""
    try:
        kept = Checkpoint.parse(Note.parse((folder / CHECKPOINT_FILE).read_bytes()).text)
    except FileNotFoundError:
        return 0
    except ValueError:
        kept = None
    if kept and kept.origin == origin and _is_of(kept, tree):
        return kept.size
    _remove_tiles(folder)
    return 0


def _is_of(kept: Checkpoint, tree: StoredTree) -> bool:
    if kept.size <= tree.size:
        return tree.root_at(kept.size) == kept.root
    return Head.objects.filter(size=kept.size, root=kept.root).exists()


def _remove_tiles(folder: Path) -> None:
    """At once, and the checkpoint with them: no reader may take tiles of two histories for one."""
    lost = folder / ".lost"
    shutil.rmtree(lost, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        (folder / "tile").rename(lost)
    (folder / CHECKPOINT_FILE).unlink()
    shutil.rmtree(lost, ignore_errors=True)


def _entries(name: TileName) -> list[bytes]:
    begin = name.index * TILE_WIDTH
    try:
        return [leaf.read_line(line).covered for _, line in read_lines(begin, begin + name.width)]
    except ValueError as error:
        raise log_damaged(f"one of the {name.width} entries from {begin} on is none") from error


def _write(path: Path, content: bytes) -> None:
    """A file that others may read, whole or not at all; of a full tile, its parts go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
    shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)
