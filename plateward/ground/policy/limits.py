"""What the selected packs set. Of several rows that set one thing, the strictest counts; whoever refuses by it cites
the row."""

from functools import cache
from typing import Any

from plateward.ground.policy.packs import Setting, packs, selection, settings_of


def set_by(name: str) -> tuple[Setting[Any], ...]:
    """Each selected row that sets this parameter."""
    return _set_by(selection(), name)


@cache
def _set_by(_selection: str, name: str) -> tuple[Setting[Any], ...]:
    return settings_of(packs(), name)


def least_days(*, hits: bool) -> int:
    """How long reads are kept at least, or those with a hit; 0: no row says."""
    return max(
        (rule.value for rule in set_by("least_days_hits_kept" if hits else "least_days_kept")), default=0
    )


def longest_days() -> int | None:
    """How long reads without a hit are kept at most; None: no row says."""
    return min((rule.value for rule in set_by("longest_days_kept")), default=None)
