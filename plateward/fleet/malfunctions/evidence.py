"""Evidence on malfunctions and repairs, for the compliance report."""

from collections.abc import Iterator

from plateward import clock
from plateward.audit.evidence import PERIOD
from plateward.fleet.malfunctions.models import Authorization, Malfunction, Repair
from plateward.policy.evidence import Fact, fact


def facts() -> Iterator[Fact]:
    """Open malfunctions, recent repairs, and who may repair."""
    open_ones = Malfunction.objects.open()
    oldest = open_ones.first()
    yield fact(
        "6.e.iv.2",
        "6.f.i.2",
        text="Open malfunctions: {open}; the oldest for {longest}; repairs in the last 30 days: {repairs}; technicians "
        "and vendors authorized to repair: {authorized}.",
        open=open_ones.count(),
        longest=oldest.open_for if oldest else "no time",
        repairs=Repair.objects.filter(at__gte=clock.now() - PERIOD).count(),
        authorized=Authorization.objects.live().count(),
        route="malfunctions:index",
    )
