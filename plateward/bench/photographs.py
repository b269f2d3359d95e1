"""Photographs with known plates: a CSV, and beside it the folder of the same name with the images."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

from plateward.ground.errors import PlatewardError

Box = tuple[int, int, int, int]  # x, y, width, height in pixels


@dataclass(frozen=True)
class Photograph:
    """An image and its labeled plate. Without a box the image is a cropped plate."""

    file: Path
    plate: str
    box: Box | None
    state: str | None


@dataclass(frozen=True)
class Album:
    """The photographs of a CSV, named like the CSV without its suffix."""

    name: str
    photographs: tuple[Photograph, ...]


def album(table: Path) -> Album:
    """The photographs of a CSV with the columns file, plate and, optionally, x, y, w, h and state.

    Raises PlatewardError if it is absent, lacks a column, names no image, or has an invalid box."""
    if not table.is_file():
        raise PlatewardError(
            f"The labeled photographs are not on this machine: there is no {table}. "
            "Set PLATEWARD_SHARED to the folder that holds plates-us, or give --images."
        )
    folder = table.with_suffix("")
    try:
        with table.open(newline="", encoding="utf-8") as lines:
            photographs = tuple(_photograph(folder, row) for row in csv.DictReader(lines))
    except (KeyError, ValueError, TypeError) as wrong:
        raise PlatewardError(
            f"{table} is no table of labeled photographs ({wrong}): it needs the columns file and plate, and "
            "may have state, and x, y, w and h in pixels."
        ) from wrong
    if missing := [photograph.file for photograph in photographs if not photograph.file.is_file()]:
        raise PlatewardError(f"{table} names {len(missing)} images that are not there, such as {missing[0]}.")
    if not photographs:
        raise PlatewardError(f"{table} labels no photograph.")
    return Album(table.stem, photographs)


def _photograph(folder: Path, row: dict[str, str]) -> Photograph:
    box = (int(row["x"]), int(row["y"]), int(row["w"]), int(row["h"])) if "x" in row else None
    if box and min(box[2:]) <= 0:
        raise ValueError(f"the box of {row['file']} has no area")
    return Photograph(folder / row["file"], row["plate"], box, row.get("state") or None)


def reference_path(*parts: str) -> Path:
    """A path in the reference material, which may be absent."""
    beside = Path(__file__).parents[2].parent / "shared"
    return Path(os.environ.get("PLATEWARD_SHARED", beside)).joinpath(*parts)
