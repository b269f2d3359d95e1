"""Whether an entry may be recalled, which lines the recall holds back, and who lets a plate return. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from plateward.matching.explain import state_agreement
from plateward.matching.kinds import StateAgreement
from plateward.matching.normalize import zeroed
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.review import says_enough
from plateward.policy.trace import enforces

LETTERS = 10  # minimum letters of a reason that others can understand
REVIEW = "6.f.i.1"
NOT_HELD_BACK = Refusal(
    REVIEW, "This plate is no longer held back.", "Its source dropped it, or its return was already approved."
)


@enforces("6.f.i.1", "6.b.i.9")
def may_recall(in_force: bool, reason: str) -> Decision:
    """The entry must be in force, with a reason that tells those who saw an alert of it why to stop."""
    if not in_force:
        return Refusal(
            "6.f.i.1", "This entry is no longer in force.", "There is nothing to recall; see its history."
        )
    if not says_enough(reason, LETTERS):
        return Refusal(
            "6.b.i.9",
            "The reason is too short.",
            "State in a sentence why no one may act on it, e.g. “Recovered by Santa Fe PD; the owner has it back.”",
            field="reason",
        )
    return Allow()


@enforces("6.f.i.1")
class RecalledIndex:
    """Recalled plates of one list, each as (key, bare plate, state), to check its next file's lines."""

    def __init__(self, plates: Iterable[tuple[int, str, str]]) -> None:
        self._by_plate: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for pk, bare, state in plates:
            self._by_plate[zeroed(bare)].append((pk, state))

    def of(self, bare: str, state: str) -> int | None:
        """The key of the recalled plate that a line would list again: O and 0 are equal, and a missing state
        may be any."""
        if not self._by_plate:  # almost always, and a file has two million lines
            return None
        for pk, recalled in self._by_plate.get(zeroed(bare), ()):
            if state_agreement(recalled or None, state or None) is not StateAgreement.DIFFERENT:
                return pk
        return None

    def within(self, text: str) -> Iterator[int]:
        """Plates in an unreadable line, which is no sign that the source dropped them."""
        if not self._by_plate:
            return
        zeroed_text = zeroed(text)
        for bare, plates in self._by_plate.items():
            if bare in zeroed_text:
                yield from (pk for pk, _ in plates)


@enforces("6.f.i.1", "6.b.i.9")
def may_request_return(held_back: bool, waiting: bool, reason: str) -> Decision:
    """Whether the return of a recalled plate may be requested."""
    if not held_back:
        return NOT_HELD_BACK
    if waiting:
        return Refusal(REVIEW, "Its return was already requested.", "A supervisor decides on it.")
    if not says_enough(reason, LETTERS):
        return Refusal(
            "6.b.i.9",
            "The reason for the return is not stated.",
            "State what its source confirmed, who said so and when.",
        )
    return Allow()


@enforces("6.f.i.1", "6.b.i.9")
def may_decide_return(asked_by: str, decider: str, waiting: bool, approves: bool, answer: str) -> Decision:
    """Whether this person may decide on a return; nobody decides on their own."""
    if not waiting:
        return Refusal(
            REVIEW, "This return was already decided, or its source dropped the plate.", "Reload the page."
        )
    if asked_by == decider:
        return Refusal(REVIEW, "You cannot decide your own request.", "Another supervisor decides.")
    if not approves and not says_enough(answer, LETTERS):
        return Refusal(REVIEW, "The reason for the denial is missing.", "State why it stays off the list.")
    return Allow()
