"""Sharing and ending a share: each an act with its audit entry. The purpose is encrypted and not logged."""

from datetime import timedelta

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row, lock_row
from plateward.field.hotlists.audience import lists_for
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import shared_with
from plateward.work.alerts.audience.models import Share
from plateward.work.alerts.models import Alert
from plateward.work.alerts.sharing import rules


@enforces("6.e.ii/share", "6.e.iii/marked", "6.b.i.9/entries")
def share(actor: PersonActor, alert: Alert, to: Person, purpose: str, for_days: int) -> Share:
    """Share the alert with a colleague until then and notify them. Raises Refused."""
    with act(actor, Event.ALERT_SHARE, f"alert:{alert.pk}") as entry:
        entry.note(to=to.username, days=for_days)
        hotlist = alert.entry.hotlist
        in_list_audience = lists_for(to).filter(pk=hotlist.pk).exists()
        require(
            rules.may_share(
                in_audience=lists_for(actor.person).filter(pk=hotlist.pk).exists(),
                covert=hotlist.covert,
                to_self=to == actor.person,
                sees_it=in_list_audience or alert.pk in shared_with([to.pk]).get(to.pk, ()),
                hindered=bool(refusals_for(standing.standing_of(to), Permission.ALERT_VIEW)),
            )
        )
        now = clock.now()
        ends_at = now + timedelta(days=for_days)
        require(rules.is_sufficient_purpose(purpose))
        require(rules.may_last_until(ends_at, now))
        made = Share.write(actor, alert=alert, to=to, purpose=purpose.strip(), ends_at=ends_at)
        until = days.format_time(made.ends_at)
        notify(
            [to],
            Kind.ALERT_SHARE,
            f"{actor.person} shares alert {alert.pk} with you until {until}: {made.purpose[:200]} Confidential: "
            "investigative lead only, verify before acting.",
            alert,
        )
    return made


@enforces("6.e.ii/share", "6.b.i.9/entries")
def end_share(actor: PersonActor, share: Share) -> None:
    """The colleague no longer sees it. Raises Refused."""
    with act(actor, Event.ALERT_UNSHARE, f"alert:{share.alert_id}") as entry:
        locked = lock_row(share, "to")
        entry.note(to=locked.to.username)
        now = clock.now()
        over = locked.ended_at is not None or locked.ends_at <= now
        require(rules.may_end("alert", own=locked.by_id == actor.person.pk, over=over))
        change_row(locked, ended_at=now)
