"""A run: what is due is destroyed, day by day. It may be killed at any step, and another run goes on from there.

What is due, one moment decides, at which the clock was found to be right: a clock that jumps during a run ends no term.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Max

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.models import Head
from plateward.core.db.locking import lock_name
from plateward.core.jobs.lease import LeaseLost, finish, renew, take
from plateward.field.fleet.models import Reader
from plateward.field.reads import destruction
from plateward.field.reads.losses import acknowledged_losses, reported_days
from plateward.field.reads.store import configured_store
from plateward.ground import clock
from plateward.ground.errors import ActError, PlatewardError
from plateward.ground.policy.decision import Refusal, refusal_in
from plateward.ground.policy.trace import enforces
from plateward.people.notices.actions import notify, people_with, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.work.retention import rules
from plateward.work.retention.destroying import LEASE, Progress, destroy_day, resume
from plateward.work.retention.gathering import Keeping
from plateward.work.retention.models import DateConfirmation, DayStanding, Destruction, Run
from plateward.work.retention.ordering import end_item, open_items
from plateward.work.retention.recorded import difference_from_log
from plateward.work.retention.rules import ClockFacts
from plateward.work.retention.standing import DayNow, assess_day, days_now, note_standing

log = logging.getLogger(__name__)
HUB = Actor("system", "retention", "The daily run of retention")
AGAIN = timedelta(hours=1)  # after a run that could not


class RunTaken(ActError):
    """Another run is at work."""


@dataclass
class Outcome:
    """What a run did, or would do. `ending`: of how many days all goes that nothing keeps, for the first time;
    `trusted`: it found the clock to be right; `waiting`: why orders could not be carried out yet; `problem`: why it
    destroyed nothing, or stopped."""

    due: list[DayNow] = field(default_factory=list)
    ending: int = 0
    trusted: bool = False
    destroyed: list[Destruction] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    days: int = 0
    problem: str = ""


@enforces("6.h.ii/reads")
def preview(progress: Progress = lambda _: None) -> Outcome:
    """What a run would do now; changes nothing."""
    if difference := difference_from_log():
        return Outcome(problem=difference)
    now, known, outcome = clock.now(), clock_facts(), Outcome()
    for day in days_now(Keeping.now(), now):
        outcome.days += 1
        progress(f"Looked at {day.day}")
        if day.plan.due:
            outcome.due.append(day)
            outcome.ending += day.generation == 0
    refusal = _refusal_by_clock(now, known, outcome)
    outcome.problem = str(refusal) if refusal else ""
    return outcome


def clock_facts() -> ClockFacts:
    """What is known of the clock now, with nothing due yet."""
    head = Head.objects.order_by("-pk").first()
    moments = [
        datetime.fromisoformat(head.at) if head else None,
        Run.objects.aggregate(at=Max("ended_at"))["at"],
        Destruction.objects.aggregate(at=Max("switched_at"))["at"],
    ]
    last = Run.objects.filter(trusted=True).aggregate(at=Max("begun_at"))["at"]
    last_contact = Reader.objects.filter(revoked_at=None).aggregate(at=Max("last_seen_at"))["at"]
    confirmed = DateConfirmation.objects.order_by("-pk").first()
    return ClockFacts(
        latest=max((moment for moment in moments if moment), default=None),
        last_run=last,
        last_contact=last_contact,
        due=0,
        ending=0,
        confirmed_on=confirmed.day if confirmed else None,
    )


def _refusal_by_clock(now: datetime, known: ClockFacts, outcome: Outcome) -> Refusal | None:
    """`known`: as of `now`, since a run's own entries would make its beginning look like a clock that was set back."""
    return refusal_in(rules.may_trust_clock(now, replace(known, due=len(outcome.due), ending=outcome.ending)))


@enforces("6.h.ii/reads", "6.h.ii/destruction", "MP-6/erased", "MP-6/recorded")
def run_retention(actor: Actor = HUB, progress: Progress = lambda _: None) -> Outcome:
    """Destroy what is due. Raises RunTaken if another run is at work, and what the read store raises."""
    for run in take(Run.objects.filter(pk=_current_run(actor).pk, ended_at=None), LEASE):
        outcome = Outcome()
        try:
            _work(run, actor, outcome, progress)
        except Exception as error:
            known = isinstance(error, PlatewardError)
            outcome.problem = str(error) if known else f"It failed: {type(error).__name__}."
            _end(run, actor, outcome)
            raise
        _end(run, actor, outcome)
        return outcome
    raise RunTaken("Another retention run is in progress. Wait until it ends.")


def _current_run(actor: Actor) -> Run:
    """The run that a killed node left, or a new one."""
    with act(actor, Event.RETENTION_RUN, "retention") as entry:
        lock_name("retention.run")
        run = Run.objects.filter(ended_at=None).order_by("pk").first()
        entry.note(resumed=run is not None)
        return run or Run.objects.create(by=actor.key)


def _end(run: Run, actor: Actor, outcome: Outcome) -> None:
    with act(actor, Event.RETENTION_RUN, f"run:{run.pk}") as entry:
        entry.note(days=outcome.days, destroyed=len(outcome.destroyed), problem=outcome.problem)
        entry.note(waiting=outcome.waiting)
        finish(
            run,
            ended_at=clock.now(),
            days=outcome.days,
            trusted=outcome.trusted,
            problem=outcome.problem[:400],
        )
        if stopped := Run.objects.exclude(problem="").exclude(pk=run.pk).order_by("-pk").first():
            settle_matter(Kind.RETENTION_STOP, stopped)
        if outcome.problem:
            text = f"Retention stopped (OPR:50 6.h.ii). {outcome.problem}"
            notify(people_with(Permission.RETENTION_ADMINISTER), Kind.RETENTION_STOP, text, run)


def _work(run: Run, actor: Actor, outcome: Outcome, progress: Progress) -> None:
    """If the records that decide are as the log says: go on with what was begun, then destroy what is due, oldest day
    first, and note which orders are carried out.
    A day or an order that fails keeps no other from going."""
    problems = list[str]()

    def each(name: object, do: Callable[[], None]) -> None:
        try:
            do()
        except LeaseLost:
            raise
        except Exception as error:
            log.exception("Retention failed for %s.", name)
            for_people = isinstance(error, PlatewardError)
            problems.append(f"{name}: {error}" if for_people else f"{name}: {type(error).__name__}")
        renew(run, LEASE)

    if difference := difference_from_log():
        outcome.problem = difference
        return
    now, known = clock.now(), clock_facts()
    begun = Destruction.objects.exclude(stage__in=(Destruction.Stage.PLANNED, Destruction.Stage.COMPLETED))
    unfinished = list(begun.order_by("day", "generation"))
    if unfinished:
        destruction.unite_tombstones()  # one that a killed node wrote in one place counts in all

    def go_on(row: Destruction) -> None:
        if resume(row, now, actor, progress):
            outcome.destroyed.append(row)

    for row in unfinished:
        each(row.day, lambda row=row: go_on(row))  # type: ignore[misc]
    keeping = Keeping.now()

    def end_day(day: date) -> None:
        if day_now := assess_day(day, keeping, now):
            if day not in lost:
                note_standing(day_now, keeping, now)
            if day_now.plan.due:
                outcome.due.append(day_now)
                outcome.ending += day_now.generation == 0

    days, lost = configured_store().days(), acknowledged_losses().keys()
    for day in sorted(set(days) - (reported_days() - lost)):  # of these each run would say the same
        each(day, lambda day=day: end_day(day))  # type: ignore[misc]
    outcome.days = len(days)
    DayStanding.objects.exclude(day__in=days).delete()
    if refusal := _refusal_by_clock(now, known, outcome):
        outcome.problem = str(refusal)
        return
    outcome.trusted = True

    def destroy(day: date) -> None:
        if row := destroy_day(day, now, run, actor, progress):
            outcome.destroyed.append(row)

    for due in outcome.due:
        each(due.day, lambda day=due.day: destroy(day))  # type: ignore[misc]
    for item in open_items():
        each(item.order, lambda item=item: outcome.waiting.extend(end_item(item, actor, now)))  # type: ignore[misc]
    outcome.waiting[:] = dict.fromkeys(outcome.waiting)  # an order for several alerts says it once
    outcome.problem = " ".join(problems)


def run_daily() -> int:
    """Once a UTC day, on whichever node comes first; again every hour after a run that could not, and at once when an
    administrator confirmed the date. Returns how many destructions were completed."""
    now, last = clock.now(), Run.objects.order_by("-pk").first()
    if last and last.ended_at and last.begun_at.date() == now.date():
        confirmed = DateConfirmation.objects.filter(at__gt=last.begun_at).exists()
        if not last.problem or (now - last.ended_at < AGAIN and not confirmed):
            return 0
    try:
        return len(run_retention().destroyed)
    except RunTaken:
        return 0
