"""What several runs in one checkout do one after another: the next finds it done."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from plateward.testing import REPOSITORY

FOLDER = REPOSITORY / ".pytest_cache"


@contextmanager
def one_at_a_time(work: str) -> Iterator[None]:
    """Wait until no other run does this work; `work` names a file."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{work}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
