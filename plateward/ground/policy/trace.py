"""How code names the clause that it enforces. The report finds these marks by reading the source."""

from collections.abc import Callable
from typing import TypeVar

Marked = TypeVar("Marked", bound=Callable[..., object])


def enforces(*ids: str) -> Callable[[Marked], Marked]:
    """Mark this function or class as enforcing these parts of rows (`6.e.iv.3/plate`, `AC-8/banner`)."""
    if not ids:
        raise ValueError("enforces() names at least one part")

    def mark(code: Marked) -> Marked:
        return code

    return mark
