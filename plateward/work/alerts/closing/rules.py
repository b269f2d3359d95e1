"""What a disposition must say, and who reviews it. Pure."""

from collections import Counter
from functools import partial

from plateward.core.decisions import rules as review
from plateward.core.decisions.rules import NAME, must_say, says_enough
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.limits import set_by
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementKind
from plateward.work.alerts.facts import FAULT_OUTCOMES, ActKind, AlertOutcome, Facts, FaultKind
from plateward.work.alerts.rules import closed_refusal

CLAUSE = "6.e.vii"
_refusal = partial(Refusal, CLAUSE)
_misfit = partial(Refusal, CLAUSE, field="outcome")
_inconsistent = partial(Refusal, CLAUSE, field="persons_stopped")
NEEDS_ACT = {
    AlertOutcome.ENCOUNTER: ActKind.ENCOUNTER,
    AlertOutcome.INVESTIGATION: ActKind.INVESTIGATION,
    AlertOutcome.ENFORCEMENT: ActKind.ENFORCEMENT,
}
# Outcomes that need a fault on the entry first, so that the list's record has it.
NEEDS_FAULT = {AlertOutcome.WRONG_VEHICLE: FaultKind.VEHICLE_CLASS, AlertOutcome.STALE: FaultKind.STALE}
# Outcomes that say the vehicle's plate is not the listed one, and what the person must have read otherwise.
READING_OUTCOMES = {
    AlertOutcome.MISREAD: FaultKind.PLATE,
    AlertOutcome.OTHER_PLATE: FaultKind.PLATE,
    AlertOutcome.WRONG_STATE: FaultKind.STATE,
}
AGAINST_A_PERSON = frozenset({EnforcementKind.ARREST, EnforcementKind.CITATION, EnforcementKind.WARNING})


@enforces("6.e.vii/thorough", "6.e.iv.3/order")
def may_dispose(facts: Facts, account: DispositionAccount) -> Decision:
    """A complete disposition: it fits the record, names all enforcement action, and is consistent."""
    if facts.closed and not facts.returned:
        return closed_refusal(facts)
    for decision in (
        fits(facts, account.outcome),
        _names_all(account),
        _is_consistent(account),
        says_why_notified(account),
    ):
        if isinstance(decision, Refusal):
            return decision
    how = "State what was seen, what was done, and how it ended."
    return must_say(CLAUSE, account.narrative, "The narrative is too short.", how, "narrative")


@enforces("6.e.vii/thorough", "6.e.iv.3/order")
def fits(facts: Facts, outcome: AlertOutcome) -> Decision:
    """Whether the alert's record supports this outcome: the form offers only these, the act takes no
    other."""
    needed = NEEDS_ACT.get(outcome)
    # A recall or closing keeps people from recording an act; they may still report it in the disposition.
    late = (facts.recalled or facts.returned) and facts.acts and outcome == AlertOutcome.ENFORCEMENT
    if needed and needed not in facts.acts and not late:
        return Refusal(
            "6.e.iv.3",
            f"No {needed} is recorded on this alert.",
            "Record it in step 4, or choose another outcome.",
            field="outcome",
        )
    if not needed and facts.acts:
        done = " and ".join(sorted(facts.acts))
        return _misfit(f"Action was taken on this alert: {done}.", "Choose the outcome that matches.")
    if ActKind.ENFORCEMENT in facts.acts and outcome != AlertOutcome.ENFORCEMENT:
        return _misfit("Enforcement is recorded on this alert.", "Choose “Enforcement action taken”.")
    if outcome in READING_OUTCOMES:
        return _fits_reading(facts, outcome)
    if outcome == AlertOutcome.NOT_VERIFIED:
        return _fits_not_verified(facts)
    fault = NEEDS_FAULT.get(outcome)
    if fault and fault not in facts.faults:
        return _misfit(
            f"“{fault.label}” is not recorded on this alert.",
            "Record it first, next to the list entry: it goes on the list's record, too.",
        )
    return Allow()


def _fits_reading(facts: Facts, outcome: AlertOutcome) -> Decision:
    """A person's reading of the image supports it, and so does whose fault it was."""

    def no(reason: str) -> Refusal:
        return _misfit(reason, "Choose the outcome that matches what was read.")

    if facts.agrees is None:
        return _misfit(
            "The plate has not been confirmed from the image.",
            "Confirm it in step 1, or choose another outcome.",
        )
    if facts.agrees:
        return no("The plate was confirmed from the image.")
    kind = READING_OUTCOMES[outcome]
    if kind not in facts.differs:
        return no(f"The {kind} read from the image is the listed one.")
    if outcome == AlertOutcome.MISREAD and facts.misread is False:
        return no("The camera read the plate correctly.")
    if outcome == AlertOutcome.OTHER_PLATE and facts.misread:
        return no("The camera misread the plate.")
    return Allow()


def _fits_not_verified(facts: Facts) -> Decision:
    """Somebody asked, and nothing verified it."""
    if facts.answer is None:
        return _misfit("NCIC or FMCSA has not been queried.", "Query in step 3, or choose another outcome.")
    if facts.verified:
        return _misfit("The alert is verified.", "Choose the outcome that matches.")
    return Allow()


@enforces("6.e.vii/thorough")
def possible_outcomes(facts: Facts) -> tuple[AlertOutcome, ...]:
    """The outcomes that can be recorded now."""
    return tuple(outcome for outcome in AlertOutcome if isinstance(fits(facts, outcome), Allow))


def impossible_outcomes(facts: Facts) -> dict[str, tuple[AlertOutcome, ...]]:
    """The other outcomes, grouped by the reason they are not possible."""
    reasons: dict[str, tuple[AlertOutcome, ...]] = {}
    for outcome in AlertOutcome:
        decision = fits(facts, outcome)
        if isinstance(decision, Refusal):
            reasons[decision.reason] = (*reasons.get(decision.reason, ()), outcome)
    return reasons


def likely_outcome(facts: Facts) -> AlertOutcome | None:
    """The form's initial choice: the fault that a person found, the least certain last."""
    candidates = (outcome for kind in FaultKind if kind in facts.faults for outcome in FAULT_OUTCOMES[kind])
    return next((outcome for outcome in candidates if outcome in possible_outcomes(facts)), None)


def _names_all(account: DispositionAccount) -> Decision:
    """Each kind of enforcement action appears once with its number if the outcome is enforcement, and only
    then."""
    if account.outcome != AlertOutcome.ENFORCEMENT:
        if account.actions:
            return _misfit(
                "The outcome does not match the enforcement action.",
                "Choose the enforcement outcome, or remove the action.",
            )
        return Allow()
    if not account.actions:
        return _refusal(
            "All enforcement action must be listed.",
            "Enter the number of arrests, citations, warnings, tows and seizures, or other action.",
            field="count_arrest",
        )
    for action in account.actions:
        if action.count < 1:
            return _refusal(
                "An enforcement action needs a number of at least 1.", "Enter the number, or remove it."
            )
        if action.kind == EnforcementKind.OTHER and not says_enough(action.which, NAME):
            return _refusal(
                "“Other enforcement action” is not described.", "Describe it.", field="which_other"
            )
    if max(Counter(action.kind for action in account.actions).values()) > 1:
        return _refusal("The same enforcement action is listed twice.", "Enter their total once.")
    return Allow()


def _is_consistent(account: DispositionAccount) -> Decision:
    """What it says about people, force and property agrees with the rest."""
    stopped = account.persons_stopped
    if stopped and account.outcome not in NEEDS_ACT:
        return _inconsistent(
            "Persons were stopped, but the outcome says none.",
            "Correct the outcome or the number of persons stopped.",
        )
    if account.outcome == AlertOutcome.ENCOUNTER and not stopped:
        return _inconsistent(
            "An encounter involves at least one person.", "Enter the number of persons stopped."
        )
    counts = {action.kind: action.count for action in account.actions}
    if AGAINST_A_PERSON & counts.keys() and not stopped:
        return _inconsistent(
            "A person was arrested, cited or warned, but none was stopped.",
            "Enter the number of persons stopped.",
        )
    if counts.get(EnforcementKind.ARREST, 0) > stopped:
        return _inconsistent("More arrests than persons stopped.", "Correct one of the numbers.")
    if account.force_used and not stopped:
        return _inconsistent(
            "Force was used, but no person was stopped.", "Enter the number of persons stopped."
        )
    if account.recovered and account.outcome not in NEEDS_ACT:
        return _refusal(
            "Property was recovered, but the outcome says no action.",
            "Correct the outcome or the property answer.",
            field="recovered",
        )
    for happened, words, event, field in (
        (account.force_used, account.force, "force was used", "force"),
        (account.recovered, account.recovery, "property was recovered", "recovery"),
    ):
        if happened and not says_enough(words, NAME):
            return _refusal(
                f"There is no description of what {event}.", "Describe it in a few words.", field=field
            )
        if not happened and words.strip():
            return _refusal(
                f"You described what {event}, but answered no.",
                "Correct the answer or the description.",
                field=field,
            )
    return Allow()


@enforces("VA.stop/reason")
def says_why_notified(account: DispositionAccount) -> Decision:
    """Whether the report of a stop has the exact reason for which the alert notified, where a law asks for it."""
    laws = set_by("stop_reason")
    if not laws or not account.persons_stopped or says_enough(account.notified_for or "", NAME):
        return Allow()
    return Refusal(
        laws[0].row,
        f"The exact reason of the notification is missing ({laws[0].law}).",
        "Enter for what the list alerted, as the entry says it.",
        field="notified_for",
    )


@enforces("6.e.vii/thorough")
def may_review(*, own: bool, leads: bool, stands_in: bool, reviewed: bool) -> Decision:
    """Whether a supervisor may accept or return a disposition: by somebody below them, or by somebody whom
    nobody above can review; once, and never their own."""
    decision = review.may_review(
        CLAUSE,
        "disposition",
        own=own,
        assigned=leads or stands_in,
        with_whom="The supervisor of the officer who closed the alert reviews it.",
    )
    if isinstance(decision, Refusal):
        return decision
    if reviewed:
        return _refusal("This disposition was already reviewed.", "No action is needed.")
    return Allow()


@enforces("6.e.vii/thorough")
def may_accept_with_others(*, marked: bool, overridden: bool, explained: bool, versions: int) -> Decision:
    """Whether a supervisor may accept it in one act with others: only what one press recorded, from the record alone.
    Whatever somebody decided or put into words needs its own look."""
    if marked and not overridden and not explained and versions == 1:
        return Allow()
    return _refusal(
        "This disposition needs its own review.",
        "Open it, read what was done and why, and decide on it alone.",
    )


@enforces("6.e.vii/thorough")
def may_return(words: str) -> Decision:
    """A return must say what to complete."""
    return must_say(CLAUSE, words, "What is missing is not stated.", "State it in a sentence.", "words")
