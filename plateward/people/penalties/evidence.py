"""Evidence on penalties, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.people.penalties.models import Offense


def facts() -> Iterator[Fact]:
    """Offenses of a year, revocations in force, and what nobody handled."""
    now = clock.now()
    unhandled = Offense.objects.counting(now).open().count()
    yield fact(
        "6.g.i",
        "6.g.i.1",
        "6.g.i.2",
        "6.g.i.3",
        text="Offenses recorded in the last 365 days: {offenses}; revocations in force: {in_force}; without a record "
        "of the chain of command: {unhandled}.",
        offenses=Offense.objects.filter(begins__gte=now - timedelta(days=365)).count(),
        in_force=Offense.objects.in_force(now).count(),
        unhandled=unhandled,
        attention="Offenses that nobody in the chain of command has handled: {late}. Record it under People, "
        "Penalties.",
        late=unhandled,
        route="penalties:index",
    )
