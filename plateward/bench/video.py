"""How many frames a second a reader works through when a video is 720 lines high and it has two cores.

Timed is the reader's own way from a frame to passes, engine and tracker. Decoding and scaling are not: a camera
hands over frames of its own size, and a reader decodes beside this."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from plateward import clock
from plateward.bench.figures import Figure, percentile
from plateward.bench.photographs import shared
from plateward.errors import PlatewardError
from plateward.reader.frames import Frame
from plateward.reader.track import Tracker
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
    trackers = {name: Tracker(lambda *_: frozenset(), one.thresholds.store) for name, one in chosen.items()}
    took: dict[str, list[float]] = {name: [] for name in chosen}
    passes = dict.fromkeys(chosen, 0)
    begin = clock.now()
    with _cores(CORES) as cores:
        for index, moment, image in images.frames(video):
            progress(f"frame {index + 1}")
            width = round(image.shape[1] * LINES / image.shape[0])
            frame = np.asarray(cv2.resize(image, (width, LINES), interpolation=cv2.INTER_AREA), np.uint8)
            for name, one in chosen.items():
                start = time.perf_counter()
                plates = one.read(frame)
                given = trackers[name].see(Frame(frame, begin + timedelta(seconds=moment)), plates, moment)
                took[name].append(time.perf_counter() - start)
                passes[name] += len(given)
    figures = [Figure("cores", cores, "")]
    for name, seconds in took.items():
        passes[name] += len(trackers[name].flush())
        rate = len(seconds) / sum(seconds)
        judged = (TARGET, rate >= TARGET) if name == engines.DEFAULT else (None, None)
        figures += [
            Figure(f"{name}, frames, engine and tracker", rate, "1/s", *judged),
            Figure(f"{name}, p95 of a frame", percentile(seconds, 0.95) * 1000, "ms"),
            Figure(f"{name}, passes", passes[name], ""),
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
