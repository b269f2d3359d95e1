"""Evidence on shared reads, for the compliance report."""

from collections.abc import Iterator

from plateward import clock
from plateward.policy.evidence import Fact, fact
from plateward.searches.sharing.models import ReadShare


def facts() -> Iterator[Fact]:
    """Shares, and those in force."""
    yield fact(
        "6.e.ii",
        text="Reads shared with a named colleague, in all: {shares:,}; shares in force: {live_shares:,}.",
        shares=ReadShare.objects.count(),
        live_shares=ReadShare.objects.live(clock.now()).count(),
        route="audit:index",
    )
