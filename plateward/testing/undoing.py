"""What a test does and undoes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Undo what happens within, such as what a requested address does."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # within it, an act may be the outermost one
    with block:
        yield
        transaction.set_rollback(True)
