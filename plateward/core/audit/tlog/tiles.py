"""The tree as files that anybody can mirror (c2sp.org/tlog-tiles): 256 hashes each, named by level and number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TILE_WIDTH = 256  # hashes in a full tile
CHECKPOINT_FILE = "checkpoint"


@dataclass(frozen=True, order=True)
class TileName:
    """Tile `index` of a level, whole or its first `width` hashes; level 0 has leaf hashes."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def path(self, kind: str | None = None) -> str:
        """Below the log's address; `kind` "entries" names the bundle of entries instead of their hashes."""
        number = f"{self.index % 1000:03}"
        rest = self.index // 1000
        while rest:
            number, rest = f"x{rest % 1000:03}/{number}", rest // 1000
        partial = f".p/{self.width}" if self.width < TILE_WIDTH else ""
        return f"tile/{kind or self.level}/{number}{partial}"


def tiles_between(old: int, new: int) -> Iterator[TileName]:
    """The tiles that a tree of `new` leaves has and one of `old` leaves had not, level by level."""
    level = 0
    while new:
        for index in range(old // TILE_WIDTH, new // TILE_WIDTH):
            yield TileName(level, index)
        if new % TILE_WIDTH and new != old:
            yield TileName(level, new // TILE_WIDTH, new % TILE_WIDTH)
        old, new, level = old // TILE_WIDTH, new // TILE_WIDTH, level + 1


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as tlog-tiles stores them, each after its length in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
