"""When results may be taken along. Pure."""

from plateward.alerts.wording import is_specific
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.reasons.barred import may_leave_for

MOST_READS = 10_000


@enforces("6.h.iii", "6.e.iii", "SB40.share")
def says_where_to(use: str) -> Decision:
    """Whether it is said who gets the results, and for what, and the law allows that."""
    if isinstance(barred := may_leave_for(use, "use"), Refusal):
        return barred
    if is_specific(use):
        return Allow()
    return Refusal(
        "6.h.iii",
        "This does not say who gets these results, and for what.",
        "Name the people and the work. Records handles any release outside law enforcement.",
        field="use",
    )


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
