"""Which period a review is of, when it is due, and who may answer and sign it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from plateward import clock
from plateward.people import days
from plateward.people.permissions import Role
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.review import says_enough
from plateward.policy.trace import enforces

LETTERS = 20  # minimum for a text that says something
LONGEST_TEXT = 2000  # maximum characters
SETTLED = timedelta(minutes=5)  # after a period's end: by then its last entries are on the log


class ReviewKind(StrEnum):
    """How often."""

    WEEKLY = "weekly"
    QUARTERLY = "quarterly"


@dataclass(frozen=True)
class Terms:
    """What is so for all reviews of a kind. `clause`: that asks for it; `due`: days after the period's end; `warned`:
    how long before; `escalates`: between two steps up the chain of command; `missed`: the most that open at once after
    the hub was away; `sample`: entries; `most`: entries listed for each reason; `before`: periods to compare with."""

    clause: str
    due: int
    warned: timedelta
    escalates: timedelta
    missed: int
    sample: int
    most: int
    before: int


# With 59 entries at random, what is so of one entry in 20 is among them in 19 of 20 reviews; with 149, of one in 50.
TERMS = {
    ReviewKind.WEEKLY: Terms("AU-6", 7, timedelta(days=2), timedelta(days=2), 53, 59, 12, 4),
    ReviewKind.QUARTERLY: Terms("6.b.i.10", 30, timedelta(days=7), timedelta(days=7), 8, 149, 30, 4),
}


@enforces("6.b.i.10", "AU-6")
@dataclass(frozen=True)
class Period:
    """From the beginning of the day `first` to that of the day `after`, in the agency's time zone."""

    kind: ReviewKind
    first: date
    after: date

    @property
    def starts(self) -> datetime:
        """The first moment."""
        return days.start_of(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment that is no longer part of it."""
        return days.start_of(self.after)

    @property
    def due(self) -> datetime:
        """When its review must be signed."""
        return days.start_of(self.after + timedelta(days=TERMS[self.kind].due))

    @property
    def before(self) -> "Period":
        """The one that ends where this one begins."""
        return period_of(self.kind, self.first - timedelta(days=1))

    @property
    def parts(self) -> list[date]:
        """Where its days begin; those of a quarter's weeks."""
        step = 1 if self.kind is ReviewKind.WEEKLY else 7
        return [self.first + timedelta(days=n) for n in range(0, (self.after - self.first).days, step)]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    def __str__(self) -> str:
        return f"{clock.format_day(self.first)} to {clock.format_day(self.last)}"


def period_of(kind: ReviewKind, day: date) -> Period:
    """The week, from Monday on, or the quarter that the day is in."""
    if kind is ReviewKind.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Period(kind, monday, monday + timedelta(days=7))
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Period(kind, first, date(day.year + first.month // 10, (first.month + 2) % 12 + 1, 1))


@enforces("6.b.i.10", "AU-6")
def periods_due(kind: ReviewKind, latest: date | None, begun: date, now: datetime) -> list[Period]:
    """The periods that are over and have no review, oldest first. `latest`: the day on which the latest reviewed period
    was over; `begun`: the day of the log's first entry. Without an earlier review only the last period is due."""
    period = period_of(kind, days.day_of(now - SETTLED)).before
    due: list[Period] = []
    while len(due) < (TERMS[kind].missed if latest else 1) and period.after > max(begun, latest or begun):
        due.append(period)
        period = period.before
    return due[::-1]


class Step(StrEnum):
    """What the hub does about a review that nobody signed."""

    REMIND = "remind"
    ESCALATE = "escalate"


@enforces("6.b.i.10", "AU-6")
def step_due(
    kind: ReviewKind, due: datetime, now: datetime, *, reminded: bool, escalated: bool
) -> Step | None:
    """What is due now. `reminded`, `escalated`: it was, within the time between two of them."""
    if now >= due:
        return None if escalated else Step.ESCALATE
    return Step.REMIND if now >= due - TERMS[kind].warned and not reminded else None


class Verdict(StrEnum):
    """What a reviewer says of an entry."""

    IN_ORDER = "in_order"
    QUESTION = "question"
    MISUSE = "misuse"


VERDICT_TEXTS = {
    Verdict.IN_ORDER: "In order",
    Verdict.QUESTION: "Question",
    Verdict.MISUSE: "Possible misuse",
}


@enforces("6.b.i.10", "6.b.i.9")
def may_answer(answer: Verdict, text: str, *, has_account: bool, answered_by: str, signed: bool) -> Decision:
    """Whether this answer may be recorded: once, before the signature, and saying why unless it is in order.
    `answered_by`: who did before, if anybody."""
    if signed:
        return Refusal("6.b.i.10", "This review is signed.", "Report what you learned since as a breach.")
    if answered_by:
        return Refusal("6.b.i.10", f"{answered_by} answered this entry before you.", "No action is needed.")
    if answer is Verdict.QUESTION and not has_account:
        return Refusal(
            "6.b.i.10",
            "No person's account made this entry, so nobody can be asked.",
            "Answer that it is in order, or possible misuse, which is reported as a breach.",
        )
    if answer is not Verdict.IN_ORDER and not says_enough(text, LETTERS):
        return Refusal(
            "6.b.i.10",
            "It is not stated what is not in order.",
            f"Say in at least {LETTERS} letters what you saw, and what you want to know.",
            field="text",
        )
    return Allow()


@enforces("6.b.i.10")
def may_pass_together(*, risky: int, unseen: int) -> Decision:
    """Whether several entries may be said to be in order at once: sampled ones that this reviewer was shown."""
    if risky:
        return Refusal(
            "6.b.i.10",
            f"{risky} of these entries are listed for a risk.",
            "Answer each of those separately.",
        )
    if unseen:
        return Refusal(
            "6.b.i.10",
            f"{unseen} of these entries were never displayed to you.",
            "Reload the page, and look at each.",
        )
    return Allow()


@enforces("6.b.i.10", "AU-6")
def may_sign(kind: ReviewKind, role: str, conclusion: str, *, waiting: bool, signed_by: str) -> Decision:
    """Whether a person with this role may sign: no entry `waiting` for a reviewer whom there is, with a conclusion, a
    quarter's by the ALPR administrator. `signed_by`: who did before, if anybody."""
    clause = TERMS[kind].clause
    if signed_by:
        return Refusal(clause, f"{signed_by} signed this review before.", "No action is needed.")
    if kind is ReviewKind.QUARTERLY and role != Role.ADMINISTRATOR:
        return Refusal(
            clause,
            "The ALPR administrator signs the quarterly review.",
            "Let the administrator know it is ready.",
        )
    if waiting:
        return Refusal(
            clause,
            "Not every entry has an answer.",
            "Answer them first. Those that you cannot see are with other reviewers.",
        )
    if not says_enough(conclusion, LETTERS):
        return Refusal(
            clause,
            "The conclusion is too short.",
            f"State in at least {LETTERS} letters what the review found.",
            field="conclusion",
        )
    return Allow()
