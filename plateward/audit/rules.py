"""What may stand on the log, and in what size. Pure.

A text from outside that is too long is cut, and says so, rather than refused: else whoever sent it would
leave no trace. What only a programmer can get wrong is an error.
"""

import math
from typing import Any

from plateward.audit.leaf import Detail, Scalar

TEXT, REASON, OBJECT, NAME, ITEM, CLAUSE = 1000, 2000, 200, 100, 200, 40  # characters
DETAILS, ITEMS = 32, 50

# Details by these names would be secrets; nobody who may read the log may learn them.
SECRET = {"authorization", "cookie", "otp", "password", "secret", "token"}


def text(value: str, limit: int) -> str:
    """Text that both databases and JSON hold, of at most `limit` characters."""
    clean = value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if len(clean) <= limit:
        return clean
    mark = f"… ({len(clean)} characters)"
    return clean[: limit - len(mark)] + mark


def details(noted: dict[str, Any]) -> dict[str, Detail]:
    """The details of an entry, sorted by name. Raises ValueError or TypeError on what must not be there."""
    if len(noted) > DETAILS:
        raise ValueError(f"an entry holds at most {DETAILS} details")
    if secrets := SECRET & {name.lower() for name in noted}:
        raise ValueError(f"secrets are never logged: {', '.join(sorted(secrets))}")
    return {name: _detail(name, value) for name, value in sorted(noted.items())}


def _detail(name: str, value: Any) -> Detail:
    if isinstance(value, list | tuple):
        more = [f"… ({len(value)} items)"] if len(value) > ITEMS else []
        return [*(_scalar(name, item, ITEM) for item in value[:ITEMS]), *more]
    return _scalar(name, value, TEXT)


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
