"""The end of a day's reads, with its certificate. It may be killed at any step, and another run goes on from there.

1. The clocks say what of a day is due, and what stays is copied into its next generation.
2. Under the lock, the clocks are asked again, so that a hold that came meanwhile counts, of records that are as the log
   says; the log has what is about to be destroyed, before it is.
3. A last time, with the day locked, right before the tombstone, the hub's database is asked whether anything keeps
   more than that: acts on alerts and new alerts need no lock. Then the key goes, and the plates of bystanders in other
   tables.
4. Without the lock, everything that the key sealed is removed; then the certificate is on the log.

The tombstone names the moment at which the clock was found to be right, and is dated when the lock was taken: what
people signed or lifted before that counts, so it is never dated before what allowed it. The certificate has the times
at which each step was done.
"""

import time
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row, lock_row
from plateward.core.jobs.lease import renew
from plateward.field.reads import destruction
from plateward.field.reads.images import day_keys
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.matching.partial import plates_agree
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.models import Confirmation
from plateward.work.evidence.dems.stopping import end_with as end_uploads
from plateward.work.evidence.requested.actions import end_with as end_requested
from plateward.work.retention import rules
from plateward.work.retention.gathering import Keeping
from plateward.work.retention.lock import retention_lock
from plateward.work.retention.models import DayStanding, Destruction, Run
from plateward.work.retention.recorded import as_logged
from plateward.work.retention.standing import DayNow, assess_day, note_standing, summary

LEASE = timedelta(minutes=10)  # of a run
TRIES = 3  # at a day whose facts change at the last moment
PAUSE_S = 0.2  # between them: whoever waits for the lock looks for it more often
Progress = Callable[[str], None]


class ReadsClaimed(PlatewardError):
    """Something that keeps reads of the day was recorded at the last moment; nothing of it was destroyed."""


@enforces("6.h.ii/destruction", "MP-6/erased", "MP-6/recorded", "6.b.i.2/hold")
def destroy_day(day: date, now: datetime, run: Run, actor: Actor, progress: Progress) -> Destruction | None:
    """Destroy what of this day is due at that moment; None if nothing is, any more."""
    day_now = assess_day(day, Keeping.now(), now)
    if day_now is None or not day_now.plan.due:
        return None
    generation = day_now.generation

    def report(done: int, of: int) -> None:
        renew(run, LEASE)
        progress(f"{day}: {done:,} of {of:,} reads that stay")

    destruction.prepare(day, set(day_now.plan.keep or ()), report)
    for left in reversed(range(TRIES)):
        try:
            return _switch(day, generation, now, run, actor, progress)
        except ReadsClaimed as claimed:
            _decide_again(Destruction.objects.get(day=day, generation=generation), actor, str(claimed))
            if not left:
                raise
            time.sleep(PAUSE_S)
    return None


def _switch(
    day: date, generation: int, now: datetime, run: Run, actor: Actor, progress: Progress
) -> Destruction | None:
    size = destruction.size_of(day)  # for whoever goes on if this is killed: `switch` counts again
    with retention_lock() as confirm_lock:
        with as_logged():
            keeping = Keeping.now()
            day_now = assess_day(day, keeping, now)
        if day_now is None or day_now.generation != generation or not day_now.plan.due:
            return None
        at = max(now, clock.now())
        keep = day_now.plan.keep or {}
        with act(actor, Event.RETENTION_BEGIN, f"day:{day}") as entry:
            row = _locked(day, generation, run, now)
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

        destroyed = destruction.switch(day, set(keep), at=at, why=_why(row, now), last=last)
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


def _locked(day: date, generation: int, run: Run, now: datetime) -> Destruction:
    planned = {"run": run, "planned_at": now}
    row, _ = Destruction.objects.get_or_create(day=day, generation=generation, defaults=planned)
    return lock_row(row)


@enforces("6.h.ii/enforcement", "6.b.i.2/hold")
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
        blanked = _blank_copies(gone)
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


def resume(row: Destruction, now: datetime, actor: Actor, progress: Progress) -> Destruction | None:
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
        left = assess_day(row.day, keeping, now)
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
    if left := assess_day(row.day, keeping, now):
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


@enforces("6.h.ii/destruction")
def _blank_copies(reads: Collection[UUID]) -> int:
    """Within the act that destroyed these reads: where a person read another plate than the listed one from the image,
    that plate is a bystander's. Returns how many were blanked. What else of a destroyed read lies in the database is a
    record of what people did, and stays (a reading of 6.h.ii)."""
    rows = Confirmation.objects.filter(alert__read__in=reads, agrees=False).exclude(plate="")
    others = [
        row.pk
        for row in rows.select_related("alert__entry")
        if not plates_agree(row.plate, row.alert.entry.plate)
    ]
    return Confirmation.objects.filter(pk__in=others).update(plate="")
