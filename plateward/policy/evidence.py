"""What the hub of this installation tells of a row, beside what the code says of it: deviations above all.

A room offers it as an entry point of the group `plateward.evidence`: a callable without arguments that returns a `Live`
for each row that it can tell of, and nothing where no hub is here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points


@dataclass(frozen=True)
class LiveEvidence:
    """Facts by name, and what falls short, in sentences."""

    evidence: Mapping[str, str | int]
    gaps: tuple[str, ...] = ()


def live_evidence() -> dict[str, LiveEvidence]:
    """By row's id, of all rooms. Raises what stops a room from asking its database."""
    by_row: dict[str, LiveEvidence] = {}
    for room in entry_points(group="plateward.evidence"):
        for row, live in room.load()().items():
            before = by_row.get(row, LiveEvidence({}))
            by_row[row] = LiveEvidence({**before.evidence, **live.evidence}, before.gaps + live.gaps)
    return by_row
