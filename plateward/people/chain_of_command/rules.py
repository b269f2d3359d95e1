"""To whom a matter goes up the chain of command, and when a person may be absent. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person

ABSENCE = "6.f.i.1"
LONGEST_ABSENCE = timedelta(days=60)


@dataclass(frozen=True)
class Candidate:
    """A person in the chain of command; `cannot`: why they cannot do this duty now, if so."""

    person: Person
    cannot: str = ""


@dataclass(frozen=True)
class ReviewRoute:
    """Who reviews a matter now, and who was passed over on the way up."""

    reviewers: tuple[Person, ...]
    passed: tuple[Candidate, ...]

    @property
    def since(self) -> str:
        """Why it skipped their own supervisor, in words that follow "since"; empty if it did not."""
        return reasons(self.passed)

    @property
    def text(self) -> str:
        """To whom it went, and why."""
        if not self.reviewers:
            whom = f"No one can review it now, since {self.since or 'no supervisor is on record'}"
            return f"{whom}. Notify the ALPR administrator."
        whom = "It is with " + " or ".join(str(reviewer) for reviewer in self.reviewers)
        return f"{whom}, since {self.since}." if self.since else f"{whom}."

    @property
    def acting(self) -> str:
        """Why one of these reviewers decides it."""
        return f"Up the chain of command, since {self.since}" if self.since else "As their supervisor"


def reasons(passed: Iterable[Candidate]) -> str:
    return "; ".join(f"{candidate.person} {candidate.cannot}" for candidate in passed)


@enforces("6.f.i.1/review", "6.b.i.8/scope", "6.a.ii.3/brake")
def review_route(
    barred: Collection[int], chain: Iterable[Candidate], chiefs: Iterable[Candidate]
) -> ReviewRoute:
    """Their own supervisor; failing that, the next above who can, and at the end of the chain the Chief's
    office. It skips, without a word, people barred by key because the matter is their own."""
    passed: list[Candidate] = []
    for candidate in chain:
        if candidate.person.pk in barred:
            continue
        if not candidate.cannot:
            return ReviewRoute((candidate.person,), tuple(passed))
        passed.append(candidate)
    able = (chief.person for chief in chiefs if chief.person.pk not in barred and not chief.cannot)
    return ReviewRoute(tuple(able), tuple(passed))


@enforces("6.f.i.1/review")
def may_be_absent(
    begins: datetime, ends: datetime, overlapping: Collection[object], now: datetime
) -> Decision:
    if ends <= begins:
        return Refusal(ABSENCE, "The absence would end before it begins.", "Correct the dates.", field="last")
    if ends <= now:
        return Refusal(ABSENCE, "The absence would already be over.", "Enter future days.", field="last")
    if ends - begins > LONGEST_ABSENCE:
        return Refusal(
            ABSENCE,
            f"An absence lasts at most {LONGEST_ABSENCE.days} days.",
            "Request leave or a transfer.",
            field="last",
        )
    if overlapping:
        return Refusal(
            ABSENCE,
            "You already declared an absence for that time.",
            "End that absence first.",
            field="first",
        )
    return Allow()
