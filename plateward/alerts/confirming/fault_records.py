"""Faults that people found, as shown in a reader's and a list's record."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from plateward.alerts.confirming.models import Fault
from plateward.alerts.facts import FaultKind
from plateward.hotlists.models import HotList
from plateward.policy.trace import enforces

RECENT = 5
MOST_READ = 500  # for all readers together


@dataclass(frozen=True)
class Misreads:
    """One reader's count of alerts with misreads, and its latest faults, newest first. Names no plate."""

    count: int
    last: tuple[Fault, ...]


@enforces("6.f.i.2")
def misreads_by_reader() -> dict[int, Misreads]:
    """By reader, only those with misreads."""
    faults = Fault.objects.filter(of=Fault.Of.READER)
    counts = dict(faults.values_list("alert__reader").annotate(Count("alert", distinct=True)).order_by())
    last: dict[int, list[Fault]] = {}
    for fault in faults.select_related("alert").order_by("-at")[:MOST_READ]:
        last.setdefault(fault.alert.reader_id, []).append(fault)
    return {reader: Misreads(count, tuple(last.get(reader, ())[:RECENT])) for reader, count in counts.items()}


@dataclass(frozen=True)
class ListFaults:
    """One list's count of each fault, in words, and the latest ones, newest first."""

    counts: tuple[tuple[str, int], ...]
    last: tuple[Fault, ...]


@enforces("6.e.iv.3")
def faults_of_list(hotlist: HotList) -> ListFaults:
    """What people found wrong with a list's entries or its alerts."""
    faults = Fault.objects.filter(of=Fault.Of.LIST, alert__entry__hotlist=hotlist).order_by("-at")
    counts = Counter(faults.values_list("kind", flat=True))
    named = tuple((kind.label, counts[kind]) for kind in FaultKind if counts[kind])
    return ListFaults(named, tuple(faults.select_related("alert__entry", "by")[:RECENT]))
