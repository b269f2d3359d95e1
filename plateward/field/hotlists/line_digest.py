"""The digest that each line of a hot list bears, which only the key ring can make: who writes the database without it
makes no line, and alters none."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from plateward.core.audit.records.sums import row_digest
from plateward.ground.policy.trace import enforces

TABLE = "hotlists_entry"
# What decides of a line from its beginning; when it ended is in its list's sum (line_sums.py).
DECIDING = (
    *("hotlist_id", "began_id", "plate", "bare", "state", "plate_type", "plate_year", "reason", "priority"),
    *("expires_at", "vehicle", "nic", "ori", "listed_on", "number"),
)


@enforces("6.b.i.9/records")
def line_digest(key: UUID, values: Sequence[Any]) -> bytes:
    """32 bytes, bound to the line's key; `values` in the order of DECIDING, moments with their zone."""
    return row_digest(TABLE, key.hex, msgspec.msgpack.encode(tuple(values)))
