"""Decoding in a thread of its own, so that a frame is ready when the frame before it has been read."""

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from queue import Full, Queue
from typing import TypeVar

from plateward.reader.frames import TICK

Item = TypeVar("Item")


@dataclass(frozen=True)
class _End:
    error: Exception | None


def prefetch(items: Iterator[Item], most: int) -> Generator[Item]:
    """The same items and the same final error, with up to `most` items prepared ahead."""
    ready: Queue[Item | _End] = Queue(most)
    closed = threading.Event()

    def put(item: Item | _End) -> None:
        while not closed.is_set():
            try:
                return ready.put(item, timeout=TICK)
            except Full:
                continue

    def work() -> None:
        error = None
        try:
            for item in items:
                put(item)
                if closed.is_set():
                    break
        except Exception as failed:
            error = failed
        put(_End(error))

    worker = threading.Thread(target=work, name="decoder", daemon=True)
    worker.start()
    try:
        while True:
            item = ready.get()
            if isinstance(item, _End):
                if item.error:
                    raise item.error
                return
            yield item
    finally:
        closed.set()
        worker.join()
