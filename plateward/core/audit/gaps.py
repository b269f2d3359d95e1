"""What a restored database lost, as an audit entry states it permanently. Needs no Django."""

from dataclasses import dataclass

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.signatures import TreeHead
from plateward.ground.policy.trace import enforces


@enforces("6.b.i.9/sealed", "AU-9/found")
@dataclass(frozen=True)
class Gap:
    """The log once had `lost` entries, and only the first `kept` are left. Entry `sequence` says so."""

    sequence: int
    at: str
    kept: int
    lost: int
    by: str
    reason: str

    def covers(self, head: TreeHead) -> bool:
        """Whether this head is from the lost part. The times have one fixed form, so they compare as text."""
        return self.kept < head.size <= self.lost and head.at <= self.at

    def __str__(self) -> str:
        return (
            f"entries {self.kept:,} to {self.lost - 1:,} are lost as first recorded: {self.by} accepted a restored "
            f"database at {self.at} (entry {self.sequence:,}). Reason given: {self.reason}"
        )


def gap_in(leaf: Leaf) -> Gap | None:
    """The gap that this entry states, if it states one."""
    if leaf.event != Event.AUDIT_RESTORE or leaf.outcome != "done":
        return None
    kept, lost, name = (leaf.details.get(key) for key in ("kept", "lost", "administrator"))
    if not (isinstance(kept, int) and isinstance(lost, int) and isinstance(name, str)):
        return None
    return Gap(leaf.sequence, leaf.at, kept, lost, f"{name} ({leaf.actor_name})", leaf.reason)
