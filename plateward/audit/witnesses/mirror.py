"""The log as a folder of tiles and its checkpoint (c2sp.org/tlog-tiles), for whoever mirrors or watches it.

Tiles and entries are hashes and salted commitments: no CJI is in them. Of entries from before the bridge only hashes
above them are there (tlog-tiles: pruning).
"""

import os
import shutil
from pathlib import Path

from plateward.audit import leaf
from plateward.audit.log_reader import log_damaged, read_lines
from plateward.audit.models import Tree
from plateward.audit.signatures import SignedHead
from plateward.audit.stored_tree import StoredTree
from plateward.audit.tlog.checkpoints import Checkpoint
from plateward.audit.tlog.notes import Note
from plateward.audit.tlog.tiles import CHECKPOINT_FILE, TILE_WIDTH, TileName, bundle, tiles_between
from plateward.policy.trace import enforces


@enforces("6.b.i.9", "AU-9")
def write_mirror(folder: Path, signed: SignedHead, note: Note) -> None:
    """Add what the folder lacks of this head's tree, then its checkpoint. A reader never sees one without the other.

    Raises OSError, LogDamaged, TilesBehind."""
    tree = StoredTree(signed.head.size, bytes.fromhex(signed.head.root))
    bridge = Tree.objects.get().bridge or 0
    for name in tiles_between(_mirrored(folder), signed.head.size):
        end = (name.index + 1) << 8 * (name.level + 1)
        if end > bridge:
            _write(folder / name.path(), tree.tile(name))
            if name.level == 0 and name.index * TILE_WIDTH >= bridge:
                _write(folder / name.path("entries"), bundle(_entries(name)))
    _write(folder / CHECKPOINT_FILE, bytes(note))


def _mirrored(folder: Path) -> int:
    """How many entries the folder has."""
    try:
        return Checkpoint.parse(Note.parse((folder / CHECKPOINT_FILE).read_bytes()).text).size
    except (FileNotFoundError, ValueError):
        return 0


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
