"""When plates of a search that starts from a place are shown. Pure."""

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.wording import is_specific, must_tell
from plateward.work.searches.rules import HARASSMENT, SearchState, may_run

PLATES_PER_STEP = 5  # unmasked with one approval
NOTHING_MASKED = Refusal(
    HARASSMENT, "This search started from a plate: nothing is masked.", "Look at its results."
)


@enforces("6.a.ii.2/place")
def may_unmask(
    state: SearchState, *, own: bool, from_place: bool, unmasked: int, approved_steps: int, reason: str
) -> Decision:
    """Whether one more plate of a search from a place may be shown: each with its reason, and PLATES_PER_STEP with one
    approval. `approved_steps`: the search itself is the first."""
    runs = may_run(state, own=own)
    if isinstance(runs, Refusal):
        return runs
    if not from_place:
        return NOTHING_MASKED
    if not is_specific(reason):
        return Refusal(
            HARASSMENT,
            "The reason does not say why this plate.",
            "Say what sets it apart from the others: time, direction, color, make, what a witness saw.",
            field="reason",
        )
    if unmasked >= PLATES_PER_STEP * approved_steps:
        return Refusal(
            HARASSMENT,
            f"With one approval, {PLATES_PER_STEP} plates are shown; this search has shown {unmasked}.",
            "Narrow the search first; or ask for approval of another step.",
        )
    return Allow()


@enforces("6.a.ii.2/place")
def may_ask_step(
    state: SearchState, *, own: bool, from_place: bool, unmasked: int, steps: int, waiting: bool, why: str
) -> Decision:
    """Whether the searcher may ask to unmask more. `steps`: approved, the search itself included."""
    runs = may_run(state, own=own)
    if isinstance(runs, Refusal):
        return runs
    if not from_place:
        return NOTHING_MASKED
    if waiting:
        return Refusal(
            HARASSMENT, "Your last request is still waiting for a decision.", "Wait for that decision."
        )
    if unmasked < PLATES_PER_STEP * steps:
        return Refusal(
            HARASSMENT, "You can still unmask plates under the current approval.", "Unmask those first."
        )
    missing = "This does not say why more plates are needed."
    return must_tell(HARASSMENT, why, missing, "Say what the first ones led to.", "why")
