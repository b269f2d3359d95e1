"""Which period a review is of, when it is due, and who may answer and sign it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial

from django.db.models import TextChoices

from plateward.core.decisions.rules import THOROUGH, must_say, says_enough
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.permissions import Role

LONGEST_TEXT = 2000  # maximum characters
refuse = partial(Refusal, "6.b.i.10")
SETTLED = timedelta(minutes=5)  # after a period's end: by then its last entries are on the log


class ReviewKind(TextChoices):
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


@enforces("6.b.i.10/review", "AU-6/weekly")
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


@enforces("6.b.i.10/review", "AU-6/weekly")
def periods_due(kind: ReviewKind, latest: date | None, begun: date, now: datetime) -> list[Period]:
    """The periods that are over and have no review, oldest first. `latest`: the day on which the latest reviewed period
    was over; `begun`: the day of the log's first entry. Without an earlier review only the last period is due."""
    period = period_of(kind, days.day_of(now - SETTLED)).before
    due: list[Period] = []
    while len(due) < (TERMS[kind].missed if latest else 1) and period.after > max(begun, latest or begun):
        due.append(period)
        period = period.before
    return due[::-1]


class ReviewStep(StrEnum):
    """What the hub does about a review that nobody signed."""

    REMIND = "remind"
    ESCALATE = "escalate"


@enforces("6.b.i.10/review", "AU-6/weekly")
def step_due(
    kind: ReviewKind, due: datetime, now: datetime, *, reminded: bool, escalated: bool
) -> ReviewStep | None:
    """What is due now. `reminded`, `escalated`: it was, within the time between two of them."""
    if now >= due:
        return None if escalated else ReviewStep.ESCALATE
    return ReviewStep.REMIND if now >= due - TERMS[kind].warned and not reminded else None


@enforces("AU-6/weekly")
def has_idled(kind: ReviewKind, since: datetime, now: datetime, *, acted: bool) -> bool:
    """Whether an owner since then, who has answered or asked nothing, has had half of the time that there is."""
    return not acted and now >= since + timedelta(days=TERMS[kind].due) / 2


class Verdict(TextChoices):
    """What a reviewer says of an entry."""

    IN_ORDER = "in_order", "In order"
    QUESTION = "question", "Question"  # before questions were put to the person
    MISUSE = "misuse", "Possible misuse"


@enforces("6.b.i.10/review")
def may_answer(
    answer: Verdict, text: str, *, answered_by: str, signed: bool, asked: bool = False
) -> Decision:
    """Whether this answer may be recorded: once, before the signature, and saying why unless it is in order.
    `answered_by`: who did before, if anybody; `asked`: a question about it waits for its answer."""
    if signed:
        return refuse("This review is signed.", "Report what you learned since at the foot of the page.")
    if answered_by:
        return refuse(f"{answered_by} answered this entry before you.", "No action is needed.")
    if asked and answer is Verdict.IN_ORDER:
        return refuse(
            "The question about this entry has no answer yet.",
            "Wait for the answer, then accept it or ask again. Possible misuse can be recorded at any time.",
        )
    if answer is not Verdict.IN_ORDER and not says_enough(text, THOROUGH):
        return refuse(
            "What is not in order is not stated.",
            f"Say in at least {THOROUGH} letters what you saw.",
            field="text",
        )
    return Allow()


@enforces("6.b.i.10/review", "6.f.i.3/investigate")
def may_ask(text: str, *, of_finding: bool, closed: bool, waiting: bool, somebody: bool) -> Decision:
    """Whether a question may be put to the subject's supervisor: not about what is part of a finding, which would warn
    them; while the entry has no answer, and one question at a time. `somebody`: there is a person to ask."""
    if of_finding:
        what = "This entry is part of a finding: a question would warn its subject."
        return Refusal("6.f.i.3", what, "Look at the finding.")
    refuse = partial(Refusal, "6.b.i.10")
    if closed:
        return refuse("This entry has an answer, or its review is signed.", "No action is needed.")
    if waiting:
        return refuse(
            "A question about this entry was already asked.",
            "Wait for the answer; possible misuse can be recorded without it.",
        )
    if not somebody:
        return refuse("Nobody else can be asked about this entry.", "Decide, or report a security incident.")
    return must_say("6.b.i.10", text, "Your question is too short.", f"Ask in at least {THOROUGH} letters.")


@enforces("6.b.i.10/review")
def may_reply(text: str, *, replied: bool, asked: bool) -> Decision:
    """Whether this may be the answer to a question. `asked`: it is with this person now."""
    if not asked:
        return refuse("This question is not with you.", "No action is needed.")
    if replied:
        return refuse("This question is answered.", "No action is needed.")
    return must_say("6.b.i.10", text, "The answer is too short.", f"Answer in at least {THOROUGH} letters.")


@enforces("6.b.i.10/review")
def may_pass_together(*, risky: int, unseen: int) -> Decision:
    """Whether several entries may be said to be in order at once: sampled ones that this reviewer was shown."""
    if risky:
        return refuse(f"{risky} of these entries are listed for a risk.", "Answer each of those separately.")
    if unseen:
        return refuse(
            f"{unseen} of these entries were never displayed to you.", "Reload the page, and look at each."
        )
    return Allow()


@enforces("6.b.i.10/review", "AU-6/weekly")
def may_sign(
    kind: ReviewKind, role: str, conclusion: str, *, waiting: bool, signed_by: str, asked: bool = False
) -> Decision:
    """Whether a person with this role may sign: no entry `waiting` for a reviewer whom there is and no question whose
    answer nobody accepted, with a conclusion, a quarter's by the ALPR administrator. `signed_by`: who did before, if
    anybody."""
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
    if asked:
        what = "A question of this review has no answer that a reviewer accepted."
        return Refusal(
            clause, what, "Accept the answer or ask again. If its reviewer left, authorize another."
        )
    how = f"State in at least {THOROUGH} letters what the review found."
    return must_say(clause, conclusion, "The conclusion is too short.", how, "conclusion")
