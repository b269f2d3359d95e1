"""A progress bar for commands."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import Progress


class ShowProgress(Protocol):
    def __call__(self, done: int, total: int) -> None: ...


@contextmanager
def progress_bar(label: str) -> Iterator[ShowProgress]:
    """A progress bar on stderr, shown after a second if stderr is a terminal."""
    console = Console(stderr=True)
    progress = Progress(console=console, transient=True)
    task = progress.add_task(label)
    due = time.monotonic() + 1

    def show(done: int, total: int) -> None:
        nonlocal due
        now = time.monotonic()
        if not console.is_terminal or now < due:
            return
        due = now + 0.1
        progress.start()
        progress.update(task, completed=done, total=total)

    try:
        yield show
    finally:
        if console.is_terminal:
            progress.stop()
