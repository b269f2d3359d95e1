"""Who may have the whole log made, and when. Pure."""

from functools import partial

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

ENTRY_BYTES = 3000  # of the disk that an entry takes at most on average, in the plain and the sealed copy
_refusal = partial(Refusal, "6.b.i.9")


@enforces("6.b.i.9/read", "6.b.i.11/contained")
def may_request(*, live: int, entries: int, free: int) -> Decision:
    """Whether a copy of a log of so many entries may be made. `live`: how many this person has; `free`: bytes of the
    disk."""
    if live:
        return _refusal(
            "You have a copy that is being made or not erased yet.", "Download or discard it first."
        )
    if free < entries * ENTRY_BYTES:
        return _refusal(
            f"The server's disk has too little room for a copy of {entries:,} entries.",
            "Ask IT Support to run `plateward audit export FILE` with a file on another disk.",
        )
    return Allow()


@enforces("6.b.i.9/read")
def may_take(*, ready: bool) -> Decision:
    """Whether it can be downloaded: once."""
    if ready:
        return Allow()
    return _refusal("There is no copy to download: each can be downloaded once.", "Request a new one.")
