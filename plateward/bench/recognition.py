"""How well and how fast the installed engines read photographs with known plates, in a single run.

The engines see only pixels, take turns image by image so that the machine's noise is shared, and run on one thread. A
reading below the engine's own `store` threshold counts as not read. The labels write the letter O as zero, hence shares
with O and 0 counted as the same. Only the default engine has targets; the others are for comparison."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import RenderableType
from rich.table import Table

from plateward.bench import drawings, scores
from plateward.bench.figures import Figure, percentile
from plateward.bench.photographs import Album, Photograph, album, reference_path
from plateward.bench.scores import HitShare, ReadOutcome
from plateward.errors import PlatewardError
from plateward.matching.normalize import fold, normalize
from plateward.reader.recognize import ProgressBar
from plateward.recognition import engines
from plateward.recognition.types import Engine

BASELINE = "text"  # the reference for the other engines' speed
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
    f"scenes of one megapixel: times as fast as {BASELINE}": 8,
}
AT_MOST = {
    "scenes: false plates": 0.2,
    "wrong of those": 0.01,
    "scenes of one megapixel: p50, one core": 75,
}


def run(
    progress: Callable[[str], None],
    *,
    tell: Callable[[RenderableType], None] = lambda _: None,
    images: Sequence[Path] = (),
    engine: Sequence[str] = (),
    out: Path | None = None,
) -> list[Figure]:
    """Reads the photographs of each CSV of `images` (default: the US scenes and crops of the reference material) with
    each engine (default: all available). Tables go to `tell`, pictures into `out`.

    Raises PlatewardError if photographs or a requested engine are missing."""
    albums = [
        album(table)
        for table in images or (reference_path("plates-us", f"{name}.csv") for name in ("scenes", "crops"))
    ]
    if len({item.name for item in albums}) < len(albums):
        raise PlatewardError("Two CSVs have the same name: figures could not be told apart. Rename one.")
    progress("loading the engines")
    chosen = {name: engines.load_engine(name, 1) for name in engine} or _all_engines(tell)
    progress("")
    results = _measure(chosen, albums)
    for name, by_album in results.items():
        everything = [item for outcomes in by_album.values() for item in outcomes]
        tell(_thresholds(name, chosen[name], everything))
        tell(_reliability(name, everything))
        for item in albums:
            if any(photograph.state for photograph in item.photographs):
                tell(_by_state(f"{name}, {item.name}", by_album[item.name]))
    if out:
        _draw(results, out)
        tell(f"The pictures lie in {out}: misread plates, and reliability.png.")
    return [figure for name, item in chosen.items() for figure in _figures(name, item, results)]


def _all_engines(tell: Callable[[RenderableType], None]) -> dict[str, Engine]:
    available = {}
    for name in engines.engine_names():
        try:
            available[name] = engines.load_engine(name, 1)
        except PlatewardError as error:
            if name == engines.DEFAULT:
                raise
            tell(f"Left out: {error}")
    return available


def _measure(chosen: Mapping[str, Engine], albums: Sequence[Album]) -> Results:
    from plateward.recognition import images

    results: dict[str, dict[str, list[ReadOutcome]]] = {
        name: {item.name: [] for item in albums} for name in chosen
    }
    order = list(chosen)
    warm = images.load_image(albums[0].photographs[0].file)
    with _one_thread(), ProgressBar(sum(len(item.photographs) for item in albums)) as bar:
        for item in chosen.values():
            item.read(warm.copy())
        done = 0
        for album in albums:
            for photograph in album.photographs:
                bar.show(done, f"{album.name} {photograph.file.name}")
                image = images.load_image(photograph.file)
                for name in order:
                    results[name][album.name].append(_outcome(chosen[name], photograph, image.copy()))
                order.append(order.pop(0))
                done += 1
    return results


def _outcome(engine: Engine, photograph: Photograph, image: NDArray[np.uint8]) -> ReadOutcome:
    core, start = time.process_time(), time.perf_counter()
    plates = engine.read(image)
    seconds, core = time.perf_counter() - start, time.process_time() - core
    trusted = [plate for plate in plates if plate.confidence >= engine.thresholds.store]
    plate, false = scores.split(trusted, photograph.box)
    return ReadOutcome(photograph, plate, false, seconds, core, image.shape[0] * image.shape[1] / 1e6)


def _figures(name: str, engine: Engine, results: Results) -> Iterator[Figure]:
    for album_name, outcomes in results[name].items():
        yield from _album_figures(name, album_name, outcomes)
    everything = [outcome for outcomes in results[name].values() for outcome in outcomes]
    alarm = scores.result_at(everything, engine.thresholds.alarm)
    yield _share(name, "read with confidence for an alarm", alarm.emitted)
    yield _share(name, "wrong of those", alarm.wrong)
    scenes = _one_megapixel(results[name].get("scenes", ()))
    if scenes:
        took = [outcome.seconds for outcome in scenes]
        yield _figure(name, "scenes of one megapixel: p50, one core", percentile(took, 0.5) * 1000, "ms")
        if BASELINE in results and name != BASELINE:
            base = _one_megapixel(results[BASELINE]["scenes"])
            times = [slow.seconds / fast.seconds for slow, fast in zip(base, scenes, strict=True)]
            faster = f"scenes of one megapixel: times as fast as {BASELINE}"
            yield _figure(name, faster, percentile(times, 0.5), "times")


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


def _one_megapixel(outcomes: Sequence[ReadOutcome]) -> list[ReadOutcome]:
    low, high = ONE_MEGAPIXEL
    return [outcome for outcome in outcomes if low <= outcome.megapixels <= high]


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


def _reliability(name: str, outcomes: Sequence[ReadOutcome]) -> Table:
    bins = scores.reliability(outcomes)
    table = Table("Confidence", "Mean", "Reads", "Right", "95 %", box=None)
    table.title = f"{name}: how honest its confidence is (mean error {scores.calibration_error(bins):.3f})"
    for band in bins:
        span = f"{band.low:g} to {band.low + 1 / scores.BINS:g}"
        table.add_row(span, f"{band.confidence:.3f}", str(band.right.of), *_percentages(band.right))
    return table


def _by_state(title: str, outcomes: Sequence[ReadOutcome]) -> Table:
    table = Table("State", "Plates", "Exact, O as 0", "State told", "Right where told", box=None, title=title)
    for state in sorted({outcome.photograph.state for outcome in outcomes if outcome.photograph.state}):
        subset = [outcome for outcome in outcomes if outcome.photograph.state == state]
        exact, stated, right = (
            scores.count(subset, ReadOutcome.right),
            scores.state_given(subset),
            scores.state_right(subset),
        )
        table.add_row(
            state,
            str(len(subset)),
            f"{exact.value:.0%}",
            f"{stated.value:.0%}",
            f"{right.value:.0%}" if right.of else "",
        )
    return table


def _percentages(share: HitShare) -> tuple[str, str]:
    low, high = share.interval
    return f"{share.value:.1%}", f"{low:.1%} to {high:.1%}"


def _draw(results: Results, out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, by_album in results.items():
            for album_name, outcomes in by_album.items():
                sheet = drawings.failures(outcomes, f"{name}, {album_name}: missed or misread")
                sheet.save(out / f"failures-{name}-{album_name}.png")
        bins = {
            name: scores.reliability([outcome for outcomes in by_album.values() for outcome in outcomes])
            for name, by_album in results.items()
        }
        drawings.reliability(bins).save(out / "reliability.png")
    except OSError as error:
        raise PlatewardError(
            f"The pictures cannot be written into {out}: {error.strerror or error}."
        ) from error


@contextmanager
def _one_thread() -> Iterator[None]:
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
