"""When results may be taken along. Pure."""

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

MOST_READS = 10_000


@enforces("6.h.iii")
def may_export(reads: int, *, more: bool, complete: bool) -> Decision:
    """Whether so many reads may leave together. `more`: there are further ones; not `complete`: not everything was
    searched."""
    if not complete:
        return Refusal(
            "6.h.iii", "Not everything could be searched in time.", "Narrow the search, or try again."
        )
    if more or reads > MOST_READS:
        return Refusal(
            "6.h.iii",
            f"This search found more than {MOST_READS:,} reads, the most that an export can hold.",
            "Narrow the search: a shorter time, fewer cameras or plates.",
        )
    if not reads:
        return Refusal("6.h.iii", "This search has no results to export.", "Check its results first.")
    return Allow()
