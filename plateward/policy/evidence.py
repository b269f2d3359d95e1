"""Live evidence from this installation's hub for a row, beside the code's: above all deviations.

A room offers it as an entry point of the group `plateward.evidence`: a callable without arguments that returns a
`LiveEvidence` for each row that it can report on, and nothing if there is no hub here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points


@dataclass(frozen=True)
class LiveEvidence:
    """Facts by name, and shortcomings in sentences."""

    evidence: Mapping[str, str | int]
    gaps: tuple[str, ...] = ()


def live_evidence() -> dict[str, LiveEvidence]:
    """By row id, from all rooms. Raises whatever keeps a room from querying its database."""
    by_row: dict[str, LiveEvidence] = {}
    for room in entry_points(group="plateward.evidence"):
        for row, live in room.load()().items():
            before = by_row.get(row, LiveEvidence({}))
            by_row[row] = LiveEvidence({**before.evidence, **live.evidence}, before.gaps + live.gaps)
    return by_row
