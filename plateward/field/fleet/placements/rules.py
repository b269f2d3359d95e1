"""What may be recorded of a reader's place, and who decides about its area. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from plateward.core.decisions.rules import ENOUGH, is_as_seen, may_review, must_say, says_enough
from plateward.field.fleet.where import Basis
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

LARGEST_RADIUS_M = 20_000  # of a zone, and of a deployment's area
PAST_ON_READERS = timedelta(days=1)  # so long after its end, readers still have a zone or deployment
MOST_ZONES = 5000  # that readers have: all of them fit into one signed placement
BACKDATED_AT_MOST = timedelta(hours=1)  # as long as it may take to write a deployment down
DECIDED_WITHIN = timedelta(days=3)  # then command staff are reminded
PLACE, AREA = "6.a.ii.1", "6.e.v"
_of_place, _of_area = partial(Refusal, PLACE), partial(Refusal, AREA)


@enforces("6.a.ii.1/basis", "6.b.i.5/locations")
def may_deploy(
    basis: str, grounds: str, begins_at: datetime, ends_at: datetime | None, *, now: datetime, revoked: bool
) -> Decision:
    """Whether a reader may record there from then on: with grounds, not for a time gone by, and under a court's order
    only to its end."""
    if revoked:
        return _of_place("This reader is revoked.", "Its reads are refused.")
    if begins_at < now - BACKDATED_AT_MOST:
        return _of_place(
            "It would begin more than an hour ago.",
            "Enter the current time: a deployment cannot be recorded after the fact.",
            field="begins_at",
        )
    if not says_enough(grounds):
        return _of_place(
            "The grounds are not stated.",
            "State how the place is exposed to public view, or the court and the number of its order.",
            field="grounds",
        )
    if basis == Basis.COURT_ORDER and ends_at is None:
        return _of_place("A court order or warrant has an end.", "Enter when it ends.", field="ends_at")
    if ends_at and ends_at <= begins_at:
        return _of_place("It ends before it begins.", "Correct one of the two times.", field="ends_at")
    return Allow()


@enforces("6.b.i.5/locations")
def may_approve(*, own: bool, waits: bool, revoked: bool, approved: bool, answer: str) -> Decision:
    """Whether command staff may decide this deployment: never one that they recorded, once, and before it ended."""
    review = may_review(
        "6.b.i.5", "deployment", own=own, assigned=True, with_whom="Another of command staff decides."
    )
    if isinstance(review, Refusal):
        return review
    if not waits:
        return _of_place("This deployment no longer waits for a decision.", "Reload the page to see it.")
    if approved and revoked:
        return _of_place("This reader is revoked.", "Deny the deployment.", field="approved")
    if not approved and not says_enough(answer):
        return _of_place("The reason is too short.", "State why it may not record there.", field="answer")
    return Allow()


@enforces("6.a.ii.1/basis", "6.a.ii.1/zones")
def may_end(*, ended: bool, reason: str) -> Decision:
    """Whether a deployment or zone may be ended now."""
    if ended:
        return _of_place("It has already ended.", "Reload the page to see it.")
    return must_say(
        PLACE, reason, "The reason is too short.", "Describe it in a few words.", "reason", ENOUGH
    )


@enforces("6.a.ii.1/zones")
def may_exclude(radius_m: int, reason: str, *, zones: int) -> Decision:
    """Whether no reader is to record in this circle, too. `zones`: how many readers have now."""
    if zones >= MOST_ZONES:
        return _of_place(
            f"Readers hold {MOST_ZONES:,} zones at most, and have as many.",
            "End zones that another covers; a day later there is room.",
        )
    if not 0 < radius_m <= LARGEST_RADIUS_M:
        return _of_place(
            "This is not a valid radius.",
            f"Enter a radius of 1 to {LARGEST_RADIUS_M:,} meters.",
            field="radius_m",
        )
    help = "State what is not exposed to public view there."
    return must_say(PLACE, reason, "The reason is too short.", help, "reason", ENOUGH)


@enforces("6.b.i.5/results")
def may_record_incident(happened_at: datetime, now: datetime, text: str) -> Decision:
    """Whether this documents an incident."""
    if happened_at > now:
        return Refusal(
            "6.b.i.5", "This time is in the future.", "Enter when it happened.", field="happened_at"
        )
    return must_say("6.b.i.5", text, "The description is too short.", "State what happened.", letters=ENOUGH)


@enforces("6.e.v/transfer")
def may_take_along(unit: str, readers: Sequence[str]) -> Decision:
    """Whether this unit may go to another district: not with readers, whose transfer command staff approve."""
    if not readers:
        return Allow()
    names = ", ".join([*readers[:5], *(["…"] if len(readers) > 5 else [])])
    return _of_area(
        f"Readers of {unit} would leave their area with it: {names}.",
        "Request their transfer under Placements: command staff approve it. Then change the district.",
        field="district",
    )


@enforces("6.e.v/transfer", "6.e.v/installed")
def may_request(*, revoked: bool, same_area: bool, waits: bool, reason: str) -> Decision:
    """Whether a transfer to another area, or a first installation, may be put before command staff."""
    if revoked:
        return _of_area("This reader is revoked.", "Its reads are refused.")
    if waits:
        return _of_area("A transfer of this reader already waits for command staff.", "See its history.")
    if same_area:
        return _of_area(
            "This unit is in the reader's own area.",
            "Change its unit under Readers: no approval is needed.",
            field="to",
        )
    help = "State why the other area needs it."
    return must_say(AREA, reason, "The reason is too short.", help, "reason", ENOUGH)


@enforces("6.e.v/transfer")
def may_decide(
    *,
    own: bool,
    assigned: bool,
    decided: bool,
    seen: object,
    current: object,
    revoked: bool,
    approved: bool,
    answer: str,
) -> Decision:
    """Whether command staff may decide this transfer: never their own request, once, and while the reader is still with
    the unit that they saw."""
    review = may_review("6.e.v", "transfer", own=own, assigned=assigned, with_whom="Command staff decide it.")
    if isinstance(review, Refusal):
        return review
    if decided:
        return _of_area("This transfer is already decided.", "Reload the page to see it.")
    if approved and revoked:
        return _of_area("This reader is revoked.", "Deny the transfer.", field="approved")
    if approved and isinstance(moved := is_as_seen("6.e.v", "reader's unit", seen, current), Refusal):
        return moved
    if not approved and not says_enough(answer):
        return _of_area("The reason is too short.", "State why it stays where it is.", field="answer")
    return Allow()


@enforces("6.e.v/person")
def may_assign(*, revoked: bool, area: str, same_area: bool, has_access: bool) -> Decision:
    """Whether this person may get the vehicle with the reader: somebody of the reader's own area, with access."""
    if revoked:
        return _of_area("This reader is revoked.", "Its reads are refused.")
    if not area:
        return _of_area("This reader has no area yet.", "Request its installation first.", field="person")
    if not same_area:
        return _of_area(
            f"This person is not in the reader's area, {area}.",
            "Choose someone there, or request a transfer of the reader.",
            field="person",
        )
    if not has_access:
        return _of_area("This person has no access now.", "Choose someone with access.", field="person")
    return Allow()


@enforces("6.e.v/person")
def why_reassign(*, same_area: bool, has_access: bool, promoted: bool) -> str:
    """Why the vehicle goes to someone else in the area, if it does: transferred, promoted, or without access (as who
    resigns); empty if it stays."""
    if not has_access:
        return "has no access now"
    if not same_area:
        return "is not in the reader's area"
    return "was promoted or has another role" if promoted else ""
