"""How well and how fast the installed engines read photographs with known plates, in a single run.

The engines see only pixels, take turns image by image so that the machine's noise is shared, and run on one thread. A
reading below the engine's own `store` threshold counts as not read. The labels write the letter O as zero, hence shares
with O and 0 counted as the same. Only the default engine has targets; the others are for comparison."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from plateward.bench import scores
from plateward.bench.figures import Figure, Progress, percentile, tell
from plateward.bench.photographs import Album, Photograph, album, reference_path
from plateward.bench.scores import HitShare, ReadOutcome
from plateward.ground.errors import PlatewardError
from plateward.ground.matching.normalize import fold, normalize
from plateward.recognition import engines
from plateward.recognition.types import Engine

ONE_MEGAPIXEL = (0.8, 1.2)
GRID = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
Results = Mapping[str, Mapping[str, Sequence[ReadOutcome]]]  # engine → album → outcomes
AT_LEAST = {
    "scenes: exact, O and 0 as one": 0.94,
    "scenes: located": 0.99,
    "crops: exact, O and 0 as one": 0.96,
    "crops: state right where told": 0.97,
    "crops: state told": 0.5,
    "read with confidence for an alarm": 0.85,
}
AT_MOST = {
    "scenes: false plates": 0.2,
    "wrong of those": 0.01,
    "scenes of one megapixel: p50, one core": 75,
}


def run(progress: Progress, *, images: Sequence[Path] = (), engine: Sequence[str] = ()) -> list[Figure]:
    """Reads the photographs of each CSV of `images` (default: the US scenes and crops of the reference material) with
    each engine (default: all available). Tables go to stderr.

    Raises PlatewardError if photographs or a requested engine are missing."""
    albums = [
        album(table)
        for table in images or (reference_path("plates-us", f"{name}.csv") for name in ("scenes", "crops"))
    ]
    if len({item.name for item in albums}) < len(albums):
        raise PlatewardError("Two CSVs have the same name: figures could not be told apart. Rename one.")
    progress("loading the engines")
    chosen = {name: engines.load_engine(name, 1) for name in engine} or _all_engines()
    results = _measure(chosen, albums, progress)
    for name, by_album in results.items():
        everything = [item for outcomes in by_album.values() for item in outcomes]
        tell(_thresholds(name, chosen[name], everything))
    return [figure for name, item in chosen.items() for figure in _figures(name, item, results[name])]


def _all_engines() -> dict[str, Engine]:
    available = {}
    for name in engines.engine_names():
        try:
            available[name] = engines.load_engine(name, 1)
        except PlatewardError as error:
            if name == engines.DEFAULT:
                raise
            tell(f"Left out: {error}")
    return available


def _measure(chosen: Mapping[str, Engine], albums: Sequence[Album], progress: Progress) -> Results:
    from plateward.recognition import images

    results: dict[str, dict[str, list[ReadOutcome]]] = {
        name: {item.name: [] for item in albums} for name in chosen
    }
    order = list(chosen)
    warm = images.load_image(albums[0].photographs[0].file)
    with _one_thread():
        for item in chosen.values():
            item.read(warm.copy())
        for album in albums:
            for photograph in album.photographs:
                progress(f"{album.name} {photograph.file.name}")
                image = images.load_image(photograph.file)
                for name in order:
                    results[name][album.name].append(_outcome(chosen[name], photograph, image.copy()))
                order.append(order.pop(0))
    return results


def _outcome(engine: Engine, photograph: Photograph, image: NDArray[np.uint8]) -> ReadOutcome:
    core, start = time.process_time(), time.perf_counter()
    plates = engine.read(image)
    seconds, core = time.perf_counter() - start, time.process_time() - core
    trusted = [plate for plate in plates if plate.confidence >= engine.thresholds.store]
    plate, false = scores.split(trusted, photograph.box)
    return ReadOutcome(photograph, plate, false, seconds, core, image.shape[0] * image.shape[1] / 1e6)


def _figures(name: str, engine: Engine, albums: Mapping[str, Sequence[ReadOutcome]]) -> Iterator[Figure]:
    for album_name, outcomes in albums.items():
        yield from _album_figures(name, album_name, outcomes)
    everything = [outcome for outcomes in albums.values() for outcome in outcomes]
    alarm = scores.result_at(everything, engine.thresholds.alarm)
    yield _share(name, "read with confidence for an alarm", alarm.emitted)
    yield _share(name, "wrong of those", alarm.wrong)
    yield _figure(
        name, "confidence off from the share that is right", scores.calibration_error(everything), ""
    )
    low, high = ONE_MEGAPIXEL
    took = [outcome.seconds for outcome in albums.get("scenes", ()) if low <= outcome.megapixels <= high]
    if took:
        yield _figure(name, "scenes of one megapixel: p50, one core", percentile(took, 0.5) * 1000, "ms")


def _album_figures(name: str, album_name: str, outcomes: Sequence[ReadOutcome]) -> Iterator[Figure]:
    def share(label: str, value: HitShare) -> Figure:
        return _share(name, f"{album_name}: {label}", value)

    def figure(label: str, value: float, unit: str) -> Figure:
        return _figure(name, f"{album_name}: {label}", value, unit)

    yield figure("images", len(outcomes), "")
    if outcomes[0].photograph.box:
        yield share("located", scores.count(outcomes, lambda outcome: outcome.located))
    yield figure("false plates", sum(len(outcome.false) for outcome in outcomes) / len(outcomes), "an image")
    yield share("exact", scores.count(outcomes, lambda outcome: outcome.right(normalize)))
    yield share("exact, O and 0 as one", scores.count(outcomes, ReadOutcome.right))
    yield share("exact, look-alikes as one", scores.count(outcomes, lambda outcome: outcome.right(fold)))
    yield figure("character errors", scores.character_errors(outcomes), "share")
    if any(outcome.photograph.state for outcome in outcomes):
        yield share("state told", scores.state_given(outcomes))
        right = scores.state_right(outcomes)
        if right.of:
            yield share("state right where told", right)
    took = [outcome.seconds * 1000 for outcome in outcomes]
    yield figure("p50, one core", percentile(took, 0.5), "ms")
    yield figure("p95, one core", percentile(took, 0.95), "ms")
    cores = [outcome.core_seconds * 1000 for outcome in outcomes]
    yield figure("p50 of the core's own time", percentile(cores, 0.5), "ms")


def _share(name: str, label: str, share: HitShare) -> Figure:
    return _figure(name, label, share.value, "share", share.interval)


def _figure(
    name: str, label: str, value: float, unit: str, interval: tuple[float, float] | None = None
) -> Figure:
    full_name = f"{name}, {label}"
    if name != engines.DEFAULT:
        return Figure(full_name, value, unit, interval=interval)
    if label in AT_MOST:
        return Figure(full_name, value, unit, AT_MOST[label], value <= AT_MOST[label], interval=interval)
    target = AT_LEAST.get(label)
    return Figure(
        full_name, value, unit, target, None if target is None else value >= target, interval=interval
    )


def _thresholds(name: str, engine: Engine, outcomes: Sequence[ReadOutcome]) -> Table:
    table = Table(
        "Confidence from", "Emitted", "95 %", "Wrong of those", "95 %", "False plates an image", box=None
    )
    table.title = f"{name} ({engine.version})"
    own = {engine.thresholds.store: "store", engine.thresholds.alarm: "alarm"}
    for threshold in sorted({*GRID, *own}):
        cut = scores.result_at(outcomes, threshold)
        table.add_row(
            f"{threshold:g} {own.get(threshold, '')}",
            *_percentages(cut.emitted),
            *_percentages(cut.wrong),
            f"{cut.false / len(outcomes):.3f}",
        )
    return table


def _percentages(share: HitShare) -> tuple[str, str]:
    low, high = share.interval
    return f"{share.value:.1%}", f"{low:.1%} to {high:.1%}"


@contextmanager
def _one_thread() -> Iterator[None]:
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
