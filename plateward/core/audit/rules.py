"""What may be logged, and in what size. Pure.

Outside text that is too long is cut and marked, not refused: otherwise its sender would leave no trace. What
only a programmer can get wrong is an error.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from plateward.core.audit.leaf import Detail, Scalar

MAX_TEXT, MAX_REASON, MAX_OBJECT, MAX_NAME, MAX_ITEM, MAX_CLAUSE = 1000, 2000, 200, 100, 200, 40  # characters
MAX_DETAILS, MAX_LISTED = 32, 64_000  # details of an entry; total characters of its lists
NUMBER_SIZE = 20  # characters that a non-text item counts for

# Details with these names would be secrets; nobody who reads the log may learn them.
SECRET_NAMES = {"authorization", "cookie", "otp", "password", "secret", "token"}


def fit_text(value: str, limit: int) -> str:
    """Text that both databases and JSON can hold, of at most `limit` characters."""
    clean = value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if len(clean) <= limit:
        return clean
    mark = f"… ({len(clean)} characters)"
    return clean[: limit - len(mark)] + mark


def fit_details(noted: dict[str, Any], before: Mapping[str, Detail]) -> dict[str, Detail]:
    """The details of an entry added to those `before`, sorted by name. Raises ValueError or TypeError on
    forbidden ones."""
    if len(noted.keys() | before.keys()) > MAX_DETAILS:
        raise ValueError(f"an entry holds at most {MAX_DETAILS} details")
    if secrets := SECRET_NAMES & {name.lower() for name in noted}:
        raise ValueError(f"secrets are never logged: {', '.join(sorted(secrets))}")
    made = {name: value for name, value in before.items() if name not in noted}
    room = MAX_LISTED - sum(
        _size(item) for value in made.values() if isinstance(value, list) for item in value
    )
    for name, value in noted.items():
        if isinstance(value, list | tuple):
            items = _fit_list(name, value, room)
            room -= sum(map(_size, items))
            made[name] = items
        else:
            made[name] = _fit_scalar(name, value, MAX_TEXT)
    return dict(sorted(made.items()))


def _fit_list(name: str, values: Sequence[Any], room: int) -> list[Scalar]:
    """As many of these as fit; if some are left out, how many there were."""
    items: list[Scalar] = []
    for value in values:
        item = _fit_scalar(name, value, MAX_ITEM)
        room -= _size(item)
        if room < 0:
            return [*items, f"… ({len(values)} items)"]
        items.append(item)
    return items


def _size(item: Scalar) -> int:
    return len(item) if isinstance(item, str) else NUMBER_SIZE


def _fit_scalar(name: str, value: Any, limit: int) -> Scalar:
    match value:
        case str():
            return fit_text(str(value), limit)
        case None | bool():
            return value
        case int() if -(2**53) < value < 2**53:
            return int(value)
        case float() if math.isfinite(value):
            return float(value)
    raise TypeError(f"{name}={value!r} is neither text, number, truth value nor None, as JSON knows them")
