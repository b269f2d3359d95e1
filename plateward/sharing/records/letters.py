"""What the letters say. Pure."""

from dataclasses import dataclass
from datetime import date

from plateward.ground import clock
from plateward.sharing.records.rules import DENYING, IPRA, AnswerOutcome, Proposal, listed

RIGHTS = (
    "If you believe that this denial is wrong, you may ask the attorney general or the district court to enforce the "
    "Inspection of Public Records Act (NMSA 1978, 14-2-12)."
)


@dataclass(frozen=True)
class LetterText:
    """A letter's title and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def acknowledgment(number: str, received: date, due: date) -> LetterText:
    """The first letter: it came, and when the answer will."""
    return LetterText(
        "Your request was received",
        (
            f"We received your request for records, number {number}, on {clock.format_day(received)}.",
            f"You will have our answer by {clock.format_day(due)} ({IPRA}).",
            "You can look up its status on our public page with this number and the secret that you were given.",
        ),
    )


def extension(number: str, received: date, until: date, reason: str) -> LetterText:
    """The notice that the answer comes later, and why."""
    return LetterText(
        "We need more time for your request",
        (
            f"Your request for records, number {number}, was received on {clock.format_day(received)}.",
            "It is excessively burdensome or broad, and we need more time to answer it (NMSA 1978, 14-2-10). "
            f"You will have our answer by {clock.format_day(until)}.",
            reason,
        ),
    )


_TITLES = {
    AnswerOutcome.GRANT: "Your request is granted",
    AnswerOutcome.PARTIAL: "Your request is granted in part",
    AnswerOutcome.DENY: "Your request is denied",
    AnswerOutcome.NONE: "We have no such records",
    AnswerOutcome.FEE: "A fee is due for your request",
}


def answer(number: str, received: date, proposal: Proposal, files: list[str]) -> LetterText:
    """The answer, with its legal basis and, of a denial, the officials responsible."""
    begins = (
        f"This answers your request for records, number {number}, received on {clock.format_day(received)}."
    )
    paragraphs = [begins, proposal.text, f"Legal basis: {proposal.basis}."]
    if proposal.outcome is AnswerOutcome.FEE:
        paragraphs.append(f"The fee is {proposal.fee}. Copies are made once it is paid (NMSA 1978, 14-2-9).")
    if files:
        paragraphs.append(f"With this letter: {listed(files)}.")
    if proposal.outcome in DENYING:
        paragraphs.append("Responsible for the denial: " + "; ".join(proposal.officials_named) + ".")
        paragraphs.append(RIGHTS)
    return LetterText(_TITLES[proposal.outcome], tuple(paragraphs))
