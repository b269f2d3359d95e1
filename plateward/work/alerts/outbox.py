"""The live queue's outbox, numbered in the order of commits."""

from collections.abc import Iterable

from plateward.core.audit.models import Tree
from plateward.ground import clock
from plateward.work.alerts.models import Alert, Change


def announce(alerts: Iterable[Alert], *, new: bool) -> None:
    """Put alerts into the outbox, as the last thing a transaction does.

    A database assigns a number before the commit, so two transactions could commit in the other order, and a
    browser that has seen the larger number would miss the smaller one. So the number is taken after the audit
    log's lock, which each transaction needs at its end anyway: all smaller numbers are then visible.
    Lock nothing after it, or two transactions could wait for each other.
    """
    waiting = list(alerts)
    if waiting:
        Tree.objects.select_for_update(no_key=True).get()
        Change.objects.bulk_create([Change(alert=alert, new=new, at=clock.now()) for alert in waiting])
