"""`plateward recognize`: the plates in images, folders and videos."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer
from rich.console import Console
from rich.progress import Progress

from plateward.errors import PlatewardError
from plateward.recognition import engines

if TYPE_CHECKING:
    from plateward.recognition.types import Engine, Plate

app = typer.Typer(help="Read the plates in images, folders and videos.", add_completion=False)

PATIENCE = 1.0  # seconds before a progress bar is worth showing


@app.command()
def recognize(
    paths: Annotated[list[Path], typer.Argument(help="Images, folders of them, videos.", exists=True)],
    as_json: Annotated[bool, typer.Option("--json", help="A JSON line per plate.")] = False,
    every: Annotated[
        float | None, typer.Option(help="Of a video, one frame in so many seconds. Without it: every frame.")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(metavar="NAME", help="Which engine reads; a wrong NAME is answered with the installed."),
    ] = engines.DEFAULT,
) -> None:
    """Read the plates in images, folders (with what is in them) and videos. No hub is needed.

    A file that cannot be read is named on stderr and the others are still read; the exit code is then 1.

    Example: plateward recognize photos/ gate.mp4 --every 0.5 --json
    """
    if every is not None and not every > 0:
        raise typer.BadParameter("--every takes seconds above zero")
    reads = engines.named(engine, threads=os.cpu_count() or 1)
    files = [file for path in paths for file in _files(path)]
    failed = False
    with Bar(len(files)) as bar:
        for done, file in enumerate(files):
            bar.show(done, file.name)
            try:
                for share, frame, plates in _read(reads, file, every):
                    for plate in plates:
                        print(_json(file, frame, plate) if as_json else _line(file, frame, plate), flush=True)
                    bar.show(done + share, file.name)
            except PlatewardError as error:
                failed = True
                bar.say(f"plateward: {error}")
    if failed:
        raise typer.Exit(1)


def _files(path: Path) -> list[Path]:
    """The path itself, or what a folder holds at any depth, hidden files left out."""
    if not path.is_dir():
        return [path]
    inside = (file for file in path.rglob("*") if file.is_file())
    return sorted(
        file for file in inside if not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


def _read(engine: Engine, file: Path, every: float | None) -> Iterator[tuple[float, int, list[Plate]]]:
    """The share of the file that is read, the frame's index (0 in an image) and its plates."""
    from plateward.recognition import images

    if file.suffix.lower() not in images.VIDEO_SUFFIXES:
        yield 1.0, 0, engine.read(images.load(file))
        return
    length = images.duration(file)
    for index, seconds, image in images.frames(file, every):
        yield min(1.0, seconds / length) if length else 0.0, index, engine.read(image)


def _json(file: Path, frame: int, plate: Plate) -> str:
    return json.dumps(
        {
            "file": str(file),
            "frame": frame,
            "plate": plate.text,
            "state": plate.state,
            "confidence": plate.confidence,
            "box": plate.box,
            "characters": [asdict(character) for character in plate.characters],
        }
    )


def _line(file: Path, frame: int, plate: Plate) -> str:
    x, y, width, height = plate.box
    name = str(file).encode(errors="backslashreplace").decode()  # a file's name need not be text
    return (
        f"{name}  frame {frame}  {plate.text:<8}  {plate.state or 'state unknown'}  "
        f"{plate.confidence:.0%} sure  {width}×{height} at {x},{y}"
    )


class Bar:
    """A progress bar on stderr, once the work takes longer than a moment and somebody is there to see."""

    def __init__(self, total: int) -> None:
        self._console = Console(stderr=True)
        # Plates go to stdout: unless that is the same terminal, rich must keep its hands off it.
        self._progress = Progress(console=self._console, transient=True, redirect_stdout=sys.stdout.isatty())
        self._task = self._progress.add_task("", total=total)
        self._since = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress.live.is_started:
            self._progress.stop()

    def show(self, completed: float, name: str) -> None:
        """So many files are done, a part of one counted; `name` is at work."""
        if self._console.is_terminal and time.monotonic() - self._since > PATIENCE:
            self._progress.start()
        self._progress.update(self._task, completed=completed, description=name)

    def say(self, line: str) -> None:
        """One line on stderr, above the bar."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
