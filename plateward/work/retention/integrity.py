"""What the integrity monitor checks of retention: the schedule, the terms, and the certificates."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.core.jobs.check import Check, Fault, Group, RoundStep, whole
from plateward.field.reads.images import day_keys
from plateward.field.reads.losses import acknowledged_losses
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import DayLost, DaySetAside
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken
from plateward.work.retention.gathering import Keeping
from plateward.work.retention.models import Destruction
from plateward.work.retention.rules import Covers, end_of_term, least_of, most_of, start_of
from plateward.work.retention.scheduling import terms_in_force
from plateward.work.retention.standing import DayNow, assess_day

LATE = timedelta(days=1)  # the run is daily


@enforces("6.b.i.3/privacy", "6.h.ii/reads")
def check_terms(at: str) -> Iterator[RoundStep]:
    """Day by day: nothing is there that a run should have destroyed by now. A day that is lost hides no other, and once
    the Chief acknowledged its loss, it is a fault only if its photographs and key are past their term."""
    days = [day for day in configured_store().days() if day.isoformat() > at]
    then = clock.now() - LATE
    before, now = Keeping.at(then), Keeping.now()
    lost, known = configured_store().lost_days(), acknowledged_losses()
    for number, day in enumerate(days):
        faults = []
        try:
            error = lost.get(day)
            known_then = error is None or (day in known and known[day].at <= then)
            was_due = known_then and _was_due(day, before, now, then)
        except DayLost as away:  # of this day alone
            error, was_due = away, False
        except SealBroken:  # of a hold, which is a fault of its own: what it keeps nobody can tell
            was_due = False
        if error and day not in known:
            link = "/retention/copies/" if isinstance(error, DaySetAside) else "/retention/"
            faults = [Fault(f"reads of {day}", str(error), link=link)]
        elif was_due:
            what = "Its photographs and key" if error else "Some of its reads"
            text = f"{what} are past their term and were not destroyed."
            faults = [Fault(f"reads of {day}", text, link="/retention/")]
        yield RoundStep(1, faults, day.isoformat() if number + 1 < len(days) else "")
    if not days:
        yield RoundStep(0)


def _was_due(day: date, before: Keeping, now: Keeping, then: datetime) -> bool:
    day_then = assess_day(day, before, then)
    return bool(day_then and day_then.plan.due and _is_still_due(day_then, assess_day(day, now, then)))


def _is_still_due(before: DayNow, now: DayNow | None) -> bool:
    """Whether some of what was due then is by what is known now: a hold may have been placed just before the run."""
    if now is None or not now.plan.due:
        return False
    reads = now.reads if before.reads is None else before.reads
    return reads is None or not set(reads) <= {*(before.plan.keep or ()), *(now.plan.keep or ())}


@enforces("6.b.i.3/privacy", "6.h.ii/destruction", "MP-6/recorded")
def check_certificates(at: str) -> Iterator[RoundStep]:
    """Every destroyed key has its certificate, signed by this hub, on the log, and none went before its day's term."""
    del at
    keys, faults = day_keys(), []
    certified = {(row.day, row.generation): row for row in Destruction.objects.exclude(switched_at=None)}
    logged = set(
        AuditEntry.objects.filter(event=Event.RETENTION_BEGIN, outcome="done").values_list(
            "object", flat=True
        )
    )
    for stone in keys.tombstones():
        name = f"key {stone.generation} of {stone.day}"
        row = certified.pop((stone.day, stone.generation), None)
        if row is None:
            faults.append(Fault(name, "It was destroyed, and no certificate here says so."))
        elif bytes(row.tombstone) != stone.text:
            text = f"The certificate of {row} was altered: its record of destruction is not that beside the keys."
            faults.append(Fault(name, text, link=row.get_absolute_url()))
        elif f"day:{stone.day}" not in logged:
            faults.append(Fault(name, "It was destroyed, and the log does not have it."))
        elif not stone.generation and stone.at < end_of_term(start_of(stone.day), least_of(Covers.READS)):
            faults.append(Fault(name, "It was destroyed before the policy's least days were over."))
    for (day, generation), row in certified.items():
        try:
            keys.verified(bytes(row.tombstone))
            problem = "Its record of destruction is missing beside the keys."
        except PlatewardError as error:
            problem = str(error)
        faults.append(Fault(f"key {generation} of {day}", problem, link=row.get_absolute_url()))
    yield RoundStep(len(certified) + len(keys.tombstones()), faults)


@enforces("6.b.i.3/privacy", "6.h.i/terms", "6.h.ii/reads", "6.h.ii/hits")
def _check_schedule() -> tuple[int, list[Fault]]:
    terms = terms_in_force()
    faults = [
        Fault(term.label, f"Its {term.days} days are fewer than the policy's {least_of(term.covers)}.")
        for term in terms
        if term.days < least_of(term.covers)
    ]
    return len(terms), faults + [
        Fault(term.label, f"Its {term.days} days are more than the law's {most_of(term.covers)}.")
        for term in terms
        if term.days > most_of(term.covers)
    ]


CHECKS = (
    Check(
        "retention.terms", Group.POLICY, "Nothing is kept past its term", "days", "6.h.ii",
        "See Retention for what stops the run, and have the administrator run it.",
        check_terms, every=timedelta(hours=6),
    ),
    Check(
        "retention.certificates", Group.POLICY, "Certificates of destruction", "keys", "6.h.ii",
        "Report a breach: somebody other than the hub's run destroyed reads, or altered what is on record.",
        check_certificates,
    ),
    Check(
        "retention.schedule", Group.POLICY, "The retention schedule", "terms", "6.h.i",
        "Propose a schedule within the days of the policy and the law.",
        whole(_check_schedule),
    ),
)  # fmt: skip
