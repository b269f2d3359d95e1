"""How many frames a second the engine works through when a video is 720 lines high and has two cores.

Decoding and scaling are not timed: a camera hands over frames of its own size."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from plateward.bench.figures import Figure, percentile
from plateward.bench.photographs import shared
from plateward.errors import PlatewardError
from plateward.recognition import engines

LINES = 720
CORES = 2
TARGET = 15  # frames a second


def run(progress: Callable[[str], None], *, engine: Sequence[str] = (engines.DEFAULT,)) -> list[Figure]:
    """Every frame of the reference video. Raises PlatewardError when it or the engine is absent."""
    import cv2
    import numpy as np

    from plateward.recognition import images

    video = shared("video", "cars.mp4")
    if not video.is_file():
        raise PlatewardError(f"The video is not on this machine: there is no {video}. Set PLATEWARD_SHARED.")
    chosen = {name: engines.named(name, CORES) for name in engine}
    took: dict[str, list[float]] = {name: [] for name in chosen}
    with _cores(CORES) as cores:
        for index, _, image in images.frames(video):
            progress(f"frame {index + 1}")
            width = round(image.shape[1] * LINES / image.shape[0])
            frame = np.asarray(cv2.resize(image, (width, LINES), interpolation=cv2.INTER_AREA), np.uint8)
            for name, one in chosen.items():
                start = time.perf_counter()
                one.read(frame)
                took[name].append(time.perf_counter() - start)
    figures = [Figure("cores", cores, "")]
    for name, seconds in took.items():
        rate = len(seconds) / sum(seconds)
        judged = (TARGET, rate >= TARGET) if name == engines.DEFAULT else (None, None)
        figures += [
            Figure(f"{name}, frames read, engine alone", rate, "1/s", *judged),
            Figure(f"{name}, p95 of a frame", percentile(seconds, 0.95) * 1000, "ms"),
        ]
    return figures


@contextmanager
def _cores(wanted: int) -> Iterator[int]:
    """This process on so many cores, or on as many as there are."""
    import cv2

    before, threads = os.sched_getaffinity(0), cv2.getNumThreads()
    chosen = sorted(before)[:wanted]
    os.sched_setaffinity(0, chosen)
    cv2.setNumThreads(len(chosen))
    try:
        yield len(chosen)
    finally:
        cv2.setNumThreads(threads)
        os.sched_setaffinity(0, before)
