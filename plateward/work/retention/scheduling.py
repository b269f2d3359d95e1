"""The schedule proposed and decided, and the date of a run confirmed: each an act with its entry."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.gate import as_recorded
from plateward.core.db.locking import change_row, lock_name, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.actor_names import people_named
from plateward.people.notices.actions import notify, people_with, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.work.retention import deciding
from plateward.work.retention.lock import retention_lock
from plateward.work.retention.models import DateConfirmation, Schedule, ScheduleTerm
from plateward.work.retention.rules import Covers, Term, first_schedule


@enforces("6.h.i/terms", "6.h.ii/reads", "6.h.ii/hits", "6.c.i.1/role", "4.b/schedule")
def propose_schedule(actor: PersonActor, terms: Sequence[Term], why: str) -> Schedule:
    """Propose a schedule to the Chief. Raises Refused."""
    with act(actor, Event.SCHEDULE_PROPOSE, "retention", reason=why) as entry:
        lock_name("retention.schedule")
        waiting = Schedule.objects.filter(decided_at=None).exists()
        require(deciding.may_propose(terms, terms_in_force(), why, waiting=waiting))
        schedule = Schedule.objects.create(proposed_by=actor.key, why=why.strip())
        ScheduleTerm.objects.bulk_create(
            ScheduleTerm(
                schedule=schedule,
                covers=term.covers,
                hotlist_id=term.hotlist,
                days=term.days,
                basis=term.basis.strip(),
            )
            for term in terms
        )
        entry.note(schedule=schedule.pk, terms=_words(terms))
        chiefs = people_with(Permission.RETENTION_APPROVE)
        text = f"{actor.person} proposes a retention schedule, which waits for the Chief's decision (OPR:50 6.h.i)."
        notify(chiefs.exclude(pk=actor.person.pk), Kind.SCHEDULE_DECIDE, text, schedule)
    return schedule


@enforces("6.h.i/terms", "6.h.ii/reads", "6.h.ii/hits", "6.c.i.1/role", "6.b.i.9/records")
def decide_schedule(actor: PersonActor, schedule: Schedule, *, approve: bool, note: str) -> None:
    """The Chief puts it in force, or returns it. Raises Refused, RetentionBusy."""
    with retention_lock(), act(actor, Event.SCHEDULE_DECIDE, f"schedule:{schedule.pk}", reason=note) as entry:
        schedule = lock_row(schedule)
        require(as_recorded(schedule, *schedule.rows.all()))
        own, decided = schedule.proposed_by == actor.key, schedule.decided_at is not None
        require(deciding.may_decide(own=own, decided=decided, approve=approve, note=note))
        entry.note(approved=approve, terms=_words(schedule.terms))
        change_row(
            schedule, decided_at=clock.now(), decided_by=actor.key, approved=approve, note=note.strip()
        )
        settle_matter(Kind.SCHEDULE_DECIDE, schedule)
        result = "is in force" if approve else f"was returned: {note.strip()}"
        text = f"The retention schedule that you proposed {result}"[:399] + ("." if approve else "")
        notify(people_named(schedule.proposed_by), Kind.SCHEDULE_ANSWER, text, schedule)


def _words(terms: Sequence[Term]) -> list[str]:
    return [f"{term.label}: {term.days} days ({term.basis})" for term in terms]


@enforces("6.h.ii/reads", "6.c.i.1/role")
def confirm_date(actor: PersonActor) -> DateConfirmation:
    """The administrator confirms that the hub's date is right: for this day, the next run may destroy what is due."""
    today = clock.now().date()
    with act(actor, Event.RETENTION_CONFIRM, "retention") as entry:
        entry.note(day=today.isoformat())
        return DateConfirmation.objects.create(day=today, by=actor.key)


def waiting_schedule() -> Schedule | None:
    """The proposal that the Chief has not decided."""
    return Schedule.objects.filter(decided_at=None).first()


def schedule_in_force(at: datetime | None = None) -> Schedule | None:
    """The last one that the Chief approved, or had `at` a moment."""
    approved = Schedule.objects.filter(approved=True)
    if at is not None:
        approved = approved.filter(decided_at__lte=at)
    return approved.order_by("-decided_at", "-pk").first()


@enforces("4.b/schedule", "6.h.i/terms", "6.h.ii/reads", "6.h.ii/hits")
def terms_in_force(at: datetime | None = None) -> tuple[Term, ...]:
    """Its terms; before any was approved, the policy's own with the site's days for reads."""
    schedule = schedule_in_force(at)
    return schedule.terms if schedule else first_schedule(settings.READS_KEPT.days)


@enforces("6.h.ii/reads", "6.b.i.9/records")
def reads_term() -> timedelta:
    """How long a read without a hit is kept. Raises Refused if the schedule was altered past the hub."""
    if schedule := schedule_in_force():
        require(as_recorded(schedule, *schedule.rows.all()))
    return timedelta(days=max(term.kept_days for term in terms_in_force() if term.covers is Covers.READS))
