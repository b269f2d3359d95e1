"""Evidence on evidence packages, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.work.evidence.package.models import Package

WAITS_TOO_LONG = timedelta(days=1)


def facts() -> Iterator[Fact]:
    """Packages, and those whose time nobody has stamped yet."""
    made = Package.objects.exclude(tag_manifest="")
    waiting = made.filter(timestamped_at=None)
    yield fact(
        "6.a.iv",
        "6.e.iv.4",
        text="Evidence packages made: {packages:,}; that wait for their timestamp: {waiting_packages:,}.",
        packages=made.count(),
        waiting_packages=waiting.count(),
        attention="Evidence packages without a timestamp for more than a day: {late}. Set tsa.url, or ask "
        "why the timestamp authority does not answer.",
        late=waiting.filter(made_at__lt=clock.now() - WAITS_TOO_LONG).count(),
    )
