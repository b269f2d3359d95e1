"""What may be done to an alert, and when. Each rule reads like the policy sentence it enforces."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from plateward.core.decisions.rules import THOROUGH, says_enough
from plateward.ground.matching.partial import plates_agree
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.permissions import Role
from plateward.work.alerts.facts import Facts, FaultKind, VerificationAnswer, VerificationSource

# How long an NCIC or FMCSA answer supports an encounter; after that, ask again.
FRESH_FOR = timedelta(minutes=15)


GATE = "6.e.iv.3"
_refusal = partial(Refusal, GATE)
CLOSED = Refusal("6.e.vii", "This alert is closed.", "Your entries are kept; you cannot add more.")
OTHER_CLASS = _refusal(
    "This is not the class of vehicle described.",
    "No encounter is allowed, as with another plate, and it cannot be overridden. Close the alert.",
)
RECALLED = _refusal(
    "The list entry of this alert was recalled.",
    "There is no longer a basis to act: notify the units at the vehicle. If enforcement was under way at the "
    "recall, close the alert and list all of it.",
)


@dataclass(frozen=True)
class Agreement:
    """How the operator's reading of the image compares with the list."""

    plate: bool
    state: bool

    @property
    def holds(self) -> bool:
        """Both match the list."""
        return self.plate and self.state


@enforces("6.e.iv.3/plate")
def agreement(typed_plate: str, typed_state: str, listed_plate: str, listed_state: str) -> Agreement:
    """Whether the plate and state that a person read from the image match the list.

    O and 0 count as the same: NCIC writes the letter O as zero. A partial plate matches if the typed plate
    fits it. If the list names no state, the plate decides.
    """
    return Agreement(
        plate=plates_agree(typed_plate, listed_plate),
        state=not listed_state or typed_state.upper() == listed_state.upper(),
    )


def may_confirm(facts: Facts, read_by: str = "") -> Decision:
    """Once: the first reading, before seeing the entry, counts. `read_by`: who read it, and when."""
    if facts.closed:
        return closed_refusal(facts)
    if facts.agrees is not None:
        return _refusal(
            f"The plate of this alert was already confirmed{read_by and f', by {read_by}'}.",
            "Check the reading, then continue with the next step, or close the alert.",
        )
    return Allow()


@enforces("6.e.iv.3/vehicle", "6.e.iv.3/ncic", "5.h/query")
def may_check(facts: Facts) -> Decision:
    """Whether somebody may look for the plate on the vehicle itself, or query NCIC about it: of a plate that a person
    has read, not of a machine's guess."""
    if facts.closed:
        return closed_refusal(facts)
    return is_confirmed(facts)


@enforces("6.e.iv.3/vehicle")
def may_explain(facts: Facts, text: str) -> Decision:
    """Whether a vehicle difference may be explained, in words that a supervisor can follow."""
    if facts.closed:
        return closed_refusal(facts)
    if facts.other_class:
        return OTHER_CLASS
    if not facts.unexplained:
        return _refusal("There is no difference to explain.", "Continue with the next step.")
    if not says_enough(text, THOROUGH):
        return _refusal(
            "This does not explain the difference.",
            "State briefly why it may still be the listed vehicle, e.g. “Repainted; the old color shows at the door.”",
        )
    return Allow()


def closed_refusal(facts: Facts) -> Refusal:
    """Why nothing more can be done to a closed alert."""
    if facts.marked:
        return Refusal(
            "6.e.vii",
            f"This alert is being closed as not a match: {facts.marked.label.lower()}.",
            "The person who marked it can undo that for a few seconds. Until then it takes no other step.",
        )
    return RECALLED if facts.recalled else CLOSED


def is_confirmed(facts: Facts) -> Decision:
    """Whether a person has read the listed plate from the image."""
    if facts.agrees is None:
        return _refusal(
            "The plate has not been confirmed from the image.", "Enter plate and state from the image first."
        )
    if not facts.agrees:
        return _refusal(
            "The plate read from the image is not the listed plate.", "Close the alert with that outcome."
        )
    return Allow()


@enforces("6.e.iv.3/order", "6.e.iv.3/danger", "6.e.iii/vetted")
def may_act(facts: Facts, now: datetime) -> Decision:
    """No encounter, investigation or enforcement without confirmation, observation and a fresh positive NCIC
    or FMCSA answer. Imminent danger can override a missing check, never a no, a recall or a closed alert."""
    if facts.recalled:
        return RECALLED
    if facts.closed:
        return closed_refusal(facts)
    answered = answered_no(facts, now)
    return answered if isinstance(answered, Refusal) or facts.overridden else _checks_stand(facts, now)


@enforces("6.c.i.2/sworn", "6.c.i.5/role")
def may_stop(facts: Facts, role: Role | str, sworn: bool) -> Decision:
    """Whether a person may begin an encounter or enforcement, or close an alert with enforcement: a sworn officer of
    this agency, whatever the role; a Transportation Inspector for a commercial vehicle."""
    if sworn or (role == Role.INSPECTOR and facts.commercial):
        return Allow()
    if role == Role.INSPECTOR:
        return Refusal(
            "6.c.i.5",
            "A Transportation Inspector stops commercial vehicles, and this is not on record as one.",
            "Record its class in step 2 or query FMCSA if it is one; otherwise have dispatch send an officer.",
        )
    return Refusal(
        "6.c.i.2",
        "Only a sworn officer begins an encounter or enforcement, and you are not on record as one.",
        "Have dispatch send an officer. If this is wrong, ask the ALPR administrator to correct your account.",
    )


@enforces("6.e.iv.3/order")
def is_second_person(actor: int, vouched_by: int | None) -> Decision:
    """If an encounter rests on the entering unit's answer, it takes two people (keys): one acts, the other
    said that the entry is active."""
    if actor != vouched_by:
        return Allow()
    return _refusal(
        "You confirmed that this entry is active.",
        "Have another officer record the action taken; or ask again in step 3, and have another member of the "
        "entering unit, or dispatch, answer.",
    )


@enforces("6.e.iv.3/order")
def answered_no(facts: Facts, now: datetime) -> Decision:
    """Whether somebody, NCIC, or the record's entering agency has answered no to a check."""
    if facts.agrees is False:
        return is_confirmed(facts)
    if facts.other_class:
        return OTHER_CLASS
    if facts.observed is False:
        return _refusal(
            "The vehicle was not observed with this plate.",
            "No encounter is allowed; close the alert. If you see the vehicle now, record that first.",
        )
    if facts.refuted or (facts.own and facts.active is False):
        return _verification_stands(facts, now)
    # The agency answers for its own entry: NCIC not having it says nothing against it.
    if (facts.source, facts.answer) == (
        VerificationSource.NCIC,
        VerificationAnswer.NO_RECORD,
    ) and not facts.own:
        return _verification_stands(facts, now)
    return _no_open_doubt(facts)


def _checks_stand(facts: Facts, now: datetime) -> Decision:
    if facts.agrees is None:
        return is_confirmed(facts)
    if facts.observed is None:
        return _refusal(
            "The plate and description of the vehicle itself are not recorded.",
            "Observe the vehicle and record it first. If it is described, “cannot tell” for everything is not an "
            "observation.",
        )
    if facts.unexplained:
        return _refusal(
            f"The vehicle differs from the description ({', '.join(sorted(facts.unexplained))}).",
            "Explain in step 2 why it may still be the listed vehicle, or close the alert.",
        )
    return _verification_stands(facts, now)


@enforces("6.e.iv.3/ncic", "6.e.iv.3/fmcsa", "5.h/query", "5.j/verifies")
def _verification_stands(facts: Facts, now: datetime) -> Decision:
    """Who can verify depends on who answers for the entry: NCIC or FMCSA, or for an own entry that NCIC
    lacks, the entering unit, if the Chief accepts its answer."""
    if facts.own and facts.active is False:
        return _refusal(
            "The entering unit says this entry is no longer active.",
            "No basis for an encounter; close the alert.",
        )
    answered = _answer_stands(facts, now)
    if isinstance(answered, Allow) or facts.refuted or not (facts.own and facts.absent):
        return answered
    return _unit_answer_stands(facts, now)


@enforces("6.e.iv.3/ncic")
def _unit_answer_stands(facts: Facts, now: datetime) -> Decision:
    """The entering unit freshly said that its entry is active, on a list where the Chief accepts that."""
    if not facts.suffices:
        return _refusal(
            "For information only: do not stop on this. NCIC has no record of this plate, and for this list the "
            "entering unit's word alone is not a basis for an encounter.",
            "The Chief can allow it, with a legal basis, under Hot lists, this list, What verifies it. Until then an "
            "encounter needs an NCIC or FMCSA hit.",
        )
    if facts.active is None or facts.active_at is None:
        return _refusal(
            "NCIC has no record of this plate, and the entering unit has not confirmed that its entry is active.",
            "Ask the entering unit in step 3; the unit or dispatch answers.",
        )
    if not is_fresh(facts.active_at, now):
        return _too_old("The entering unit", facts.active_at, now, "the entering unit")
    return Allow()


def _too_old(source: str, at: datetime, now: datetime, addressee: str) -> Refusal:
    minutes, most = (int(span.total_seconds() // 60) for span in (now - at, FRESH_FOR))
    return _refusal(
        f"{source}'s answer is {minutes} minutes old; the limit is {most}.", f"Ask {addressee} again."
    )


@enforces("6.e.iv.3/ncic", "6.e.iv.3/fmcsa", "5.h/query", "5.j/verifies")
def _answer_stands(facts: Facts, now: datetime) -> Decision:
    """A fresh positive NCIC or FMCSA answer that the record's entering agency has not withdrawn."""
    source = facts.source.label
    if facts.answer is None or facts.answered_at is None:
        return _refusal("The alert is not verified.", "Query NCIC first; for a commercial vehicle, FMCSA.")
    if facts.answer in (VerificationAnswer.DOWN, VerificationAnswer.GARBLED):
        return _refusal(
            f"{source} has not given a usable response.", "Query again; no encounter until it responds."
        )
    if facts.answer == VerificationAnswer.NO_RECORD:
        return _refusal(
            f"{source} has no record of this plate.", "No basis for an encounter; close the alert."
        )
    if facts.answer == VerificationAnswer.CLEAR:
        return _refusal(
            "FMCSA shows nothing against this vehicle or its carrier.", "Query NCIC too, or close the alert."
        )
    if facts.refuted:
        return _refusal(
            "The entering agency says its record is not valid.",
            "No basis for an encounter; close the alert.",
        )
    if not is_fresh(facts.answered_at, now):
        return _too_old(source, facts.answered_at, now, source)
    return Allow()


def is_fresh(answered_at: datetime, now: datetime) -> bool:
    """Whether an answer still supports an encounter."""
    return now - answered_at <= FRESH_FOR


def _no_open_doubt(facts: Facts) -> Decision:
    if FaultKind.VEHICLE_CLASS in facts.doubted:
        return _refusal(
            "An officer reported that this is not the listed class of vehicle.",
            "Close the alert; or look again and record that the plate on the vehicle matches.",
        )
    if FaultKind.STALE in facts.doubted:
        return _refusal(
            "An officer reported that this entry should no longer be on the list.",
            "Close the alert; or query NCIC again, or for an agency entry ask the entering unit: a hit, or its "
            "word that the entry is active, settles it.",
        )
    return Allow()


@enforces("6.e.iv.3/order", "6.e.vii/thorough", "6.e.vii/closing")
def recall_closes(facts: Facts) -> bool:
    """Whether a recall closes this alert by itself. An alert that was acted on stays open: somebody may be at
    the vehicle and must report how it ended."""
    return not facts.acts


class JobStep(StrEnum):
    """The steps in their order; OVER when nothing is left to do."""

    READ = "read"
    OBSERVE = "observe"
    VERIFY = "verify"
    ACT = "act"
    CLOSE = "close"
    OVER = "over"


@enforces("6.e.iv.3/order", "6.e.vii/verified", "6.e.vii/thorough")
def current_step(facts: Facts, now: datetime) -> JobStep:
    """The first check that is missing; after action, or where somebody answered no, how it ended."""
    if facts.closed:
        return JobStep.CLOSE if facts.returned else JobStep.OVER
    if facts.acts:
        return JobStep.CLOSE
    if isinstance(may_act(facts, now), Allow):
        return JobStep.ACT
    if facts.agrees is None:
        return JobStep.READ
    if isinstance(answered_no(facts, now), Refusal):
        return JobStep.CLOSE
    return JobStep.OBSERVE if facts.observed is None or facts.unexplained else JobStep.VERIFY
