"""`plateward recognize`: the plates, or the vehicles, in images, folders and videos."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plateward.ground.errors import PlatewardError
from plateward.ground.progress import progress_bar
from plateward.recognition import engines

if TYPE_CHECKING:
    from plateward.reader.frames import Image
    from plateward.reader.track import Pass
    from plateward.recognition.types import Engine, Plate

START = datetime(2000, 1, 1, tzinfo=UTC)  # when a file was recorded does not matter
LEAST = 1e-6  # seconds between two frames, even if a time jumps back

app = typer.Typer(help="Read the plates in images, folders and videos.", add_completion=False)


@dataclass
class Tally:
    """Counts for the last line."""

    files: int = 0
    unreadable: int = 0
    frames: int = 0
    results: int = 0
    plates: set[str] = field(default_factory=set)

    def line(self, noun: str) -> str:
        unreadable = f" {_count_text(self.unreadable, 'file')} could not be read." if self.unreadable else ""
        return (
            f"{_count_text(self.files, 'file')}, {_count_text(self.frames, 'frame')}: "
            f"{_count_text(self.results, noun)}, "
            f"{len(self.plates)} different.{unreadable}"
        )


@app.command()
def recognize(
    paths: Annotated[list[Path], typer.Argument(help="Images, folders of images, or videos.", exists=True)],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON per plate, or per vehicle with --vehicles.")
    ] = False,
    vehicles: Annotated[
        bool, typer.Option("--vehicles", help="One line per vehicle, as a reader would report it.")
    ] = False,
    every: Annotated[
        float | None, typer.Option(help="For videos: seconds between frames; default: every frame.")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="The recognition engine; for a wrong NAME the installed ones are listed."
        ),
    ] = engines.DEFAULT,
) -> None:
    """Read the plates in images, folders (and their subfolders) and videos. Needs no hub.

    A file that cannot be read is named on stderr and the others are still read; the exit code is then 1. The last line
    on stderr says how much was read, unless --json writes for a program.

    Example: plateward recognize photos/ gate.mp4 --every 0.5 --json

    Example: plateward recognize gate.mp4 --vehicles
    """
    if every is not None and not every > 0:
        raise typer.BadParameter("--every takes seconds above zero")
    reads = engines.load_engine(engine, threads=os.cpu_count() or 1)
    files = [file for path in paths for file in _files(path)]
    tally = Tally(len(files))
    results = _vehicle_results if vehicles else _plate_results
    with progress_bar("") as show:
        for done, file in enumerate(files):
            show(done, len(files), file.name)
            try:
                for share, frame, result in results(reads, file, every, tally):
                    if result:
                        tally.results += 1
                        tally.plates.add(result[0].text)
                        _print_result(file, result, as_json)
                    show(done + share, len(files), f"{file.name}, frame {frame}" if frame else file.name)
            except PlatewardError as error:
                tally.unreadable += 1
                typer.echo(f"plateward: {error}", err=True)
    if not as_json or sys.stderr.isatty():
        typer.echo(tally.line("vehicle" if vehicles else "plate"), err=True)
    if tally.unreadable:
        raise typer.Exit(1)


def _files(path: Path) -> list[Path]:
    """The path itself, or the files in a folder at any depth, without hidden ones."""
    if not path.is_dir():
        return [path]
    inside = (file for file in path.rglob("*") if file.is_file())
    return sorted(
        file for file in inside if not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


FrameRead = tuple[
    int, float, "Image", "list[Plate]", float
]  # number, seconds, picture, plates, share of the file
# A plate, what else its line of JSON says, and its line for a person.
Result = tuple["Plate", dict[str, int], str]
Step = tuple[float, int, "Result | None"]  # share of the file, frame, and a result, if any


def _read_frames(engine: Engine, file: Path, every: float | None, tally: Tally) -> Iterator[FrameRead]:
    """The frames of a file with their plates; an image is its own frame 0."""
    from plateward.recognition import images

    if _is_video(file):
        length = images.video_duration(file)
        for index, seconds, image in images.frames(file, every):
            tally.frames += 1
            yield index, seconds, image, engine.read(image), min(1.0, seconds / length) if length else 0.0
        return
    image = images.load_image(file)
    tally.frames += 1
    yield 0, 0.0, image, engine.read(image), 1.0


def _is_video(file: Path) -> bool:
    from plateward.recognition import images

    return file.suffix.lower() in images.VIDEO_SUFFIXES


def _plate_results(engine: Engine, file: Path, every: float | None, tally: Tally) -> Iterator[Step]:
    for frame, _, _, plates, share in _read_frames(engine, file, every, tally):
        for plate in plates:
            x, y, width, height = plate.box
            words = f"frame {frame}  {_plate_text(plate)}  {width}×{height} at {x},{y}"
            yield share, frame, (plate, {"frame": frame}, words)
        yield share, frame, None


def _vehicle_results(engine: Engine, file: Path, every: float | None, tally: Tally) -> Iterator[Step]:
    """Each vehicle once it has gone; as JSON, its `box` lies in its best frame. Frames count from 0."""
    from plateward.reader.frames import Frame
    from plateward.reader.track import Tracker

    tracker = Tracker(lambda *_: frozenset(), engine.thresholds.store)
    present: list[Pass] = []
    number, share, seconds = 0, 1.0, -LEAST
    numbers: dict[float | datetime, int] = {}  # of frames, by both times that the tracker knows them by
    for number, stamp, image, plates, share in _read_frames(engine, file, every, tally):
        seconds = max(stamp, seconds + LEAST)
        at = START + timedelta(seconds=seconds)
        numbers[seconds] = numbers[at] = number
        tracker.see(Frame(image, at, still=not _is_video(file)), plates, seconds)
        gone = [passing for passing in present if passing not in tracker.passes]
        present = list(tracker.passes)
        yield from (
            (share, number, _vehicle(passing, numbers)) for passing in gone if tracker.counts(passing)
        )
        yield share, number, None
    yield from ((share, number, _vehicle(passing, numbers)) for passing in present if tracker.counts(passing))


def _vehicle(passing: Pass, numbers: dict[float | datetime, int]) -> Result:
    first, last, best = (numbers[when] for when in (passing.first, passing.last, passing.best.at))
    plate = passing.voted.plate
    seen = {"first_frame": first, "last_frame": last, "frames": passing.frames, "best_frame": best}
    words = f"{_plate_text(plate)}  frames {first} to {last} ({passing.frames} read), best {best}"
    return plate, seen, words


def _print_result(file: Path, result: Result, as_json: bool) -> None:
    plate, facts, words = result
    if as_json:
        about = {"plate": plate.text, "state": plate.state, "confidence": plate.confidence, "box": plate.box}
        characters = [asdict(character) for character in plate.characters]
        line = json.dumps({"file": str(file), **facts, **about, "characters": characters})
    else:
        name = str(file).encode(errors="backslashreplace").decode()  # a file name need not be text
        line = f"{name}  {words}"
    print(line, flush=True)  # noqa: T201, what it is for


def _plate_text(plate: Plate) -> str:
    return f"{plate.text:<8}  {plate.state or 'state unknown'}  {plate.confidence:.0%} sure"


def _count_text(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
