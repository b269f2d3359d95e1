"""What a review's charts display, counted when it opens: the log is not read again for a page or a print."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.models import EVENT_LABELS, AuditEntry, Tree
from plateward.ground.policy.trace import enforces
from plateward.oversight.reviews.risks import EVENTS, Why
from plateward.oversight.reviews.rules import TERMS, Period
from plateward.people import days
from plateward.people.models import Person

MOST_BARS = 12
NO_UNIT = "No unit"

Bars = list[tuple[str, int]]


def number_at(moment: datetime) -> int:
    """The number of the log's first entry from this moment on; the next one's, if there is none."""
    later = AuditEntry.objects.filter(at__gte=moment).order_by("at", "sequence")
    number = later.values_list("sequence", flat=True).first()
    return Tree.objects.get().size if number is None else number


def entries_of(period: Period) -> QuerySet[AuditEntry]:
    """The entries of a period, by the time that is indexed."""
    return AuditEntry.objects.filter(at__gte=period.starts, at__lt=period.ends).order_by()


@enforces("6.b.i.10/review", "AU-6/weekly")
def figures_of(period: Period) -> dict[str, Any]:
    """The charts' bars: entries logged, part by part and against the periods before, by event, denied, and searches and
    exports by unit."""
    entries = entries_of(period)
    denied: dict[str, int] = dict(
        entries.filter(outcome="refused").values_list("event").annotate(Count("sequence"))
    )
    return {
        "logged": _logged(period),
        "daily": _daily(period),
        "events": _most(_by_event(period)),
        "denied": _most({EVENT_LABELS.get(code, code): number for code, number in denied.items()}),
        "failed": entries.filter(outcome="failed").count(),
        "searches": _by_unit(entries, [Event.SEARCH_ASK]),
        "exports": _by_unit(entries, EVENTS[Why.EXPORT]),
    }


def _logged(period: Period) -> Bars:
    """Entries in each part."""
    begins = [days.start_of(day) for day in [*period.parts, period.after]]
    return [
        (f"{day:%b} {day.day}", _between(*span))
        for day, span in zip(period.parts, pairwise(begins), strict=True)
    ]


def _between(begins: datetime, ends: datetime) -> int:
    """How many entries: numbers have no gaps. A clock that was set back could make it less than none."""
    return max(0, number_at(ends) - number_at(begins))


def _daily(period: Period) -> Bars:
    """Entries a day in this period and those before it, the latest first."""
    bars: Bars = []
    first = AuditEntry.objects.order_by("sequence").values_list("at", flat=True).first()
    while first and len(bars) <= TERMS[period.kind].before and period.ends > first:
        logged = _between(period.starts, period.ends)
        bars.append((str(period), round(logged / (period.after - period.first).days)))
        period = period.before
    return bars


def _by_event(period: Period) -> dict[str, int]:
    """Event by event, in its index: to group millions of entries, SQLite would sort them in memory. In one statement,
    since there are hundreds of events."""
    at = [connection.ops.adapt_datetimefield_value(moment) for moment in (period.starts, period.ends)]
    within = "event = events.column1 AND at >= %s AND at < %s"
    events = ", ".join(["(%s)"] * len(Event))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT events.column1, (SELECT COUNT(*) FROM {AuditEntry._meta.db_table} WHERE {within}) "  # noqa: S608
            f"FROM (VALUES {events}) AS events",
            [*at, *(event.value for event in Event)],
        )
        return {Event(event).label: number for event, number in cursor.fetchall()}


def _most(counts: dict[str, int]) -> Bars:
    """The largest, and the rest as one."""
    ordered = sorted(((name, n) for name, n in counts.items() if n), key=lambda count: (-count[1], count[0]))
    rest = sum(number for _, number in ordered[MOST_BARS:])
    return ordered[:MOST_BARS] + ([("all others", rest)] if rest else [])


def _by_unit(entries: QuerySet[AuditEntry], events: Iterable[Event]) -> Bars:
    counts: Counter[str] = Counter()
    # Event by event, and the outcome counted: by it, SQLite would go through all that was done in the period.
    for event in events:
        of_event = entries.filter(event=event).values_list("actor_id")
        counts.update(dict(of_event.annotate(done=Count("sequence", filter=Q(outcome="done")))))
    units = dict(Person.objects.filter(username__in=counts).values_list("username", "unit__name"))
    by_unit: Counter[str] = Counter()
    for actor, number in counts.items():
        by_unit[units.get(actor) or NO_UNIT] += number
    return _most(by_unit)
