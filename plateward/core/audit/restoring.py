"""After a lawful restore: the log states permanently what the database lost, and the hub goes on."""

from plateward.core.audit import known_heads
from plateward.core.audit.actor import Actor
from plateward.core.audit.continuity import compare_heads
from plateward.core.audit.events import Event
from plateward.core.audit.gaps import Gap
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import act
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces


class NothingLost(PlatewardError):
    """The log has every known head, so there is no gap to accept."""


class NotAccepted(PlatewardError):
    """A named person must accept a gap, with a reason."""


@enforces("6.b.i.9/sealed", "AU-9/found")
def accept_restore(actor: Actor, administrator: str, reason: str) -> Gap:
    """State the gap on the log, sign the log with that entry, and keep the head outside the database.

    Raises NothingLost, NotAccepted, and LogDamaged if the remaining log is not whole either.
    """
    administrator, reason = administrator.strip(), reason.strip()
    if not (administrator and reason):
        raise NotAccepted(
            "A person must accept a restored database and give a reason: use --administrator and --reason "
            "(OPR:50 6.b.i.9). Nothing was done."
        )
    comparison = compare_heads()
    missed = comparison.missed
    if not missed:
        raise NothingLost("The audit log has every known head. There is no gap to accept; nothing was done.")
    comparison.require_continued()
    with act(actor, Event.AUDIT_RESTORE, "audit log", reason=reason) as entry:
        entry.note(
            administrator=administrator,
            kept=min(missing.kept for missing in missed),
            lost=max(missing.head.head.size for missing in missed),
            **{f"head_{number}": missing.head.line().decode() for number, missing in enumerate(missed, 1)},
        )
    sign_head()
    return known_heads.accepted_gaps()[-1]
