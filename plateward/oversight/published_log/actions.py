"""The only place that publishes a month of the search log."""

from contextlib import suppress
from datetime import date

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import NothingToDo, act, record
from plateward.core.audit.models import Tree
from plateward.core.db.locking import lock_name
from plateward.ground.policy.trace import enforces
from plateward.oversight.published_log import rules
from plateward.oversight.published_log.gathering import rows_of
from plateward.oversight.published_log.models import PublishedMonth, subject_of
from plateward.people import days
from plateward.people.sharing.public import Public, public_since

PART = 500  # rows of an entry: half of what its lists may hold


@enforces("SB40.confid/audit")
def publish_due() -> int:
    """Publish each month that is over, from the one in which it was turned on. Returns how many."""
    months = due_months()
    for month in months:
        publish(month)
    return len(months)


def due_months() -> list[date]:
    """The months that are to be published and are not."""
    since = public_since(Public.SEARCHES)
    if since is None:
        return []
    return rules.months_due(since, days.today(), PublishedMonth.objects.values_list("month", flat=True))


@enforces("SB40.confid/audit", "6.b.i.9/sealed")
def publish(month: date) -> None:
    """1. The searches of the month are read from the log, before any transaction.
    2. Entries of the hub have the rows that may be published, and nothing else, so that each can be shown whole.
    3. The month is published, once, however many nodes do this."""
    size = Tree.objects.get().size
    made = rules.published(rows_of(month, size))
    with suppress(NothingToDo), act(HUB, Event.SEARCHLOG_PUBLISH, subject_of(month)) as entry:
        lock_name(subject_of(month))
        if PublishedMonth.objects.filter(month=month).exists():
            raise NothingToDo
        facts = {"rows": len(made.rows), "coarser": made.coarser, "withheld": made.withheld}
        PublishedMonth.objects.create(month=month, size=size, **facts)
        for begin in range(0, len(made.rows), PART):
            part = [str(row) for row in made.rows[begin : begin + PART]]
            record(HUB, Event.SEARCHLOG_PUBLISH, subject_of(month), part=begin // PART + 1, rows=part)
        entry.note(size=size, published=len(made.rows), coarser=made.coarser, withheld=made.withheld)
