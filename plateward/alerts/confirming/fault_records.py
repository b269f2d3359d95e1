"""Faults that people found, as shown in a reader's and a list's record."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from plateward.alerts.confirming.models import Fault
from plateward.alerts.facts import FaultKind
from plateward.hotlists.models import HotList
from plateward.policy.trace import enforces

RECENT = 5
MOST_READ = 500  # for all readers together


@dataclass(frozen=True)
class Misreads:
    """One reader's count of alerts with misreads, of those where it is not known whether it misread, and its latest
    misreads, newest first. Names no plate."""

    count: int
    unknown: int
    last: tuple[Fault, ...]


@enforces("6.f.i.2")
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


@enforces("6.e.iv.3")
def faults_of_list(hotlist: HotList) -> ListFaults:
    """What people found wrong with a list's entries or its alerts."""
    every = Fault.objects.filter(alert__entry__hotlist=hotlist)
    faults = every.filter(of=Fault.Of.LIST).order_by("-at")
    counts = Counter(faults.values_list("kind", flat=True))
    named = tuple((kind.label, counts[kind]) for kind in FaultKind if counts[kind])
    unknown = every.filter(of=Fault.Of.UNKNOWN).count()
    return ListFaults(named, unknown, tuple(faults.select_related("alert__entry", "by")[:RECENT]))
