"""The tree's nodes, from stored tiles: proofs between any sizes without reading the log."""

from collections.abc import Iterator
from functools import lru_cache

from django.db import DatabaseError, transaction

from plateward.core.audit.log_reader import covered_by_tree, log_damaged, read_lines
from plateward.core.audit.models import Head, Tile, Tree
from plateward.ground import merkle
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

TILE_WIDTH = 256  # hashes in a full tile
TILES_AT_ONCE = 200  # of the lowest level that one run of the job adds: 51,200 entries, a few seconds
HEIGHT = TILE_WIDTH.bit_length() - 1  # of a tile


class TilesBehind(PlatewardError):
    """The tiles of a long log are still being made."""


def grow_tiles(size: int) -> bool:
    """Store the full tiles of the log's first `size` entries that are missing, some at a time. Whether all are there.
    Raises LogDamaged."""
    begin, whole = _stored(0), size // TILE_WIDTH
    for number in range(begin, min(whole, begin + TILES_AT_ONCE)):
        _store(0, number, b"".join(_leaf_hashes(number * TILE_WIDTH, (number + 1) * TILE_WIDTH)))
    level = 1
    while below := _stored(level - 1) // TILE_WIDTH:
        for number in range(_stored(level), below):
            _store(level, number, b"".join(_roots(level, number * TILE_WIDTH, (number + 1) * TILE_WIDTH)))
        level += 1
    return _stored(0) >= whole


def grow_to_head() -> None:
    """For the background worker: tiles up to the last signed head."""
    if head := Head.objects.order_by("-pk").first():
        grow_tiles(min(head.size, Tree.objects.get().size))


class StoredTree:
    """The log's first `size` entries as a tree. What its proofs say is checked against `root`."""

    def __init__(self, size: int, root: bytes) -> None:
        """Raises TilesBehind, and LogDamaged if the stored tiles are not those of this root."""
        if not grow_tiles(size):
            raise TilesBehind(
                "The tiles of the log are still being made. Nothing was done; try again in a few minutes."
            )
        self.size, self._root = size, root
        self._tile = lru_cache(maxsize=4096)(self._load)
        if size and merkle.root_between(self._node, 0, size) != root:
            raise log_damaged("the stored tiles of its tree do not produce its head")

    @enforces("6.b.i.9/sealed", "AU-9/found")
    def inclusion(self, index: int, leaf: bytes) -> list[bytes]:
        """The proof that this leaf (its hash) is at `index`. Raises LogDamaged if the tiles give none."""
        proof = merkle.inclusion_proof(self._node, self.size, index)
        if not merkle.includes(self._root, self.size, index, leaf, proof):
            raise log_damaged(f"the stored tiles of its tree do not prove entry {index}")
        return proof

    @enforces("6.b.i.9/sealed", "AU-9/found")
    def consistency(self, old: int) -> list[bytes]:
        """The proof from a smaller size; nothing to prove from an empty tree, or from this one. Raises LogDamaged if
        the tiles give none."""
        if not 0 < old < self.size:
            return []
        proof = merkle.consistency_proof(self._node, old, self.size)
        if not merkle.consistent(self.root_at(old), old, self._root, self.size, proof):
            raise log_damaged(f"the stored tiles of its tree do not prove that it continues entry {old - 1}")
        return proof

    def root_at(self, size: int) -> bytes:
        """The root when the log had this many entries."""
        return merkle.root_between(self._node, 0, size) if size else merkle.Frontier().root()

    def _node(self, height: int, number: int) -> bytes:
        level, inside = divmod(height, HEIGHT)
        tile, at = divmod(number << inside, TILE_WIDTH)
        return merkle.root_of(self._tile(level, tile)[at : at + (1 << inside)])

    def _load(self, level: int, number: int) -> list[bytes]:
        """The hashes of a tile, also of one at the right edge."""
        if stored := Tile.objects.filter(level=level, number=number).first():
            return merkle.split_hashes(bytes(stored.hashes))
        begin, end = number * TILE_WIDTH, self.size >> HEIGHT * level
        return list(_leaf_hashes(begin, end) if level == 0 else _roots(level, begin, end))


def _stored(level: int) -> int:
    """How many full tiles of a level there are: they have no gap."""
    last = Tile.objects.filter(level=level).order_by("-number").values_list("number", flat=True).first()
    return 0 if last is None else last + 1


def _store(level: int, number: int, hashes: bytes) -> None:
    try:
        with transaction.atomic():
            Tile.objects.create(level=level, number=number, hashes=hashes)
    except DatabaseError:
        if not Tile.objects.filter(level=level, number=number).exists():
            raise
        # Another node of the hub was faster.


def _leaf_hashes(begin: int, end: int) -> Iterator[bytes]:
    for entry, line in read_lines(begin, end):
        yield merkle.leaf_hash(covered_by_tree(entry.sequence, line))


def _roots(level: int, begin: int, end: int) -> Iterator[bytes]:
    """The hashes of a level from the full tiles below it."""
    tiles = Tile.objects.filter(level=level - 1, number__gte=begin, number__lt=end).order_by("number")
    for tile in tiles:
        yield merkle.root_of(merkle.split_hashes(bytes(tile.hashes)))
