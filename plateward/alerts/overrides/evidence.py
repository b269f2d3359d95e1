"""Evidence on overridden checks, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from plateward import clock
from plateward.alerts.overrides.models import Override
from plateward.policy.evidence import Fact, fact

LONG_WAIT = timedelta(days=1)


def facts() -> Iterator[Fact]:
    """Acts in imminent danger without the checks, and their reviews."""
    waiting = Override.objects.filter(finding=None)
    late = waiting.filter(at__lt=clock.now() - LONG_WAIT).count()
    yield fact(
        "6.e.iv.3",
        text="Checks overridden in imminent danger, in all: {overrides:,}; waiting for review: {overrides_waiting:,}.",
        overrides=Override.objects.count(),
        overrides_waiting=waiting.count(),
        attention="Overrides that wait for review for longer than a day: {late}. Review them under Overrides.",
        late=late,
        route="overrides:index",
    )
