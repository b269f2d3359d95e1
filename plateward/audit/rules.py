"""What may stand on the log, and in what size. Pure.

A text from outside that is too long is cut, and says so, rather than refused: else whoever sent it would
leave no trace. What only a programmer can get wrong is an error.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from plateward.audit.leaf import Detail, Scalar

TEXT, REASON, OBJECT, NAME, ITEM, CLAUSE = 1000, 2000, 200, 100, 200, 40  # characters
DETAILS, LISTED = 32, 64_000  # details of an entry; characters in all of its lists together
NUMBER = 20  # characters that count for an item which is no text

# Details by these names would be secrets; nobody who may read the log may learn them.
SECRET = {"authorization", "cookie", "otp", "password", "secret", "token"}


def text(value: str, limit: int) -> str:
    """Text that both databases and JSON hold, of at most `limit` characters."""
    clean = value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if len(clean) <= limit:
        return clean
    mark = f"… ({len(clean)} characters)"
    return clean[: limit - len(mark)] + mark


def details(noted: dict[str, Any], before: Mapping[str, Detail]) -> dict[str, Detail]:
    """The details of an entry that has those `before`, sorted by name. Raises ValueError or TypeError on what must not
    be there."""
    if len(noted.keys() | before.keys()) > DETAILS:
        raise ValueError(f"an entry holds at most {DETAILS} details")
    if secrets := SECRET & {name.lower() for name in noted}:
        raise ValueError(f"secrets are never logged: {', '.join(sorted(secrets))}")
    made = {name: value for name, value in before.items() if name not in noted}
    room = LISTED - sum(_size(item) for value in made.values() if isinstance(value, list) for item in value)
    for name, value in noted.items():
        if isinstance(value, list | tuple):
            items = _list(name, value, room)
            room -= sum(map(_size, items))
            made[name] = items
        else:
            made[name] = _scalar(name, value, TEXT)
    return dict(sorted(made.items()))


def _list(name: str, values: Sequence[Any], room: int) -> list[Scalar]:
    """As many of these as there is room for; where some are left out, how many there were."""
    items: list[Scalar] = []
    for value in values:
        item = _scalar(name, value, ITEM)
        room -= _size(item)
        if room < 0:
            return [*items, f"… ({len(values)} items)"]
        items.append(item)
    return items


def _size(item: Scalar) -> int:
    return len(item) if isinstance(item, str) else NUMBER


def _scalar(name: str, value: Any, limit: int) -> Scalar:
    match value:
        case str():
            return text(str(value), limit)
        case None | bool():
            return value
        case int() if -(2**53) < value < 2**53:
            return int(value)
        case float() if math.isfinite(value):
            return float(value)
    raise TypeError(f"{name}={value!r} is neither text, number, truth value nor None, as JSON knows them")
