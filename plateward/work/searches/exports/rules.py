"""When results may be taken along. Pure."""

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

MOST_READS = 10_000


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


@enforces("6.a.ii.2/place", "6.e.iii/folder")
def has_open_plates(reads: int) -> Decision:
    """Whether any read of these results may enter a case: so many are not masked."""
    if reads:
        return Allow()
    return Refusal(
        "6.a.ii.2",
        "All plates of these results are masked.",
        "Unmask the vehicle that the case is about first, with a reason.",
        field="destination",
    )
