"""What a reason is worth, and the words that findings share."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from plateward.ground import clock
from plateward.ground.reasons.barred import Ground
from plateward.ground.reasons.judging import judge
from plateward.ground.reasons.words import families_in
from plateward.oversight.detectors.cad_book import CONTRADICTS
from plateward.oversight.detectors.records import LogEvent, NumberClaim

# Words that follow "a number that …": what CAD says against it, and where CAD says nothing.
KNOWN = CONTRADICTS | {
    NumberClaim.OPEN: "belongs to an open case for which CAD names no plate",
    NumberClaim.UNJUDGED: "was not checked with CAD",
    NumberClaim.WORKED: "belongs to an open case for which CAD names other plates",
}
LONGEST = 60  # characters of a reason that a finding quotes


@dataclass(frozen=True)
class Worth:
    """`vague`: it says nothing, or is marked as thin or odd; `barred`: it points to a purpose barred by law;
    `kinds`: of crime or event that it tells of."""

    vague: bool = False
    barred: Ground | None = None
    kinds: frozenset[str] = frozenset()


SAYS_ENOUGH = Worth()


@lru_cache(maxsize=50_000)
def worth_of(reason: str) -> Worth:
    """What the reason is worth by itself."""
    judgment = judge(reason)
    return Worth(judgment.marked or not judgment.accepted, judgment.barred, families_in(reason))


def day_of(at: datetime) -> str:
    """The day as a sentence states it, in this process's zone, which on a hub is the agency's."""
    return clock.format_day(at.astimezone())


def quoted(text: str) -> str:
    """A reason or purpose as a sentence quotes it."""
    text = " ".join(text.split())
    return f"“{text[:LONGEST]}…”" if len(text) > LONGEST else f"“{text}”"


def reasons_of(events: Collection[LogEvent]) -> str:
    """The reason that most of these searches had."""
    reason, times = Counter(event.reason or event.purpose for event in events).most_common(1)[0]
    return (
        f"Most frequent reason: {quoted(reason)} ({times} of {len(events)})."
        if reason
        else "Most had no reason."
    )


def claims_of(claims: Iterable[NumberClaim]) -> str:
    """What is known of case numbers, and what is not; empty if CAD explains them all."""
    words = Counter(map(claim_words, claims))
    del words[""]
    sayings = [f"{count} with {what}" for what, count in words.most_common()]
    return f"Case numbers: {', '.join(sayings)}." if sayings else ""


def claim_words(claim: NumberClaim) -> str:
    """What is known of a case number: "a number that …". Empty if CAD explains the search."""
    if claim is NumberClaim.MISSING:
        return "no case number"
    return f"a number that {KNOWN[claim]}" if claim in KNOWN else ""
