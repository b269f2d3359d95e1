"""The results of a benchmark, and the machine that they were measured on: without it a figure means little."""

import math
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rich.console import Console, RenderableType

Progress = Callable[[str], None]


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


def at_most(name: str, value: float, unit: str, most: float) -> Figure:
    return Figure(name, value, unit, most, value <= most)


def at_least(name: str, value: float, unit: str, least: float) -> Figure:
    return Figure(name, value, unit, least, value >= least)


def spread(name: str, values: Sequence[float], unit: str, most: float | None = None) -> list[Figure]:
    """Their 95th percentile, which is judged, and their median. Without values both are infinite."""
    p95, p50 = (percentile(values, share) if values else math.inf for share in (0.95, 0.5))
    judged = Figure(f"{name}, p95", p95, unit) if most is None else at_most(f"{name}, p95", p95, unit, most)
    return [judged, Figure(f"{name}, p50", p50, unit)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of all do not exceed: nearest rank, no interpolation."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def tell(shown: RenderableType, to: TextIO | None = None) -> None:
    """Show people this, beside the figures: on stderr unless said otherwise. As wide as the terminal; for a file or a
    pipe, wide enough that no line is broken."""
    out = to or sys.stderr
    Console(file=out, width=None if out.isatty() else 132).print(shown)


def machine() -> dict[str, str | int | float]:
    """Processor, cores that this process may use, memory in GiB, Python's version."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
