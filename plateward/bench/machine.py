"""The machine that the figures were measured on: without it a figure means little."""

import os
import platform
from pathlib import Path


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
