"""The results of a benchmark."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured number. If an issue sets a target, `holds` says whether it is met."""

    name: str
    value: float
    unit: str
    target: float | None = None
    holds: bool | None = None
    database: str | None = None
    interval: tuple[float, float] | None = None  # 95 % of a share; for people, not in the JSON document


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of all do not exceed: nearest rank, no interpolation."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
