"""A reader's start-of-shift check, which the hub includes in each answer about the hot list."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import PRINTABLE, Moment, require_utc

CHECK_HEADER = "Plateward-Check"  # the header
MAX_HEADER = 500


@enforces("6.e.iv.1/missing")
class ShiftCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reader's current state. Passed: from `since` until `until`. Failed: `failed` names the steps, in words."""

    state: Literal["passed", "failed", "not_done"]
    since: Moment | None = None
    until: Moment | None = None
    failed: Annotated[str, Meta(max_length=100, pattern=PRINTABLE)] = ""

    def __post_init__(self) -> None:
        if {self.since is not None, self.until is not None} != {self.state == "passed"}:
            raise ValueError("a passed check has its two times, and no other has")
        for name in ("since", "until"):
            if moment := getattr(self, name):
                require_utc(moment, name)


def to_header(check: ShiftCheck) -> str:
    """The check as a header's value."""
    return msgspec.json.encode(check).decode()


def from_header(text: str | None) -> ShiftCheck | None:
    """The check in a header; None if it is absent or unreadable, as from a hub of an earlier version."""
    if not text or len(text) > MAX_HEADER:
        return None
    try:
        return msgspec.json.decode(text, type=ShiftCheck)
    except (ValueError, RecursionError):  # msgspec's own errors are ValueErrors
        return None
