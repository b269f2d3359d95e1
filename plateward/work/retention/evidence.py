"""Evidence on retention, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Sum

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.work.retention.models import DayStanding, Destruction, DestructionOrder, Hold, Run
from plateward.work.retention.rules import Covers, log_days
from plateward.work.retention.scheduling import schedule_in_force, terms_in_force
from plateward.work.retention.storage.models import Storage
from plateward.work.retention.storage.rules import StorageKind

LATE = timedelta(days=1)  # the run is daily


def facts() -> Iterator[Fact]:
    """The schedule, the last run, what is past its term, holds and orders."""
    schedule, terms = schedule_in_force(), terms_in_force()
    yield fact(
        "6.h.i",
        "6.h.ii",
        "6.c.i.1",
        text="Retention schedule: {basis}. {terms}.",
        basis=f"approved by the Chief {days.format_time(schedule.decided_at)}"
        if schedule and schedule.decided_at
        else "the policy's own days, as none was approved yet",
        terms="; ".join(f"{term.label} {term.kept_days} days ({term.basis})" for term in terms),
        route="retention:index",
    )
    permits = [term for term in terms if term.covers is Covers.PERMITS]
    yield fact(
        "AU-11",
        text="Term of the audit log: at least {days} days, as long as anything it speaks of, and never less than a "
        "year. Nothing removes an entry.",
        days=log_days(terms),
        route="retention:index",
    )
    yield fact(
        "4.b",
        text="Hits verified with FMCSA are kept {days} days, by {basis}.",
        days=max(term.kept_days for term in permits),
        basis=permits[0].basis,
        route="retention:index",
    )
    now = clock.now()
    last = Run.objects.filter(trusted=True).order_by("-begun_at").first()
    done = Destruction.objects.filter(stage=Destruction.Stage.COMPLETED)
    late = DayStanding.objects.filter(next_at__lte=now - LATE).count()
    yield fact(
        "6.h.ii",
        "MP-6",
        text="Keys destroyed with certificate: {certificates}, of {reads} reads; last run: {last}; days with reads "
        "past their term: {late}.",
        certificates=done.count(),
        reads=done.aggregate(reads=Sum("reads"))["reads"] or 0,
        last=days.format_time(last.begun_at) if last else "none yet",
        attention="Days with reads past their term: {late}. See Retention for what stops the run.",
        late=late,
        route="retention:index",
    )
    yield _storage()
    overdue = sum(hold.next_review < days.today() for hold in Hold.objects.live())
    yield fact(
        "6.h.i",
        "6.b.i.2",
        text="Active legal holds: {holds}; with an overdue review: {overdue}; destruction orders not carried out yet: "
        "{orders}.",
        holds=Hold.objects.live().count(),
        overdue=overdue,
        orders=DestructionOrder.objects.waiting().count(),
        attention="Legal holds with an overdue review: {late}. Review or lift them under Retention.",
        late=overdue,
        route="retention:holds",
    )


@enforces("6.h.ii/storage")
def _storage() -> Fact:
    """The dedicated storage of hits and reads, and of evidence, and its vendors."""
    live = list(Storage.objects.filter(ended_at=None).prefetch_related("checks"))
    missing = [kind.label for kind in StorageKind if kind not in {row.kind for row in live}]
    overdue = [row.vendor for row in live if row.is_overdue]
    unsound = [row.vendor for row in live if row.last_check and not row.last_check.sound]
    wrong = [f"not recorded: {kind}" for kind in missing]
    wrong += [f"check overdue: {vendor}" for vendor in overdue]
    wrong += [f"not as approved: {vendor}" for vendor in unsound]
    return fact(
        "6.h.ii",
        text="Dedicated storage through approved vendors: {storage}.",
        storage="; ".join(map(_described, live)) or "none recorded",
        wrong="; ".join(wrong) or "nothing",
        attention="Dedicated storage: {wrong}. See Retention, Storage.",
        late=len(wrong),
        route="retention:storage",
    )


def _described(row: Storage) -> str:
    last = row.last_check
    checked = f"last check {clock.format_day(last.checked_on)}" if last else "not checked yet"
    return (
        f"{row.get_kind_display()}: {row.vendor}, contract {row.contract}, approved by {row.approved_by} "
        f"{clock.format_day(row.approved_on)}, {checked}"
    )
