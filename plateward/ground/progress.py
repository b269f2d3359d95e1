"""A progress bar for commands."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class ShowProgress(Protocol):
    def __call__(self, done: float, total: int, label: str = "") -> None: ...


def show_line(text: str) -> None:
    """What a command is at, in place of what it was at before, if stderr is a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


@contextmanager
def progress_bar(label: str) -> Iterator[ShowProgress]:
    """A progress bar on stderr, shown after a second if stderr is a terminal. What is written to it meanwhile
    stands above."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console  # not at the top: it takes as long to load as a package to check
    from rich.progress import Progress

    # What goes to stdout is left alone, unless that is the same terminal.
    progress = Progress(console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty())
    task = progress.add_task(label)
    due = time.monotonic() + 1

    def show(done: float, total: int, label: str = label) -> None:
        nonlocal due
        now = time.monotonic()
        if now < due:
            return
        due = now + 0.1
        progress.start()
        progress.update(task, completed=done, total=total, description=label)

    try:
        yield show
    finally:
        progress.stop()
