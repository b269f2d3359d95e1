"""How well and how fast the installed engines read photographs whose plates are known, in one run.

The engines see pixels alone, take turns image by image so that the machine's noise is shared, and run on one
thread. What an engine reads below its own `store` threshold counts as not read. The labels write the letter O as
zero, hence shares with O and 0 as one. Targets stand on the default engine; the others are for comparison."""

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
from plateward.bench.photographs import Album, Photograph, album, shared
from plateward.bench.scores import Outcome, Share
from plateward.errors import PlatewardError
from plateward.matching.normalize import fold, normalize
from plateward.reader.recognize import Bar
from plateward.recognition import engines
from plateward.recognition.types import Engine

BASELINE = "text"  # the engine that the speed of others is told by
ONE_MEGAPIXEL = (0.8, 1.2)
GRID = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
Results = Mapping[str, Mapping[str, Sequence[Outcome]]]  # engine → album → outcomes
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
    """Reads the photographs of each CSV of `images` (without one: the US scenes and crops of the reference
    material) with each engine (without one: all that can be had). Tables go to `tell`, pictures into `out`.

    Raises PlatewardError when photographs or an engine that was asked for are absent."""
    albums = [
        album(table)
        for table in images or (shared("plates-us", f"{name}.csv") for name in ("scenes", "crops"))
    ]
    if len({one.name for one in albums}) < len(albums):
        raise PlatewardError("Two CSVs have the same name: figures could not be told apart. Rename one.")
    progress("loading the engines")
    chosen = {name: engines.named(name, 1) for name in engine} or _all(tell)
    progress("")
    results = _measure(chosen, albums)
    for name, found in results.items():
        everything = [one for outcomes in found.values() for one in outcomes]
        tell(_thresholds(name, chosen[name], everything))
        tell(_reliability(name, everything))
        for one in albums:
            if any(photograph.state for photograph in one.photographs):
                tell(_by_state(f"{name}, {one.name}", found[one.name]))
    if out:
        _draw(results, out)
        tell(f"The pictures lie in {out}: misread plates, and reliability.png.")
    return [figure for name, one in chosen.items() for figure in _figures(name, one, results)]


def _all(tell: Callable[[RenderableType], None]) -> dict[str, Engine]:
    found = {}
    for name in engines.names():
        try:
            found[name] = engines.named(name, 1)
        except PlatewardError as error:
            if name == engines.DEFAULT:
                raise
            tell(f"Left out: {error}")
    return found


def _measure(chosen: Mapping[str, Engine], albums: Sequence[Album]) -> Results:
    from plateward.recognition import images

    results: dict[str, dict[str, list[Outcome]]] = {name: {one.name: [] for one in albums} for name in chosen}
    order = list(chosen)
    warm = images.load(albums[0].photographs[0].file)
    with _one_thread(), Bar(sum(len(one.photographs) for one in albums)) as bar:
        for one in chosen.values():
            one.read(warm.copy())
        done = 0
        for each in albums:
            for photograph in each.photographs:
                bar.show(done, f"{each.name} {photograph.file.name}")
                image = images.load(photograph.file)
                for name in order:
                    results[name][each.name].append(_outcome(chosen[name], photograph, image.copy()))
                order.append(order.pop(0))
                done += 1
    return results


def _outcome(engine: Engine, photograph: Photograph, image: NDArray[np.uint8]) -> Outcome:
    core, start = time.process_time(), time.perf_counter()
    plates = engine.read(image)
    seconds, core = time.perf_counter() - start, time.process_time() - core
    kept = [plate for plate in plates if plate.confidence >= engine.thresholds.store]
    plate, false = scores.split(kept, photograph.box)
    return Outcome(photograph, plate, false, seconds, core, image.shape[0] * image.shape[1] / 1e6)


def _figures(name: str, engine: Engine, results: Results) -> Iterator[Figure]:
    for album_name, outcomes in results[name].items():
        yield from _album_figures(name, album_name, outcomes)
    everything = [one for outcomes in results[name].values() for one in outcomes]
    alarm = scores.cut(everything, engine.thresholds.alarm)
    yield _share(name, "read with confidence for an alarm", alarm.emitted)
    yield _share(name, "wrong of those", alarm.wrong)
    scenes = _one_megapixel(results[name].get("scenes", ()))
    if scenes:
        took = [one.seconds for one in scenes]
        yield _figure(name, "scenes of one megapixel: p50, one core", percentile(took, 0.5) * 1000, "ms")
        if BASELINE in results and name != BASELINE:
            base = _one_megapixel(results[BASELINE]["scenes"])
            times = [slow.seconds / fast.seconds for slow, fast in zip(base, scenes, strict=True)]
            faster = f"scenes of one megapixel: times as fast as {BASELINE}"
            yield _figure(name, faster, percentile(times, 0.5), "times")


def _album_figures(name: str, album_name: str, outcomes: Sequence[Outcome]) -> Iterator[Figure]:
    def share(what: str, value: Share) -> Figure:
        return _share(name, f"{album_name}: {what}", value)

    def figure(what: str, value: float, unit: str) -> Figure:
        return _figure(name, f"{album_name}: {what}", value, unit)

    yield figure("images", len(outcomes), "")
    if outcomes[0].photograph.box:
        yield share("located", scores.count(outcomes, lambda one: one.located))
    yield figure("false plates", sum(len(one.false) for one in outcomes) / len(outcomes), "an image")
    yield share("exact", scores.count(outcomes, lambda one: one.right(normalize)))
    yield share("exact, O and 0 as one", scores.count(outcomes, Outcome.right))
    yield share("exact, look-alikes as one", scores.count(outcomes, lambda one: one.right(fold)))
    yield figure("character errors", scores.character_errors(outcomes), "share")
    if any(one.photograph.state for one in outcomes):
        yield share("state told", scores.stated(outcomes))
        right = scores.states_right(outcomes)
        if right.of:
            yield share("state right where told", right)
    took = [one.seconds * 1000 for one in outcomes]
    yield figure("p50, one core", percentile(took, 0.5), "ms")
    yield figure("p95, one core", percentile(took, 0.95), "ms")
    cores = [one.core_seconds * 1000 for one in outcomes]
    yield figure("p50 of the core's own time", percentile(cores, 0.5), "ms")


def _one_megapixel(outcomes: Sequence[Outcome]) -> list[Outcome]:
    low, high = ONE_MEGAPIXEL
    return [one for one in outcomes if low <= one.megapixels <= high]


def _share(name: str, what: str, share: Share) -> Figure:
    return _figure(name, what, share.value, "share", share.interval)


def _figure(
    name: str, what: str, value: float, unit: str, interval: tuple[float, float] | None = None
) -> Figure:
    told = f"{name}, {what}"
    if name != engines.DEFAULT:
        return Figure(told, value, unit, interval=interval)
    if what in AT_MOST:
        return Figure(told, value, unit, AT_MOST[what], value <= AT_MOST[what], interval=interval)
    target = AT_LEAST.get(what)
    return Figure(told, value, unit, target, None if target is None else value >= target, interval=interval)


def _thresholds(name: str, engine: Engine, outcomes: Sequence[Outcome]) -> Table:
    table = Table(
        "Confidence from", "Emitted", "95 %", "Wrong of those", "95 %", "False plates an image", box=None
    )
    table.title = f"{name} ({engine.version})"
    own = {engine.thresholds.store: "store", engine.thresholds.alarm: "alarm"}
    for threshold in sorted({*GRID, *own}):
        one = scores.cut(outcomes, threshold)
        table.add_row(
            f"{threshold:g} {own.get(threshold, '')}",
            *_told(one.emitted),
            *_told(one.wrong),
            f"{one.false / len(outcomes):.3f}",
        )
    return table


def _reliability(name: str, outcomes: Sequence[Outcome]) -> Table:
    bins = scores.reliability(outcomes)
    table = Table("Confidence", "Mean", "Reads", "Right", "95 %", box=None)
    table.title = f"{name}: how honest its confidence is (mean error {scores.calibration_error(bins):.3f})"
    for one in bins:
        span = f"{one.low:g} to {one.low + 1 / scores.BINS:g}"
        table.add_row(span, f"{one.confidence:.3f}", str(one.right.of), *_told(one.right))
    return table


def _by_state(title: str, outcomes: Sequence[Outcome]) -> Table:
    table = Table("State", "Plates", "Exact, O as 0", "State told", "Right where told", box=None, title=title)
    for state in sorted({one.photograph.state for one in outcomes if one.photograph.state}):
        of = [one for one in outcomes if one.photograph.state == state]
        exact, told, right = scores.count(of, Outcome.right), scores.stated(of), scores.states_right(of)
        table.add_row(
            state,
            str(len(of)),
            f"{exact.value:.0%}",
            f"{told.value:.0%}",
            f"{right.value:.0%}" if right.of else "",
        )
    return table


def _told(share: Share) -> tuple[str, str]:
    low, high = share.interval
    return f"{share.value:.1%}", f"{low:.1%} to {high:.1%}"


def _draw(results: Results, out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, found in results.items():
            for album_name, outcomes in found.items():
                sheet = drawings.failures(outcomes, f"{name}, {album_name}: missed or misread")
                sheet.save(out / f"failures-{name}-{album_name}.png")
        bins = {
            name: scores.reliability([one for outcomes in found.values() for one in outcomes])
            for name, found in results.items()
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
