"""Words that findings share."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from plateward import clock
from plateward.oversight.detectors.cad_book import CONTRADICTS
from plateward.oversight.detectors.records import Claim
from plateward.oversight.detectors.signs import Reading

# Words that follow "a number that …": what CAD says against it, and where CAD says nothing.
_NAMES_NO_PLATE = "belongs to an open case for which CAD names no plate"
KNOWN = CONTRADICTS | {
    Claim.OPEN: _NAMES_NO_PLATE,
    Claim.OPEN_WITHOUT_PLATE: _NAMES_NO_PLATE,
    Claim.UNJUDGED: "was not checked with CAD",
    Claim.WORKED: "belongs to an open case for which CAD names other plates",
}
LONGEST = 60  # characters of a reason that a finding quotes


def day_of(at: datetime) -> str:
    """The day as a sentence states it, in this process's zone, which on a hub is the agency's."""
    return clock.format_day(at.astimezone())


def quoted(text: str) -> str:
    """A reason or purpose as a sentence quotes it."""
    text = " ".join(text.split())
    return f"“{text[:LONGEST]}…”" if len(text) > LONGEST else f"“{text}”"


def reasons_of(searches: Sequence[Reading]) -> str:
    """The reasons that these searches had, in a sentence or two."""
    reasons = Counter(search.event.reason or search.event.purpose for search in searches)
    reason, times = reasons.most_common(1)[0]
    parts = []
    if reason:
        parts.append(f"Most frequent reason: {quoted(reason)} ({times} of {len(searches)}).")
    else:
        parts.append("Most had no reason.")
    off = sum(search.off_shift is True for search in searches)
    if off:
        parts.append(f"Outside shifts: {off}.")
        if known_from := searches[0].known_from:
            parts.append(f"No roster is kept: shifts are known from {known_from}.")
    if claims := claims_of(searches):
        parts.append(claims)
    return " ".join(parts)


def claims_of(searches: Iterable[Reading]) -> str:
    """What is known of their case numbers, and what is not; empty if CAD explains them all."""
    words = Counter(claim_words(search.claim) for search in searches)
    del words[""]
    sayings = [f"{count} with {what}" for what, count in words.most_common()]
    return f"Case numbers: {', '.join(sayings)}." if sayings else ""


def claim_words(claim: Claim) -> str:
    """What is known of a case number: "a number that …". Empty if CAD explains the search."""
    if claim is Claim.MISSING:
        return "no case number"
    return f"a number that {KNOWN[claim]}" if claim in KNOWN else ""
