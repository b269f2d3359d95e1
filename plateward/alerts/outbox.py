"""What the live queue hears of, numbered in the order of commits."""

from collections.abc import Iterable

from plateward import clock
from plateward.alerts.models import Alert, Change
from plateward.audit.models import Tree


def announce(alerts: Iterable[Alert], *, new: bool) -> None:
    """Put alerts into the outbox: the last thing that a transaction does.

    A database gives a number before the commit. Two transactions at once could so commit in the other order,
    and a browser that has seen the larger number would never be told of the smaller. The audit log's lock, which
    each of them needs at its end anyway, is taken before the number: whoever sees one has seen all before it.
    Nothing may be locked after it, or two transactions could wait for each other.
    """
    waiting = list(alerts)
    if waiting:
        Tree.objects.select_for_update(no_key=True).get()
        Change.objects.bulk_create([Change(alert=alert, new=new, at=clock.now()) for alert in waiting])
