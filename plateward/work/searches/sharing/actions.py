"""Sharing a read and withdrawing it: each an act with its audit entry. The purpose is sealed and not logged. With whom,
why and how long one may share, alerts.sharing says."""

from datetime import datetime

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.field.fleet.stays import was_with
from plateward.field.reads.pages.audience import may_see_read
from plateward.field.reads.store import StoredRead
from plateward.ground import clock
from plateward.ground.policy.decision import Decision, Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.work.alerts.sharing.rules import (
    CLAUSE,
    is_sufficient_purpose,
    may_end,
    may_last_until,
    may_see_shared,
)
from plateward.work.searches.sharing.models import ReadShare


@enforces("6.e.ii/share", "6.c.ii/cases")
def may_share_read(*, own: bool, to_self: bool, sees_it: bool, hindered: bool) -> Decision:
    """Whether this person may share this read with that colleague. `own`: their unit's reader took it; the others as
    `may_see_shared` has them."""
    if not own:
        return Refusal(CLAUSE, "This is not your unit's read.", "Ask the unit whose reader took it.")
    return may_see_shared("read", to_self=to_self, sees_it=sees_it, hindered=hindered)


def is_own(person: Person, read: StoredRead) -> bool:
    """Whether a reader that was with this person's unit took it."""
    return was_with(person.unit_id, read.reader, read.read.captured_at)


@enforces("6.e.ii/share", "6.e.iii/marked", "6.b.i.9/entries")
def share_read(
    actor: PersonActor, read: StoredRead, to: Person, purpose: str, ends_at: datetime
) -> ReadShare:
    """Share the read with a colleague until then, and notify them. Raises Refused."""
    with act(actor, Event.READ_SHARE, f"read:{read.read.id}") as entry:
        entry.note(to=to.username, until=ends_at.isoformat())
        require(
            may_share_read(
                own=is_own(actor.person, read),
                to_self=to == actor.person,
                sees_it=may_see_read(to, read),
                hindered=bool(refusals_for(standing.standing_of(to), Permission.IMAGE_VIEW)),
            )
        )
        now = clock.now()
        require(is_sufficient_purpose(purpose))
        require(may_last_until(ends_at, now))
        share = ReadShare.objects.create(
            day=read.day,
            read=read.read.id,
            by=actor.person,
            to=to,
            purpose=purpose.strip(),
            at=now,
            ends_at=ends_at,
        )
        until = days.format_time(ends_at)
        text = f"{actor.person} shares a read with you until {until}."
        marking = "Confidential: investigative lead only, verify before acting."
        notify([to], Kind.READ_SHARE, f"{text} {marking}", share)
    return share


@enforces("6.e.ii/share", "6.b.i.9/entries")
def end_share(actor: PersonActor, share: ReadShare) -> None:
    """The colleague no longer sees it. Raises Refused."""
    with act(actor, Event.READ_UNSHARE, f"read:{share.read}") as entry:
        locked = lock_row(share, "to")
        entry.note(to=locked.to.username)
        now = clock.now()
        over = locked.ended_at is not None or locked.ends_at <= now
        require(may_end("read", own=locked.by_id == actor.person.pk, over=over))
        ReadShare.objects.filter(pk=locked.pk).update(ended_at=now)
