"""Why a reader may record where it is, and to which areas it may go. Pure."""

from collections.abc import Sequence

from django.db.models import TextChoices

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.ground.wire import where
from plateward.ground.wire.placement import DropCounts
from plateward.ground.wire.where import DropReason


class Basis(TextChoices):
    """Why a reader may record where it is."""

    PUBLIC_VIEW = where.PUBLIC_VIEW, "Public view"
    COURT_ORDER = where.COURT_ORDER, "Court order or search warrant"


@enforces("6.a.ii.1/zones")
def new_drops(before: DropCounts | None, reported: DropCounts) -> dict[DropReason, int]:
    """What a reader's report adds to its last one, for each reason: nothing if it comes twice or late, all if the
    reader began to count anew: since another moment, by a clock that may have been wrong, so not always a later one."""
    if before is None or reported.since != before.since:
        before = DropCounts(reported.since)
    added = {
        DropReason.DEPLOYMENT: reported.outside - before.outside,
        DropReason.ZONE: reported.in_zones - before.in_zones,
        DropReason.UNKNOWN: reported.unknown - before.unknown,
    }
    return {reason: count for reason, count in added.items() if count > 0}


@enforces("6.e.v/transfer")
def may_move(area: str, to: str, *, same_area: bool) -> Decision:
    """Whether a reader may go from one area to another without command staff's approval; taken out of every unit, it
    always may."""
    if not to or same_area:
        return Allow()
    return Refusal(
        "6.e.v",
        f"{to} is not this reader's area{f', {area}' if area else ''}.",
        "Request the transfer under Placements: command staff approve it beforehand.",
    )


@enforces("6.e.v/installed", "6.b.i.5/locations")
def may_install(unit: str, decided_by: str, kept_from: Sequence[str]) -> Decision:
    """Whether a reader is enrolled with a unit: as somebody of command staff decided. Without either, it waits for
    them. `kept_from`: what keeps the one who is named from deciding, in words."""
    if not kept_from and (decided_by or not unit):
        return Allow()
    return Refusal(
        "6.e.v",
        f"{decided_by} cannot decide where readers are installed: {', '.join(kept_from)}."
        if decided_by
        else "The command staff member who assigned the reader to this unit is not named.",
        "Name who of command staff decided it, once their training is recorded. Or enroll the reader without "
        "that name and without a unit: it records nothing until they approve it under Placements.",
    )
