"""Faults found in an alert and marks as no match, each with its person and time, and as a reader's and a list's record
show them. Records are added, never changed; how a mark ended is filled in once (migrations)."""

from collections import Counter
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, QuerySet

from plateward.field.hotlists.models import HotList
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import FaultKind
from plateward.work.alerts.models import Alert, AlertRecord, Disposition


class Fault(AlertRecord):
    """One fault of an alert, recorded once, in the record of the reader or of the list, if it is known whose it is."""

    class Of(models.TextChoices):
        READER = "reader", "The reader misread the plate"
        LIST = "list", "The list, or what rings by it"
        UNKNOWN = "unsure", "Not known: its read is missing"

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="faults")
    kind = models.CharField(max_length=13, choices=FaultKind)
    of = models.CharField(max_length=6, choices=Of)
    notified = models.BooleanField(default=False, help_text="With it the reader became an equipment problem.")

    class Meta(AlertRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["alert", "kind"], name="one_fault_of_a_kind_per_alert")
        ]
        indexes = [models.Index(fields=["at"], name="fault_by_time")]


class Mark(AlertRecord):
    """An alert is not a match, and why. Until `closes_at` it can be undone; then it closes the alert."""

    class End(models.TextChoices):
        CLOSED = "closed", "It closed the alert"
        LAPSED = "lapsed", "The alert had ended, or could no longer be closed so"
        UNDONE = "undone", "It was undone"

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=13, choices=FaultKind)
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=6, blank=True, default="", choices=End)
    disposition = models.OneToOneField(
        Disposition,
        on_delete=models.PROTECT,
        null=True,
        related_name="mark",
        help_text="What it closed with.",
    )

    class Meta(AlertRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["alert"], condition=models.Q(ended_at=None), name="one_pending_mark_per_alert"
            )
        ]
        indexes = [
            models.Index(fields=["closes_at"], name="mark_pending", condition=models.Q(ended_at=None)),
        ]


RECENT = 5
MOST_READ = 500  # for all readers together


@dataclass(frozen=True)
class Misreads:
    """One reader's count of alerts with misreads, of those where it is not known whether it misread, and its latest
    misreads, newest first. Names no plate."""

    count: int
    unknown: int
    last: tuple[Fault, ...]


@enforces("6.f.i.2/on")
def misreads_by_reader() -> dict[int, Misreads]:
    """By reader, only those with misreads, or with faults of which it is not known whose they are."""
    faults = Fault.objects.filter(of=Fault.Of.READER)
    counts = _alerts_by_reader(faults)
    unknown = _alerts_by_reader(Fault.objects.filter(of=Fault.Of.UNKNOWN))
    last: dict[int, list[Fault]] = {}
    for fault in faults.select_related("alert").order_by("-at")[:MOST_READ]:
        last.setdefault(fault.alert.reader_id, []).append(fault)
    return {
        reader: Misreads(counts.get(reader, 0), unknown.get(reader, 0), tuple(last.get(reader, ())[:RECENT]))
        for reader in counts.keys() | unknown.keys()
    }


def _alerts_by_reader(faults: QuerySet[Fault]) -> dict[int, int]:
    return dict(faults.values_list("alert__reader").annotate(Count("alert", distinct=True)).order_by())


@dataclass(frozen=True)
class ListFaults:
    """One list's count of each fault that is its own, in words, and the latest ones, newest first; and of how many
    faults it is not known whether they are the list's."""

    counts: tuple[tuple[str, int], ...]
    unknown: int
    last: tuple[Fault, ...]


def faults_of_list(hotlist: HotList) -> ListFaults:
    """What people found wrong with a list's entries or its alerts."""
    every = Fault.objects.filter(alert__entry__hotlist=hotlist)
    faults = every.filter(of=Fault.Of.LIST).order_by("-at")
    counts = Counter(faults.values_list("kind", flat=True))
    named = tuple((kind.label, counts[kind]) for kind in FaultKind if counts[kind])
    unknown = every.filter(of=Fault.Of.UNKNOWN).count()
    return ListFaults(named, unknown, tuple(faults.select_related("alert__entry", "by")[:RECENT]))
