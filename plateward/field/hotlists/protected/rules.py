"""Which registered vehicles a listed plate may be, and what follows. Pure: facts in, decisions out."""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from plateward.field.hotlists.plates import PlateIndex
from plateward.field.hotlists.states import STATES
from plateward.ground.matching.written import why_no_plate
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

if TYPE_CHECKING:
    from plateward.field.hotlists.protected.models import Vehicle

PERSONAL, REVIEW, SIGN_IN = "6.a.ii.3", "6.f.i.1", "6.e.i"
LISTED_LINES = 12  # the rest are only counted
ANOTHER = "If there is a case, another officer must request it."
ALREADY_REGISTERED = Refusal(PERSONAL, "This vehicle is already in the register.", "Find it in the list.")


def register_of(vehicles: "Iterable[Vehicle]") -> "PlateIndex[Vehicle]":
    """The register by plate."""
    return PlateIndex((vehicle.bare, vehicle.state, vehicle) for vehicle in vehicles)


def owners(vehicles: "Iterable[Vehicle]") -> frozenset[int]:
    """The keys of the people who own these; leaves out vehicles without a named owner."""
    return frozenset(vehicle.person_id for vehicle in vehicles if vehicle.person_id is not None)


@enforces("6.a.ii.3/brake")
def may_register(plate: str, state: str, person: int | None, registered: "Iterable[Vehicle]") -> Decision:
    """Whether a vehicle may be registered. `registered`: existing ones of this plate and state."""
    if objection := why_no_plate(plate):
        return Refusal(PERSONAL, objection, "Correct the plate.")
    if state not in STATES:
        return Refusal(
            PERSONAL,
            f"“{state[:10]}” is not a state's two letters.",
            "Enter the state that issued the plate.",
        )
    if any(vehicle.person_id == person for vehicle in registered):
        return ALREADY_REGISTERED
    return Allow()


def may_end_vehicle(ended: bool) -> Decision:
    """Whether a row may be ended."""
    return Refusal(PERSONAL, "It has already ended.", "Reload the register.") if ended else Allow()


@enforces("6.a.ii.3/brake", "6.f.i.1/review")
def may_request_entry(requester: int, vehicles: "Collection[Vehicle]", *, unreviewed: bool) -> Decision:
    """Whether this person may request an entry, or a removal, that names these vehicles. `unreviewed`: in
    force before its review."""
    if requester in owners(vehicles):
        return Refusal(PERSONAL, "It names your own vehicle.", ANOTHER)
    if vehicles and unreviewed:
        return Refusal(
            REVIEW,
            "It names a vehicle of the agency or of one of its people, so it needs review before it takes effect.",
            "Submit it for review.",
        )
    return Allow()


@enforces("6.a.ii.3/brake")
def may_approve_load(approver: int | None, lines: int, owner_keys: Collection[int]) -> Decision:
    """Whether a load may be approved if this many lines name registered vehicles. `owner_keys`: the people
    who own them; `approver`: None if not a person."""
    if not lines:
        return Allow()
    if approver is None:
        return Refusal(
            SIGN_IN,
            "It names vehicles of the agency or its people: a person must approve it under their own log-in.",
            "Approve or discard it on its page, under Hot lists.",
        )
    if approver in owner_keys:
        return Refusal(
            PERSONAL,
            "It names your own vehicle: you cannot approve that.",
            "Have another ALPR administrator decide, or discard it and ask its source about the line.",
        )
    return Allow()


@enforces("6.a.ii.3/brake")
def hold_reason(lines: Sequence[int], count: int) -> str:
    """Why a load waits that names registered vehicles in `count` lines (`lines`: the first); "" if none."""
    if not count:
        return ""
    numbers = [f"{line:,}" for line in lines[:LISTED_LINES]]
    if count == 1:
        return f"Line {numbers[0]} names a vehicle of the agency or of one of its people."
    if count > len(numbers):
        return (
            f"{count:,} lines name vehicles of the agency or of its people: {', '.join(numbers)} and "
            f"{count - len(numbers):,} more."
        )
    return f"Lines {', '.join(numbers[:-1])} and {numbers[-1]} name vehicles of the agency or of its people."
