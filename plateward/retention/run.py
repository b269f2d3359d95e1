"""A run: what is due is destroyed, day by day, with its certificate. It may be killed at any step, and another run goes
on from there.

1. The clocks say what of a day is due, and what stays is copied into its next generation.
2. Under the lock, the clocks are asked again, so that a hold that came meanwhile counts; the log has what is about to
   be destroyed, before it is.
3. A last time, with the day locked, right before the tombstone, the hub's database is asked whether anything keeps
   more than that: acts on alerts and new alerts need no lock. Then the key goes, and the plates of bystanders in other
   tables.
4. Without the lock, everything that the key sealed is removed; then the certificate is on the log.

What is due, one moment decides, at which the clock was found to be right: a clock that jumps during a run ends no term.
The tombstone names that moment, and is dated when the lock was taken: what people signed or lifted before that counts,
so it is never dated before what allowed it. The certificate has the times at which each step was done.
"""

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.models import Head
from plateward.db.locking import change_row, lock_name, lock_row
from plateward.errors import ActError, PlatewardError
from plateward.evidence.dems.stopping import end_with as end_uploads
from plateward.evidence.requested.actions import end_with as end_requested
from plateward.fleet.models import Reader
from plateward.jobs.lease import LeaseLost, finish, renew, take
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, roles_with
from plateward.policy.decision import Refusal, refusal_in
from plateward.policy.trace import enforces
from plateward.reads import destruction
from plateward.reads.images import day_keys
from plateward.reads.lost import acknowledged_losses, reported_days
from plateward.reads.store import configured_store
from plateward.retention import rules
from plateward.retention.copies import blank_copies
from plateward.retention.gathering import Keeping
from plateward.retention.lock import retention_lock
from plateward.retention.models import DateConfirmation, DayStanding, Destruction, Run
from plateward.retention.ordering import end_item, open_items
from plateward.retention.rules import ClockFacts, DayPlan
from plateward.retention.standing import DayNow, days_now, look_at, note_standing, summary

log = logging.getLogger(__name__)
HUB = Actor("system", "retention", "The daily run of retention")
LEASE = timedelta(minutes=10)
AGAIN = timedelta(hours=1)  # after a run that could not
TRIES = 3  # at a day whose facts change at the last moment
PAUSE_S = 0.2  # between them: whoever waits for the lock looks for it more often
Progress = Callable[[str], None]


class RunTaken(ActError):
    """Another run is at work."""


class ReadsClaimed(PlatewardError):
    """Something that keeps reads of the day was recorded at the last moment; nothing of it was destroyed."""


@dataclass
class Outcome:
    """What a run did, or would do. `ending`: of how many days all goes that nothing keeps, for the first time;
    `waiting`: why orders could not be carried out yet; `problem`: why it destroyed nothing, or stopped."""

    due: list[DayPlan] = field(default_factory=list)
    ending: int = 0
    destroyed: list[Destruction] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    days: int = 0
    problem: str = ""


@enforces("6.h.ii")
def preview(progress: Progress = lambda _: None) -> Outcome:
    """What a run would do now; changes nothing."""
    now, known, outcome = clock.now(), clock_facts(), Outcome()
    for day in days_now(Keeping.now(), now):
        outcome.days += 1
        progress(f"Looked at {day.day}")
        if day.plan.due:
            outcome.due.append(day.plan)
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
    heard = Reader.objects.filter(revoked_at=None).aggregate(at=Max("last_seen_at"))["at"]
    confirmed = DateConfirmation.objects.order_by("-pk").first()
    return ClockFacts(
        latest=max((moment for moment in moments if moment), default=None),
        last_run=last,
        heard=heard,
        due=0,
        ending=0,
        confirmed_on=confirmed.day if confirmed else None,
    )


def _refusal_by_clock(now: datetime, known: ClockFacts, outcome: Outcome) -> Refusal | None:
    """`known`: as of `now`, since a run's own entries would make its beginning look like a clock that was set back."""
    return refusal_in(rules.may_trust_clock(now, replace(known, due=len(outcome.due), ending=outcome.ending)))


@enforces("6.h.ii", "MP-6")
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
    raise RunTaken("Another run of retention is at work. Wait for its end.")


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
        finish(run, ended_at=clock.now(), days=outcome.days, problem=outcome.problem[:400])
        if stopped := Run.objects.exclude(problem="").exclude(pk=run.pk).order_by("-pk").first():
            settle_matter(Kind.RETENTION_STOP, stopped)
        if outcome.problem:
            people = Person.objects.filter(role__in=roles_with(Permission.RETENTION_ADMINISTER))
            text = f"Retention stopped (OPR:50 6.h.ii). {outcome.problem}"
            notify(people.order_by("pk"), Kind.RETENTION_STOP, text, run)


def _work(run: Run, actor: Actor, outcome: Outcome, progress: Progress) -> None:
    """Go on with what was begun, then destroy what is due, oldest day first, and note which orders are carried out.
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

    now, known = clock.now(), clock_facts()
    begun = Destruction.objects.exclude(stage__in=(Destruction.Stage.PLANNED, Destruction.Stage.COMPLETED))
    unfinished = list(begun.order_by("day", "generation"))
    if unfinished:
        destruction.unite_tombstones()  # one that a killed node wrote in one place counts in all

    def go_on(row: Destruction) -> None:
        if _go_on(row, now, actor, progress):
            outcome.destroyed.append(row)

    for row in unfinished:
        each(row.day, lambda row=row: go_on(row))  # type: ignore[misc]
    keeping = Keeping.now()

    def look(day: date) -> None:
        if day_now := look_at(day, keeping, now):
            if day not in lost:
                note_standing(day_now, keeping, now)
            if day_now.plan.due:
                outcome.due.append(day_now.plan)
                outcome.ending += day_now.generation == 0

    days, lost = configured_store().days(), acknowledged_losses().keys()
    for day in sorted(set(days) - (reported_days() - lost)):  # of these each run would say the same
        each(day, lambda day=day: look(day))  # type: ignore[misc]
    outcome.days = len(days)
    DayStanding.objects.exclude(day__in=days).delete()
    if refusal := _refusal_by_clock(now, known, outcome):
        outcome.problem = str(refusal)
        return
    renew(run, LEASE, trusted=True)

    def destroy(day: date) -> None:
        if row := destroy_day(day, now, run, actor, progress):
            outcome.destroyed.append(row)

    for plan in outcome.due:
        each(plan.day, lambda day=plan.day: destroy(day))  # type: ignore[misc]
    for item in open_items():
        each(item.order, lambda item=item: outcome.waiting.extend(end_item(item, actor, now)))  # type: ignore[misc]
    outcome.waiting[:] = dict.fromkeys(outcome.waiting)  # an order for several alerts says it once
    outcome.problem = " ".join(problems)


@enforces("6.h.ii", "MP-6", "6.b.i.2")
def destroy_day(day: date, now: datetime, run: Run, actor: Actor, progress: Progress) -> Destruction | None:
    """Destroy what of this day is due at that moment; None if nothing is, any more."""
    day_now = look_at(day, Keeping.now(), now)
    if day_now is None or not day_now.plan.due:
        return None
    row, _ = Destruction.objects.get_or_create(
        day=day, generation=day_now.generation, defaults={"run": run, "planned_at": now}
    )

    def report(done: int, of: int) -> None:
        renew(run, LEASE)
        progress(f"{day}: {done:,} of {of:,} reads that stay")

    destruction.prepare(day, set(day_now.plan.keep or ()), report)
    for left in reversed(range(TRIES)):
        try:
            return _switch(row, now, run, actor, progress)
        except ReadsClaimed as claimed:
            _decide_again(row, actor, str(claimed))
            if not left:
                raise
            time.sleep(PAUSE_S)
    return None


def _switch(
    row: Destruction, now: datetime, run: Run, actor: Actor, progress: Progress
) -> Destruction | None:
    size = destruction.size_of(row.day)  # for whoever goes on if this is killed: `switch` counts again
    with retention_lock() as confirm_lock:
        keeping = Keeping.now()
        day_now = look_at(row.day, keeping, now)
        if day_now is None or day_now.generation != row.generation or not day_now.plan.due:
            return None
        at = max(now, clock.now())
        keep = day_now.plan.keep or {}
        with act(actor, Event.RETENTION_BEGIN, f"day:{row.day}") as entry:
            row = lock_row(row)
            change_row(
                row,
                run=run,
                stage=Destruction.Stage.BEGUN,
                begun_at=at,
                rules=[[why, number] for why, number in day_now.plan.rules.items()],
                kept=summary(keep.values()),
                reads=day_now.count - len(keep),
                images=2 * (day_now.count - len(keep)),
                bytes=size,
                stays=len(keep),
            )
            entry.note(destruction=row.pk, generation=row.generation, reads=row.reads, stays=row.stays)
            entry.note(rules=[why for why, _ in row.rules], kept=[f"{why}: {n}" for why, n, _ in row.kept])

        def last() -> None:
            confirm_lock()
            _refuse_claimed(day_now, keeping, now)

        destroyed = destruction.switch(row.day, set(keep), at=at, why=_why(row, now), last=last)
        _note_switched(
            row,
            actor,
            destroyed.tombstone,
            day_now.facts.named - keep.keys(),
            reads=destroyed.reads,
            images=destroyed.images,
            bytes=destroyed.bytes,
            stays=destroyed.kept,
        )
    return _finish(row, now, actor, progress)


@enforces("6.h.ii", "6.b.i.2")
def _refuse_claimed(planned: DayNow, keeping: Keeping, now: datetime) -> None:
    """Raises ReadsClaimed if more must stay by now than was planned by what was known then. Asks nothing of the read
    store, which is locked: so a new hold on a plate, camera or place counts if it covers any time of the day."""
    day, later, keep = planned.day, Keeping.now(), planned.plan.keep or {}
    again = rules.plan(now, later.terms, later.without_spans().facts_on(day), planned.reads)
    new_holds = later.spans_on(day) - keeping.spans_on(day)
    if new_holds or again.keep is None or again.keep.keys() - keep.keys():
        raise ReadsClaimed(f"What keeps reads of {clock.format_day(day)} changed at the last moment.")


def _decide_again(row: Destruction, actor: Actor, why: str) -> None:
    """Nothing was destroyed: clock, holds and terms decide again."""
    with act(actor, Event.RETENTION_REPLAN, f"day:{row.day}") as entry:
        entry.note(destruction=row.pk, generation=row.generation, detail=why)
        change_row(lock_row(row), stage=Destruction.Stage.PLANNED)


def _why(row: Destruction, now: datetime) -> str:
    words = "; ".join(why for why, _ in row.rules)
    return f"Destruction {row.pk}, due at {now.isoformat(timespec='seconds')}: {words}"[:900]


def _note_switched(
    row: Destruction, actor: Actor, tombstone: bytes, gone: Collection[UUID], **counts: int
) -> None:
    with act(actor, Event.RETENTION_ERASE, f"day:{row.day}") as entry:
        row = lock_row(row)
        blanked = blank_copies(gone)
        packages = end_requested(gone) + end_uploads(gone)
        change_row(
            row,
            stage=Destruction.Stage.SWITCHED,
            switched_at=clock.now(),
            tombstone=tombstone,
            copies=[["Plates of bystanders, as people read them", blanked]] if blanked else [],
            **counts,
        )
        entry.note(destruction=row.pk, generation=row.generation, copies=blanked, packages=packages)


def _go_on(row: Destruction, now: datetime, actor: Actor, progress: Progress) -> Destruction | None:
    """Go on with a destruction that a killed run began: whether its key went, the tombstone says. If it did not,
    nothing was destroyed; returns None."""
    if row.stage == Destruction.Stage.BEGUN:
        stone = day_keys().tombstone(row.day, row.generation)
        if stone is None:
            _decide_again(row, actor, "The run ended before the key was destroyed.")
            return None
        destruction.shred(row.day)  # what was kept takes its place, if the swap was cut off
        keeping = Keeping.now()
        facts = keeping.facts_on(row.day)
        left = look_at(row.day, keeping, now)
        stays = set(left.reads or ()) if left else set()
        reads = row.reads + row.stays - len(stays)  # of all that were there when it began
        with retention_lock():
            gone = facts.named - stays
            _note_switched(row, actor, stone.text, gone, reads=reads, images=2 * reads, stays=len(stays))
    return _finish(row, now, actor, progress)


def _finish(row: Destruction, now: datetime, actor: Actor, progress: Progress) -> Destruction:
    """Remove what the key sealed, then certify it."""
    progress(f"{row.day}: removing files")
    destruction.shred(row.day)
    row = note_certified(row, actor)
    keeping = Keeping.now()
    if left := look_at(row.day, keeping, now):
        note_standing(left, keeping, now)
    else:
        DayStanding.objects.filter(day=row.day).delete()
    return row


def note_certified(row: Destruction, actor: Actor) -> Destruction:
    """The certificate, on the log."""
    with act(actor, Event.RETENTION_DESTROY, f"day:{row.day}") as entry:
        row = lock_row(row)
        change_row(row, stage=Destruction.Stage.COMPLETED, completed_at=clock.now())
        entry.note(
            certificate=row.pk,
            generation=row.generation,
            reads=row.reads,
            images=row.images,
            bytes=row.bytes,
            stays=row.stays,
            rules=[why if number is None else f"{why}: {number}" for why, number in row.rules],
            tombstone=bytes(row.tombstone).decode(),
        )
    return row


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
