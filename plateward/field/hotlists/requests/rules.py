"""What may be requested, who reviews it, and when it may be decided. Pure: facts in, decisions out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from plateward.core.cases.rules import flaw
from plateward.core.decisions.rules import THOROUGH, is_as_seen, may_review, says_enough
from plateward.field.hotlists.protected.rules import PERSONAL
from plateward.field.hotlists.reasons import PRIORITIES
from plateward.field.hotlists.states import STATES
from plateward.ground.matching import partial
from plateward.ground.matching.written import why_no_plate
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.chain_of_command.rules import ReviewRoute

if TYPE_CHECKING:
    from plateward.field.hotlists.models import HotList
    from plateward.people.models import Person

REVIEW, REASONS, NUMBER, AUDIENCE = "6.f.i.1", "5.f", "6.a.iii", "6.c.ii"
EMERGENCIES = ("amber_alert", "violent_crime")  # 6.f.i.1
LONGEST = timedelta(days=365)
ALREADY_DECIDED = Refusal(REVIEW, "This request was already decided.", "See its history.")


@dataclass(frozen=True)
class PlateListing:
    """A plate to list, as requested. `later`: in force before its review."""

    hotlist: "HotList"
    plate: str
    state: str
    reason: str
    priority: str
    vehicle: str
    narrative: str
    number: str  # CAD or case number, as cases.rules.normalized
    expires_at: datetime
    emergency: bool = False
    later: bool = False


@enforces("5.f/reasons", "6.a.iii/required", "6.f.i.1/review")
def may_list(
    listing: PlateListing, reasons: Mapping[str, str], allowed_later: bool, now: datetime
) -> Decision:
    """Whether this can be requested at all. `reasons`: those that a new entry may give."""
    for refusal in listing_faults(vars(listing), reasons, allowed_later, now):
        return refusal
    return Allow()


def listing_faults(
    values: Mapping[str, Any], reasons: Mapping[str, str], allowed_later: bool, now: datetime
) -> Iterator[Refusal]:
    """All that is wrong with a request, each at its field, so that a form shows them at once. `values`: by the
    names in PlateListing; missing ones are not checked."""
    choose = "Choose one from the list."
    if "plate" in values:
        plate = values["plate"]
        if objection := why_no_plate(plate, whole=False):
            yield Refusal(REASONS, objection, "Correct the plate.", field="plate")
        elif partial.is_partial(plate) and not values.get("vehicle", "described").strip():
            yield Refusal(
                REASONS,
                "A partial plate is listed only with a description of the vehicle.",
                "Enter what is known: make, model, color.",
                field="vehicle",
            )
    if (state := values.get("state", "")) and state not in STATES:
        wrong_state = f"'{state[:10]}' is not a state's two letters."
        yield Refusal(REASONS, wrong_state, "Choose the state.", field="state")
    reason = values.get("reason")
    if reason is not None and reason not in reasons:
        yield Refusal(REASONS, f"'{reason[:40]}' is not a reason to list a plate.", choose, field="reason")
    if (priority := values.get("priority")) is not None and priority not in PRIORITIES:
        yield Refusal(REASONS, f"'{priority[:20]}' is not a priority.", choose, field="priority")
    if "narrative" in values and (short := is_thorough(values["narrative"])) is not None:
        yield short
    if "number" in values and (wrong := flaw(values["number"])):
        yield Refusal(
            NUMBER,
            f"A hot-list entry needs a CAD or case number, but '{values['number'][:40]}' {wrong}.",
            "Enter the call or case number as CAD shows it.",
            field="number",
        )
    if (expires_at := values.get("expires_at")) is not None and (end := _expiry_fault(expires_at, now)):
        yield end
    if values.get("emergency") and reason is not None and reason not in EMERGENCIES:
        yield _no_emergency("Choose that reason, or uncheck emergency.")
    if values.get("later") and not allowed_later:
        yield Refusal(
            REVIEW,
            "The Chief has not enabled review after entry.",
            "Submit it for review; it takes effect when your supervisor approves it.",
            field="later",
        )


def _expiry_fault(expires_at: datetime, now: datetime) -> Refusal | None:
    if expires_at <= now:
        problem, help = "The entry would expire before it begins.", "Enter a later last day."
    elif expires_at > now + LONGEST:
        problem = f"An entry lasts at most {LONGEST.days} days."
        help = "Enter an earlier last day; the entry can be renewed."
    else:
        return None
    return Refusal(REVIEW, problem, help, field="until")


def _no_emergency(help: str) -> Refusal:
    """What is asked for is no emergency of 6.f.i.1."""
    return Refusal(REVIEW, "Only an AMBER Alert or a violent crime is an emergency.", help, field="emergency")


def is_thorough(text: str, field: str = "narrative") -> Refusal | None:
    """None if this field of the form says enough to understand the request; else what is missing."""
    if says_enough(text, THOROUGH):
        return None
    return Refusal(
        REASONS,
        "The narrative is too short.",
        "State what happened and why this vehicle is wanted.",
        field=field,
    )


@enforces("6.c.ii/lists")
def may_use_list(hotlist: "HotList", in_audience: bool) -> Decision:
    """Whether entries can be requested for this list: the agency's own, active, with them in its audience."""
    if not in_audience:  # the same answer as for a missing list, so that a covert one is not revealed
        return Refusal(
            AUDIENCE, "You do not have access to this list.", "Choose one from the list.", field="hotlist"
        )
    if hotlist.retired_at is not None:
        return Refusal(REVIEW, f"The list {hotlist} is retired.", "Choose another list.", field="hotlist")
    if hotlist.kind != "agency":
        return Refusal(
            REVIEW,
            f"The list {hotlist} belongs to {hotlist.source}: its files set its entries.",
            f"Ask {hotlist.source} to change it, or choose this agency's list.",
            field="hotlist",
        )
    return Allow()


@enforces("6.a.iii/known", "6.a.iii/outage")
def may_use_number(outcome: str, detail: str) -> Decision:
    """Whether a number is usable after CAD was asked; without an answer it goes on, flagged."""
    if outcome == "unknown":
        return Refusal(
            NUMBER, detail, "Correct the number, or have dispatch open the call first.", field="number"
        )
    return Allow()


@dataclass(frozen=True)
class RequestStanding:
    """A request's state for a person who wants to decide it."""

    open: bool
    version: int  # the last version's key
    requester: int
    emergency: bool
    route: ReviewRoute
    on_duty: bool  # the reviewer is not absent and may see the list
    owners: frozenset[int] = frozenset()  # whose own vehicle it names, by the register


@enforces("6.f.i.1/nobody", "6.f.i.1/emergency", "6.a.ii.3/brake")
def may_decide_request(
    reviewer: "Person", standing: RequestStanding, seen: int, *, approves: bool
) -> Decision:
    """Whether this person may decide the version that they saw; any supervisor may approve an emergency."""
    own = reviewer.pk == standing.requester
    assigned = reviewer in standing.route.reviewers or (standing.emergency and approves and standing.on_duty)
    if reviewer.pk in standing.owners and not own:
        return Refusal(PERSONAL, "It names your own vehicle.", standing.route.text)
    whose = may_review(REVIEW, "request", own=own, assigned=assigned, with_whom=standing.route.text)
    if isinstance(whose, Refusal):
        return whose
    if not standing.open:
        return ALREADY_DECIDED
    as_seen = is_as_seen(REVIEW, "request", seen, standing.version)
    if isinstance(as_seen, Refusal):
        return as_seen
    if approves and standing.requester in standing.owners:
        return Refusal(PERSONAL, "The requester's own vehicle is named.", "Refuse it.")
    return Allow()


@enforces("6.f.i.1/review", "5.f/reasons", "6.a.iii/known")
def may_begin_entry(
    expires_at: datetime, reason: str, reasons: Mapping[str, str], number_known: str, now: datetime
) -> Decision:
    """Whether the request can still come into force, as time has passed."""
    if expires_at <= now:
        return Refusal(REVIEW, "The entry would have expired already.", "Return it for a later last day.")
    if reason not in reasons:
        return Refusal(REASONS, "Its reason is no longer allowed.", "Return it for another reason.")
    return may_use_number(number_known, "CAD does not have its number.")


def needs_text(text: str, verb: str, field: str = "text") -> Decision:
    """A return or refusal must say something to the requester; `field`: where."""
    if text.strip():
        return Allow()
    return Refusal(REVIEW, f"It is {verb} without a reason.", "State why.", field=field)


def may_edit(requester: int, editor: int, state: str) -> Decision:
    """Only the requester may correct a returned request."""
    if requester != editor:
        return Refusal(REVIEW, "This is not your request.", "Only the requester can correct it.")
    if state != "returned":
        return Refusal(REVIEW, "This request was not returned to you.", "Withdraw it and submit a new one.")
    return Allow()


def may_withdraw_request(requester: int, person: int, state: str) -> Decision:
    """The requester may withdraw a request that is not decided yet."""
    if requester != person:
        return Refusal(REVIEW, "This is not your request.", "Only the requester can withdraw it.")
    return Allow() if state in ("waiting", "unreviewed", "returned") else ALREADY_DECIDED


@enforces("6.f.i.1/removal")
def may_remove(narrative: str, in_force: bool, waiting: bool, emergency: bool, reason: str) -> Decision:
    """Whether an entry's removal may be requested."""
    if not in_force:
        return Refusal(REVIEW, "This entry is no longer in force.", "See its history.")
    if waiting:
        return Refusal(REVIEW, "Its removal was already requested.", "It is waiting for review.")
    if emergency and reason not in EMERGENCIES:
        return _no_emergency("Uncheck emergency.")
    return is_thorough(narrative, "why") or Allow()


def may_switch(reason: str, allowed: bool, enable: bool) -> Decision:
    """Whether the Chief may enable or switch off review after entry."""
    if allowed == enable:
        return Refusal(REVIEW, "This setting is already in effect.", "Reload the page.")
    return needs_text(reason, "enabled" if enable else "turned off", "reason")
