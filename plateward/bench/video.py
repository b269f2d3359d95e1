"""How many frames a second a whole reader processes, with a video of 1280 × 720 pixels and two cores.

This is the reader of `plateward reader` without the hub: it decodes, reads, tracks vehicles, signs and stores. The
video plays at its own pace, so the figure is at most its frame rate; frames that come too fast are missed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from plateward.bench.figures import Figure
from plateward.bench.photographs import reference_path
from plateward.errors import PlatewardError
from plateward.reader import pace
from plateward.recognition import engines

CORES = 2
TARGET = 15  # frames a second


def run(progress: Callable[[str], None], *, engine: Sequence[str] = (engines.DEFAULT,)) -> list[Figure]:
    """The reference video, once with each engine. Raises PlatewardError when it or an engine is absent."""
    video = reference_path("video", "cars.mp4")
    if not video.is_file():
        raise PlatewardError(f"The video is not on this machine: there is no {video}. Set PLATEWARD_SHARED.")
    figures = []
    with tempfile.TemporaryDirectory(prefix="plateward-video-") as folder, _cores(CORES) as cores:
        figures.append(Figure("cores", cores, ""))
        for name in engine:
            progress(f"reading with {name}")
            # As in the reader's command: leaves a core for decoding and sending.
            result = pace.measure_pace(
                video, engines.load_engine(name, max(1, cores - 1)), Path(folder, name)
            )
            judged = (TARGET, result.per_second >= TARGET) if name == engines.DEFAULT else (None, None)
            figures += [
                Figure(f"{name}, frames through the whole reader", result.per_second, "1/s", *judged),
                Figure(f"{name}, frames missed", result.missed, ""),
                Figure(f"{name}, vehicles read", len(result.reads), ""),
            ]
    return figures


@contextmanager
def _cores(count: int) -> Iterator[int]:
    """Run this process on this many cores, or as many as there are."""
    import cv2

    before, threads = os.sched_getaffinity(0), cv2.getNumThreads()
    chosen = sorted(before)[:count]
    os.sched_setaffinity(0, chosen)
    cv2.setNumThreads(len(chosen))
    try:
        yield len(chosen)
    finally:
        cv2.setNumThreads(threads)
        os.sched_setaffinity(0, before)
