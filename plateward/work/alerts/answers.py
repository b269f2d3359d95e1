"""Which answer of NCIC, FMCSA and entering agencies counts. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from plateward.ground.links.ncic.hit import RecordVerdict
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import VerificationAnswer

USABLE = (VerificationAnswer.HIT, VerificationAnswer.NO_RECORD, VerificationAnswer.CLEAR)


class VerificationLike(Protocol):
    """A verification, as the rules see it."""

    @property
    def source(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def positive(self) -> bool: ...


V = TypeVar("V", bound=VerificationLike)


@enforces("6.e.iv.3/ncic", "6.e.iv.3/fmcsa", "5.h/query", "5.j/verifies")
def governing_answer(verifications: Sequence[V]) -> V | None:
    """The answer that counts, from all of an alert's in order. For NCIC and for FMCSA it is the last one that
    says anything about the plate: a switch that is down withdraws nothing. Between the two, a positive answer
    goes first, then the later one."""
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


@enforces("5.h/query")
def current_verdict(verdicts: Iterable[NumberedVerdict]) -> RecordVerdict | None:
    """What the entering agency says about its record, in whatever order and however often answers came: the
    answer to its latest request answered yes or no; if one got both, no."""
    answers = list(verdicts)
    final = [answer for answer in answers if answer.verdict is not RecordVerdict.WAIT]
    if final:
        latest = max(final, key=lambda answer: (answer.number, answer.verdict is RecordVerdict.NOT_VALID))
        return latest.verdict
    return RecordVerdict.WAIT if answers else None


@enforces("5.h/query")
def withdrawn_records(verdicts: Iterable[tuple[str, NumberedVerdict]]) -> frozenset[str]:
    """The numbers of the records that their entering agencies say are not valid."""
    verdicts_by_record: dict[str, list[NumberedVerdict]] = {}
    for record, verdict in verdicts:
        verdicts_by_record.setdefault(record, []).append(verdict)
    return frozenset(
        record
        for record, answers in verdicts_by_record.items()
        if current_verdict(answers) is RecordVerdict.NOT_VALID
    )
