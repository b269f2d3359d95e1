"""Who sets the schedule, places and lifts holds, records adjudications, and signs destruction orders. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import TextChoices

from plateward.core.decisions.rules import ENOUGH, NAME, may_review, must_say, says_enough
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.limits import set_by
from plateward.ground.policy.trace import enforces
from plateward.work.retention.rules import LONGEST_DAYS, Covers, Term, least_of

CLAUSE = "6.h.ii"
refuse, refuse_term = partial(Refusal, CLAUSE), partial(Refusal, "6.h.i")
LONGEST_TEXT = 1000  # characters
LONGEST_REVIEW = timedelta(days=366)  # until a hold is looked at again
REMINDED_BEFORE = timedelta(days=7)
DECIDED_WITHIN = timedelta(days=30)  # whether leads that are not in DEMS by then are still held
LONGEST_SPAN = timedelta(days=3653)
MOST_ITEMS = 200  # of one order
MOST_NAMED = 5  # of what keeps a day


@enforces("6.h.i/terms", "6.h.ii/reads", "6.h.ii/hits", "4.b/schedule")
def may_propose(terms: Sequence[Term], current: Sequence[Term], why: str, *, waiting: bool) -> Decision:
    """Whether the administrator may propose this schedule."""
    if waiting:
        return refuse_term(
            "A proposed schedule waits for the Chief's decision.",
            "The Chief must approve or return it first.",
        )
    for term in terms:
        if wrong := _out_of_bounds(term):
            return wrong
        if term.days > LONGEST_DAYS:
            return refuse_term(
                f"{term.days} days are too many.",
                f"Enter at most {LONGEST_DAYS:,}.",
                field=_field(term, "days"),
            )
        if not says_enough(term.basis, NAME):
            return refuse_term(
                f"The legal basis for “{term.label}” is missing.",
                "Name the law or rule, such as NMAC 1.21.2.507.",
                field=_field(term, "basis"),
            )
    keys = [(term.covers, term.hotlist) for term in terms]
    if len(keys) > len(set(keys)):
        return refuse_term("One class of records has two terms.", "Keep one of them.")
    if lacking := {Covers.READS, Covers.HITS, Covers.PERMITS} - {term.covers for term in terms}:
        return refuse_term(
            f"No term for: {', '.join(covers.label for covers in sorted(lacking))}.", "Enter it."
        )
    if set(terms) == set(current):
        return refuse_term("This is the active schedule.", "Change a term, or cancel.")
    return _states_why("6.h.i", why, "why")


@enforces("6.h.ii/reads", "6.h.ii/hits", "WA.retain/days", "VA.retain/days")
def _out_of_bounds(term: Term) -> Refusal | None:
    if term.days < least_of(term.covers):
        return Refusal(
            "6.h.ii",
            f"{term.label} must be kept at least {least_of(term.covers)} days.",
            "Enter more days. The agency can keep them longer, never shorter.",
            field=_field(term, "days"),
        )
    for most in set_by("longest_days_kept") if term.covers is Covers.READS else ():
        if term.days > most.value:
            return Refusal(
                most.row,
                f"{term.label} may be kept at most {most.value} days ({most.law}).",
                "Enter fewer days. What a hit, a hold or a case needs is kept by its own term.",
                field=_field(term, "days"),
            )
    return None


def _field(term: Term, name: str) -> str:
    """The form's field for this of a class; a list's row is not known here."""
    return "" if term.covers is Covers.LIST else f"{term.covers}_{name}"


@enforces("6.h.i/terms", "6.c.i.1/role")
def may_decide(*, own: bool, decided: bool, approve: bool, note: str) -> Decision:
    """Whether the Chief may approve or return this schedule: undecided, and not their own."""
    if decided:
        return refuse_term("This schedule is already decided.", "See it under Retention.")
    other = "Another person in the Chief's office must decide."
    decision = may_review("6.h.i", "schedule", own=own, assigned=True, with_whom=other)
    return decision if approve or isinstance(decision, Refusal) else _states_why("6.h.i", note, "note")


class HoldKind(TextChoices):
    """What a legal hold covers."""

    ALERT = "alert", "An alert, with every sighting of it"
    PLATE = "plate", "Reads of a plate within a time"
    CAMERA = "camera", "Reads of a camera within a time"
    PLACE = "place", "Reads around a place within a time"
    CASE = "case", "A case: all its alerts, later ones too"
    EXPORT = "export", "Leads that enter a case through DEMS"  # placed by the system, as long as they do


SPANS = (HoldKind.PLATE, HoldKind.CAMERA, HoldKind.PLACE)


@enforces("6.h.i/terms", "6.b.i.2/hold")
def may_place_hold(
    kind: HoldKind,
    reason: str,
    basis: str,
    review_on: date,
    today: date,
    *,
    named: bool,
    since: datetime | None,
    until: datetime | None,
) -> Decision:
    """Whether a hold may be placed. `named`: it names what its kind covers."""
    if not named:
        return refuse_term("What the hold covers is not stated.", "Enter it.", field=str(kind))
    if kind in SPANS:
        if since is None or until is None:
            return refuse_term(
                "The period that the hold covers is missing.", "Enter both days.", field="since"
            )
        if until <= since:
            return refuse_term("The last day is before the first.", "Correct one of the days.", field="until")
        if until - since > LONGEST_SPAN:
            return refuse_term("A hold covers at most ten years.", "Enter a shorter time.", field="since")
    if not any(map(str.isalnum, basis)):
        return refuse_term(
            "The legal basis is missing.",
            "Enter the case number, the subpoena or preservation letter.",
            field="basis",
        )
    decision = _is_within_a_year(review_on, today, "review_on")
    return decision if isinstance(decision, Refusal) else _states_why("6.h.i", reason)


def may_review_hold(next_on: date, today: date, *, lifted: bool, owner: bool, administers: bool) -> Decision:
    """Whether this person may record that a hold is still needed, until that day: its owner, or the administrator."""
    if lifted:
        return refuse_term("This hold is lifted.", "Place a new one.")
    if not owner and not administers:
        return refuse_term(
            "You are not the owner of this hold.", "Its owner or the ALPR administrator reviews it."
        )
    return _is_within_a_year(next_on, today, "next_on")


def _is_within_a_year(review_on: date, today: date, field: str) -> Decision:
    if today < review_on <= today + LONGEST_REVIEW:
        return Allow()
    return refuse_term(
        "A hold is reviewed at least once a year.", "Enter a day after today, within a year.", field=field
    )


@enforces("6.h.ii/held")
def may_lift(reason: str, *, lifted: bool, owner: bool, administers: bool) -> Decision:
    """Whether this person may lift a hold: its owner, or the administrator."""
    if lifted:
        return refuse_term("This hold is already lifted.", "No action is needed.")
    if not owner and not administers:
        return refuse_term(
            "You are not the owner of this hold.", "Its owner or the ALPR administrator lifts it."
        )
    return _states_why("6.h.i", reason)


class CaseOutcome(TextChoices):
    """How a case ended in court, or that it is open again."""

    CONVICTED = "convicted", "Conviction, appeals over"
    ACQUITTED = "acquitted", "Acquittal"
    DISMISSED = "dismissed", "Dismissed with prejudice"
    DECLINED = "declined", "No charges: declined by the prosecutor, or investigation closed"
    REOPENED = "reopened", "Open again: appeal, new trial or new charges"


@enforces("6.h.ii/enforcement")
def may_adjudicate(
    court: str, decided_on: date, today: date, *, known: bool, outcome: CaseOutcome, adjudicated: bool
) -> Decision:
    """Whether the adjudication may be recorded. `known`: alerts here are tagged with the case."""
    if not known:
        return refuse(
            "No evidence here is tagged with this case number.", "Check the number.", field="number"
        )
    if not says_enough(court, NAME):
        return refuse(
            "The court or office is missing.", "Enter which court or prosecutor decided.", field="court"
        )
    if decided_on > today:
        return refuse("This day is in the future.", "Enter the day of the decision.", field="decided_on")
    if outcome is CaseOutcome.REOPENED and not adjudicated:
        return refuse("This case is open.", "No action is needed.", field="outcome")
    return Allow()


@dataclass(frozen=True)
class CaseEnd:
    """A case is over: since when that is on record, and who recorded it (an actor's key)."""

    at: datetime
    by: str


@dataclass(frozen=True)
class SignedOrder:
    """A destruction order that nobody revoked, as far as it is for one alert. `by`: the signer's key."""

    name: str
    at: datetime
    by: str


@enforces("6.h.ii/order", "6.b.i.2/hold")
def still_orders(order: SignedOrder, ends: Collection[CaseEnd], acted_at: datetime) -> Decision:
    """Whether an order counts for evidence with these `ends` of its cases, on which people last acted at `acted_at`: it
    was signed after all of that, and not by whoever recorded an end. Asked when it is signed, and at each run."""
    if any(end.at > order.at for end in ends):
        return _stale(order, "a case ended again")
    if acted_at > order.at:
        return _stale(order, "the alert was acted upon")
    if order.by in {end.by for end in ends}:
        return refuse(
            f"{order.name} was signed by the person who recorded how the case ended.",
            "Another person in the Chief's office must sign.",
        )
    return Allow()


def _stale(order: SignedOrder, why: str) -> Refusal:
    return refuse(f"{why.capitalize()} after {order.name} was signed.", "Sign a new order.")


@dataclass(frozen=True)
class EvidenceFacts:
    """What an order needs to know of an alert that is evidence: `cases`: the numbers that tag it, each with whether it
    is adjudicated; `recorder`: whether the signer recorded one of the adjudications; `due`: its DEMS export is;
    `ordered`: an order counts already."""

    name: str
    is_evidence: bool
    cases: Sequence[tuple[str, bool]]
    recorder: bool
    due: bool
    ordered: bool


def missing_for(item: EvidenceFacts) -> list[str]:
    """What is missing until this evidence may be destroyed by an order."""
    if not item.cases:
        return ["the adjudication of its case, recorded with the alert number, as no case tags it"]
    missing = [f"the adjudication of case {number}" for number, adjudicated in item.cases if not adjudicated]
    return missing + (["its DEMS export, which is still due"] if item.due else [])


@enforces("6.h.ii/order")
def may_sign_order(items: Collection[EvidenceFacts], document: str, reason: str) -> Decision:
    """Whether a destruction order for this evidence may be signed; a refusal names what is missing."""
    if not items:
        return refuse("The order names no evidence.", "Select the alerts.", field="alerts")
    if len(items) > MOST_ITEMS:
        return refuse(f"An order names at most {MOST_ITEMS} alerts.", "Sign several.", field="alerts")
    for item in items:
        if refusal := why_not_yet(item):
            return refusal
    if not any(map(str.isalnum, document)):
        return refuse("The order's document is missing.", "Enter its number or date.", field="document")
    return _states_why(CLAUSE, reason)


@enforces("6.h.ii/enforcement", "6.h.ii/order")
def why_not_yet(item: EvidenceFacts) -> Refusal | None:
    """Why this evidence may not be ordered to be destroyed, and what to do about exactly that."""
    name = item.name.capitalize()
    not_yet = f"{name} cannot be destroyed yet"
    record = "Record how the case ended under Retention, Evidence"
    still_open = [number for number, adjudicated in item.cases if not adjudicated]
    if item.ordered:
        text, help = f"{name} already has a destruction order.", "Remove it from this list."
    elif not item.is_evidence:
        text, help = f"{name} is not held as evidence.", "Remove it from this list."
    elif not item.cases:
        text, help = f"{not_yet}: no case tags it.", f"{record}, with the alert number."
    elif still_open:
        text, help = f"{not_yet}: case {still_open[0]} is not adjudicated.", f"{record}."
    elif item.due:
        text = f"{not_yet}: its DEMS export is still due."
        help = "Have its owner finish the DEMS export, then sign."
    elif item.recorder:
        text = f"You recorded the adjudication of {item.name} yourself."
        help = "Another person in the Chief's office must sign."
    else:
        return None
    return refuse(text, help, field="alerts")


@enforces("6.h.ii/order")
def may_revoke(reason: str, *, revoked: bool, done: bool) -> Decision:
    """Whether an order that waits for its run may be revoked."""
    if revoked or done:
        text = "already revoked" if revoked else "carried out, and its reads are destroyed"
        return refuse(f"This order is {text}.", "No action is possible.")
    return _states_why(CLAUSE, reason)


@enforces("6.h.ii/destruction", "6.c.i.1/role")
def may_discard_copy(reason: str, *, set_aside: bool, keeps: Sequence[str]) -> Decision:
    """Whether the Chief may have a restored copy destroyed, which may be all that is left of what was kept. `keeps`:
    the holds on reads of the day, and its evidence that no order released."""
    if not set_aside:
        return refuse("No restored copy of this day is set aside.", "No action is needed.", field="day")
    if keeps:
        return refuse(
            f"Reads of this day must be kept: {'; '.join(keeps[:MOST_NAMED])}.",
            "Have them restored from a backup. A copy goes only once no hold covers its day and its evidence is "
            "released.",
            field="day",
        )
    return _states_why(CLAUSE, reason)


@enforces("6.h.ii/held", "6.c.i.1/role")
def may_acknowledge_loss(reason: str, *, is_lost: bool, acknowledged: bool, other: str = "") -> Decision:
    """Whether the Chief may acknowledge that the reads of a day are lost: once. `other`: what else is wrong with the
    day."""
    if not is_lost:
        return refuse(
            other or "The reads of this day are not lost.", "See Retention for its status.", field="day"
        )
    if acknowledged:
        return refuse("This loss is already acknowledged.", "No action is needed.", field="day")
    return _states_why(CLAUSE, reason)


def _states_why(clause: str, reason: str, field: str = "reason") -> Decision:
    short, why = "The reason is missing or too short.", "State in a sentence why."
    return must_say(clause, reason, short, why, field, ENOUGH)
