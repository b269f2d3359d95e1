"""A day's data under one key is a generation of it: 0 as it came in, then 1, 2 … of what was kept when the one before
was destroyed (docs/decisions/0109). What the files of each are called."""

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.([1-9]\d*))?(?:-\d+)?\.([a-z-]+)")  # segments have numbers


def generation_name(day: date, generation: int) -> str:
    """`2026-11-24`, then `2026-11-24.1`: that of generation 0 is the day's own, as before there were others."""
    return f"{day.isoformat()}.{generation}" if generation else day.isoformat()


def generations_in(directory: Path, kind: str) -> Iterator[tuple[date, int]]:
    """The days and generations that have a file of this kind there."""
    for name in os.listdir(directory):
        if name.endswith(f".{kind}") and (match := NAME.fullmatch(name)):
            yield date.fromisoformat(match[1]), int(match[2] or 0)
