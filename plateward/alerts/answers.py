"""Which of all answers of NCIC, of FMCSA and of entering agencies counts. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from plateward.alerts.facts import VerificationAnswer
from plateward.links.ncic import RecordVerdict
from plateward.policy.trace import enforces

USABLE = (VerificationAnswer.HIT, VerificationAnswer.NO_RECORD, VerificationAnswer.CLEAR)


class Asked(Protocol):
    """A verification, as the rules see it."""

    @property
    def source(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def positive(self) -> bool: ...


A = TypeVar("A", bound=Asked)


@enforces("6.e.iv.3", "5.h", "5.j")
def governing_answer(verifications: Sequence[A]) -> A | None:
    """The answer that counts, of all of an alert's in their order. Of each of NCIC and FMCSA the last one that says
    anything of the plate counts: a switch that is down takes nothing back. Between the two a positive one goes first,
    then the later one."""
    usable = {
        verification.source: place
        for place, verification in enumerate(verifications)
        if verification.answer in USABLE
    }
    if not usable:
        return verifications[-1] if verifications else None
    return verifications[max(usable.values(), key=lambda place: (verifications[place].positive, place))]


@dataclass(frozen=True)
class NumberedVerdict:
    """A YR: which request about the record it answers, and what it says."""

    number: int
    verdict: RecordVerdict


@enforces("5.h")
def standing(said: Iterable[NumberedVerdict]) -> RecordVerdict | None:
    """What the entering agency says of its record, in whatever order and however often its answers came: the answer to
    its latest request that was answered with yes or no; where one was answered with both, no."""
    told = list(said)
    final = [one for one in told if one.verdict is not RecordVerdict.WAIT]
    if final:
        return max(final, key=lambda one: (one.number, one.verdict is RecordVerdict.NOT_VALID)).verdict
    return RecordVerdict.WAIT if told else None
