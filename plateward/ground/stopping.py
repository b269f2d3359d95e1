"""Ending a process when a signal asks for it."""

import _thread
import signal
import threading
from collections.abc import Callable
from types import FrameType


def stop_by(
    *numbers: int, also: Callable[[], None] = lambda: None, then: signal.Handlers = signal.SIG_IGN
) -> threading.Event:
    """An event that each of these signals sets, doing `also`; `then` is what the same signal does after that. A thread
    of its own sets it: a handler interrupts the main thread, which may hold that event's lock just then."""
    stop = threading.Event()

    def end() -> None:
        stop.set()
        also()

    def ask(number: int, _: FrameType | None) -> None:
        signal.signal(number, then)
        _thread.start_new_thread(end, ())  # not a Thread, whose start takes locks, too

    for number in numbers:
        signal.signal(number, ask)
    return stop
