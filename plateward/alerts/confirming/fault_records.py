"""What people found wrong, as a reader's and a list's record shows it."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from plateward.alerts.confirming.models import Fault
from plateward.alerts.facts import FAULT_TEXT, FaultKind
from plateward.hotlists.models import HotList
from plateward.policy.trace import enforces

RECENT = 5
MOST_READ = 500  # of all readers together


@dataclass(frozen=True)
class Misreads:
    """Of one reader: of how many alerts, and what was wrong with the last ones, the newest first. It names no plate."""

    count: int
    last: tuple[Fault, ...]


@enforces("6.f.i.2")
def misreads_by_reader() -> dict[int, Misreads]:
    """By reader, for those that misread at all."""
    faults = Fault.objects.filter(of=Fault.Of.READER)
    counts = dict(faults.values_list("alert__reader").annotate(Count("alert", distinct=True)).order_by())
    last: dict[int, list[Fault]] = {}
    for fault in faults.select_related("alert").order_by("-at")[:MOST_READ]:
        last.setdefault(fault.alert.reader_id, []).append(fault)
    return {reader: Misreads(count, tuple(last.get(reader, ())[:RECENT])) for reader, count in counts.items()}


@dataclass(frozen=True)
class ListFaults:
    """Of one list: how many of each kind, in words, and the last ones, the newest first."""

    counts: tuple[tuple[str, int], ...]
    last: tuple[Fault, ...]


@enforces("6.e.iv.3")
def faults_of_list(hotlist: HotList) -> ListFaults:
    """What people found wrong with entries of a list, or with what rings by it."""
    faults = Fault.objects.filter(of=Fault.Of.LIST, alert__entry__hotlist=hotlist).order_by("-at")
    counts = Counter(faults.values_list("kind", flat=True))
    named = tuple((FAULT_TEXT[kind], counts[kind]) for kind in FaultKind if counts[kind])
    return ListFaults(named, tuple(faults.select_related("alert__entry", "by")[:RECENT]))
