"""Plates as results show them: with the characters that differ from what was searched, or masked. Pure.

A masked plate shows nothing of itself, not even its length: whoever knows a plate could otherwise look for it. It is a
name by which the same vehicle is recognized within this search alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from plateward.field.reads.queries import PlateQuery, ReadQuery
from plateward.field.reads.store.plate_search import plate_test
from plateward.ground.matching.align import AlignedPair, align
from plateward.ground.policy.trace import enforces

DOTS = "••••••"


@dataclass(frozen=True)
class PlateText:
    """A plate on a page. `alias` names the vehicle while it is masked, and `plate` and `pairs` are empty. `pairs`: read
    beside searched, if a character differs; `searched` as it was typed."""

    plate: str = ""
    alias: str = ""
    pairs: tuple[AlignedPair, ...] = ()
    searched: str = ""

    @property
    def masked(self) -> bool:
        """Whether it is hidden."""
        return bool(self.alias)

    def __str__(self) -> str:
        return f"{self.alias} {DOTS}" if self.masked else self.plate


@enforces("6.a.ii.2/place")
def masked_plate(search: int, digest: str) -> PlateText:
    """A plate by its digest, which only the key ring makes."""
    number = int(hashlib.sha256(f"{search} {digest}".encode()).hexdigest()[:16], 16) % 10**12
    return PlateText(alias=f"Vehicle {number // 10**8:04}-{number // 10**4 % 10**4:04}-{number % 10**4:04}")


def open_plate(plate: str, queries: Sequence[ReadQuery]) -> PlateText:
    """A plate beside the nearest of what was searched and finds it."""
    nearest = min(
        (query.plate for query in queries if query.plate and plate_test(query.plate)(plate)),
        key=lambda searched: _differences(plate, searched),
        default=None,
    )
    if nearest is None or not _differences(plate, nearest):
        return PlateText(plate)
    return PlateText(plate, pairs=tuple(align(plate, nearest.text)), searched=nearest.text)


def _differences(plate: str, searched: PlateQuery) -> float:
    weights = {"same": 0.0, "open": 0.0, "folded": 0.25, "different": 1.0}
    return sum(weights[pair.same] for pair in align(plate, searched.text))
