"""Evidence on stored reads, for the compliance report."""

from collections.abc import Iterator

from plateward.field.reads.store import configured_store
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact


def facts() -> Iterator[Fact]:
    """The days whose reads are kept, each under a key of its own."""
    kept = sorted(configured_store().days())
    yield fact(
        "6.h.ii",
        "SC-28",
        text="Days whose reads are kept, each encrypted with its own key: {days_of_reads:,}; the oldest: {oldest}.",
        days_of_reads=len(kept),
        oldest=clock.format_day(kept[0]) if kept else "none",
    )
