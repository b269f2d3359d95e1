"""When somebody may have a package made. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from plateward.core.cases.rules import flaw
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.leaving import Release, may_release
from plateward.work.evidence.verify.layout import MOST_READS

MOST_LIVE = 5  # packages of a person that are made or wait: each may take hundreds of megabytes
_refusal = partial(Refusal, "6.h.iii")


@enforces("6.h.iii/approval", "6.c.ii/cases")
def may_request(
    release: Release,
    chosen: Collection[int],
    visible: Collection[int],
    *,
    reads: int,
    now: datetime,
    known: bool,
    live: int,
) -> Decision:
    """Whether this person may have these alerts packaged and released so. `visible`: those of them that are of the
    case and that they see; `reads`: how many they have; `known`: the number is the hub's own for one of these; `live`:
    how many packages of theirs there are already."""
    if not chosen:
        return _refusal("No alert is chosen.", "Choose at least one alert of the case.", field="alerts")
    if not set(chosen) <= set(visible):
        return _refusal(
            "You do not see all of these alerts, or they are not of this case.",
            "Find the case again, and choose from its alerts.",
            field="alerts",
        )
    if reads > MOST_READS or len(chosen) > MOST_READS:
        return _refusal(
            f"Too many alerts for one package: {MOST_READS} reads.",
            "Choose fewer alerts, and request several packages.",
            field="alerts",
        )
    if not known and (wrong := flaw(release.number)):
        return _refusal(
            f"“{release.number}” {wrong}.", "Enter the CAD or case number of these alerts.", field="number"
        )
    if live >= MOST_LIVE:
        return _refusal(
            f"You have {live} packages that are being made or not erased yet.",
            "Discard those that you have downloaded.",
        )
    return may_release(release, now)


@enforces("6.c.ii/cases", "6.b.i.8/scope")
def may_still_have(
    chosen: Collection[int], visible: Collection[int], hindrances: Sequence[Refusal]
) -> Decision:
    """Whether the person who requested it still sees all of its alerts. `hindrances`: what keeps them from taking
    images along at all."""
    if hindrances:
        return hindrances[0]
    if set(chosen) <= set(visible):
        return Allow()
    return Refusal(
        "6.c.ii",
        "You no longer see all alerts of this package.",
        "Request one of the alerts that you see.",
    )


@enforces("6.h.ii/destruction")
def are_kept(packed: int, kept: int) -> Decision:
    """Whether the reads that went into a package are still kept: so many, of those of its alerts."""
    if kept >= packed:
        return Allow()
    return Refusal(
        "6.h.ii",
        "Reads of this package were destroyed at the end of their retention.",
        "Discard it, and request it again for what is left.",
    )
