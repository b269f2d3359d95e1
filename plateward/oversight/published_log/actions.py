"""The only place that begins and ends publishing the search log, and publishes a month of it."""

from datetime import date

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import DONE_MEANWHILE, act, record
from plateward.core.audit.models import Tree
from plateward.core.db.locking import lock_name
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.published_log import rules
from plateward.oversight.published_log.gathering import rows_of
from plateward.oversight.published_log.models import PublishedMonth, Publishing, subject_of
from plateward.people import days
from plateward.people.actor import PersonActor

HUB = Actor("system", "search-log", "The hub's published search log")
PART = 500  # rows of an entry: half of what its lists may hold


@enforces("SB40.confid/audit", "6.b.i.9/entries")
def switch(actor: PersonActor, *, on: bool, reason: str) -> Publishing:
    """Begin or end publishing the search log. What is published stays so. Raises Refused."""
    with act(actor, Event.SEARCHLOG_SWITCH, "searchlog", reason=reason) as entry:
        entry.note(on=on)
        lock_name("published search log")
        require(rules.may_switch(reason, on=Publishing.current() is not None, to=on))
        return Publishing.objects.create(on=on, reason=reason.strip(), by=actor.person, at=clock.now())


@enforces("SB40.confid/audit")
def publish_due() -> int:
    """Publish each month that is over, from the one in which the Chief turned it on. Returns how many."""
    months = due_months()
    for month in months:
        publish(month)
    return len(months)


def due_months() -> list[date]:
    """The months that are to be published and are not."""
    current = Publishing.current()
    if current is None:
        return []
    done = PublishedMonth.objects.values_list("month", flat=True)
    return rules.months_due(days.day_of(current.at), days.today(), done)


@enforces("SB40.confid/audit", "6.b.i.9/sealed")
def publish(month: date) -> None:
    """1. The searches of the month are read from the log, before any transaction.
    2. Entries of the hub have the rows that may be published, and nothing else, so that each can be shown whole.
    3. The month is published, once, however many nodes do this."""
    size = Tree.objects.get().size
    made = rules.published(rows_of(month, size))
    with act(HUB, Event.SEARCHLOG_PUBLISH, subject_of(month)) as entry:
        lock_name(subject_of(month))
        if PublishedMonth.objects.filter(month=month).exists():
            entry.note(passed=DONE_MEANWHILE)
            return
        facts = {"rows": len(made.rows), "coarser": made.coarser, "withheld": made.withheld}
        PublishedMonth.objects.create(month=month, size=size, **facts)
        for begin in range(0, len(made.rows), PART):
            part = [str(row) for row in made.rows[begin : begin + PART]]
            record(HUB, Event.SEARCHLOG_PUBLISH, subject_of(month), part=begin // PART + 1, rows=part)
        entry.note(size=size, published=len(made.rows), coarser=made.coarser, withheld=made.withheld)
