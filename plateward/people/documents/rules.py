"""When a protocol is approved and takes effect, and what an acknowledgment needs. Pure."""

import difflib
import hashlib
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from plateward.core.decisions.rules import ENOUGH, is_as_seen, may_review, must_say
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.training.rules import MAX_DUTY_PERIOD

CLAUSE = "6.b.i.1"
MATTER = "protocol"
REVIEW_AFTER = timedelta(days=365)  # from taking effect, or from the last review
REVIEW_TOLD = timedelta(days=30)  # so long before it is due
RETRAIN_WITHIN = 90  # days, unless the version says another number
# Kinds that the policy asks for: of access, collection and storage, to preserve what was acted upon, to monitor.
REQUIRED_KINDS = {
    "access": "6.b.i.1",
    "collection": "6.b.i.1",
    "storage": "6.b.i.1",
    "preservation": "6.b.i.2",
    "monitoring": "6.b.i.3",
}
SPACES = str.maketrans({"\xa0": " ", "\u202f": " ", "\xad": None, "\u200b": None, "\ufeff": None, "\r": None})


def fingerprint(*parts: object) -> str:
    """A hash of all that an approval and an acknowledgment are for."""
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()


def clean_text(given: str) -> str:
    """The text with plain spaces and line ends, as word processors do not paste it."""
    return given.translate(SPACES).strip()


def first_bad_line(text: str) -> int | None:
    """The number of the first line with a character that cannot be shown."""
    lines = enumerate(text.split("\n"), 1)
    return next((number for number, line in lines if not line.replace("\t", "").isprintable()), None)


@enforces("6.b.i.1/versions")
def may_decide(
    *, withdrawn: bool, approved: bool, submitted: bool, own: bool, seen: str, current: str
) -> Decision:
    """Whether the Chief may approve or return what they saw: submitted, undecided, and not their own."""
    if withdrawn or approved:
        why = "withdrawn" if withdrawn else "approved"
        return Refusal(CLAUSE, f"This version is already {why}.", "See it under Protocols.")
    if not submitted:
        return Refusal(CLAUSE, "This version is a draft.", "Its author must submit it first.")
    other = "Another person in the Chief's office must decide."
    decision = may_review(CLAUSE, MATTER, own=own, assigned=True, with_whom=other)
    return decision if isinstance(decision, Refusal) else is_as_seen(CLAUSE, MATTER, seen, current)


@enforces("6.b.i.1/versions")
def may_take_effect(effective_on: date, today: date) -> Decision:
    """Whether what is approved today may take effect on that day: nothing binds people for days that have passed."""
    if effective_on >= today:
        return Allow()
    day = clock.format_day(effective_on)
    return Refusal(CLAUSE, f"It would have taken effect on {day}.", "Return it, for a later day.")


@enforces("6.d.iv/policy", "6.b.i.1/due")
def names_courses(number: int, courses: Collection[str]) -> Decision:
    """Whether a version says which training it changes: a first one may be taught already, a changed one is not."""
    if number == 1 or courses:
        return Allow()
    return Refusal(
        "6.d.iv",
        "This changes a protocol in effect, and no course to update is chosen.",
        "Choose the courses whose material it changes: those it binds retake them.",
        field="courses",
    )


@enforces("6.d.iv/policy")
def retrain_by(effective_on: date, within: int | None, today: date) -> date:
    """The last day to retrain after a version takes effect: within its days, and never later than a change of policy
    allows."""
    return min(effective_on + timedelta(days=within or RETRAIN_WITHIN), today + MAX_DUTY_PERIOD)


@enforces("6.b.i.1/due", "6.b.i.2/protocol", "6.b.i.3/protocol")
def missing_kinds(in_force: Collection[str]) -> list[str]:
    """The kinds of protocols that the policy asks for and of which none is in force, each with its clause."""
    return [f"{kind} ({clause})" for kind, clause in REQUIRED_KINDS.items() if kind not in in_force]


@enforces("6.b.i.1/due")
def review_due(effective_on: date, review_on: date | None, reviewed: date | None) -> date:
    """When a version is to be reviewed at the latest: a year after its last review; before the first, on the day that
    was approved with it, or a year after it takes effect."""
    return reviewed + REVIEW_AFTER if reviewed else review_on or effective_on + REVIEW_AFTER


@enforces("6.b.i.1/due")
def may_record_review(*, in_force: bool, note: str) -> Decision:
    """Whether a review that changes nothing may be recorded: of what is in effect, saying what it looked at."""
    if not in_force:
        return Refusal(CLAUSE, "This version is not in effect.", "Review the one in effect, under Protocols.")
    what = "State in a sentence what you compared it with."
    return must_say(CLAUSE, note, "The review does not say what was reviewed.", what, "note", ENOUGH)


@enforces("6.b.i.1/versions")
def states_why(reason: str) -> Decision:
    """Whether a return or a withdrawal says why."""
    missing = "The reason is missing or too short."
    return must_say(CLAUSE, reason, missing, "State in a sentence why.", "reason", ENOUGH)


@enforces("6.b.i.1/versions")
def may_save(*, withdrawn: bool, title_taken: bool, seen: str, current: str) -> Decision:
    """Whether a draft may be saved: `seen` and `current` are what the author edited and what is there; empty: none."""
    if withdrawn:
        return Refusal(CLAUSE, "This protocol is withdrawn.", "Write a new one.")
    if title_taken:
        return Refusal(
            CLAUSE, "Another protocol has this title.", "Revise it, or choose another.", field="title"
        )
    return is_as_seen(CLAUSE, "draft", seen, current)


@enforces("6.b.i.1/versions")
def may_withdraw(withdrawn: bool, approved: bool) -> Decision:
    if withdrawn or not approved:
        why = "already withdrawn" if withdrawn else "only a draft"
        return Refusal(CLAUSE, f"This protocol is {why}.", "No action is needed.")
    return Allow()


@enforces("6.b.i.1/acknowledged")
def may_acknowledge(*, binding: bool, standing: bool, shown: str, current: str) -> Decision:
    """Whether an acknowledgment counts: of a version that binds the person and is not superseded or withdrawn, on the
    page that showed it. `shown`: the hash that the page proves it showed; empty: none."""
    if not binding:
        return Refusal(CLAUSE, "This protocol does not apply to you.", "No action is needed.")
    if not standing:
        return Refusal(CLAUSE, "This version is no longer in effect.", "See the current one under Protocols.")
    if shown != current:
        return Refusal(
            CLAUSE, "You have not opened this version today.", "Read it here, then acknowledge it."
        )
    return Allow()


@dataclass(frozen=True)
class Block:
    """A part of a protocol's text: a heading, a list, or a paragraph."""

    kind: Literal["heading", "bullets", "numbers", "paragraph"]
    lines: tuple[str, ...]


MARKS = {
    "heading": re.compile(r"#{1,6}\s+"),
    "bullets": re.compile(r"[-*]\s+"),
    "numbers": re.compile(r"\d+[.)]\s+"),
}


def blocks_of(text: str) -> Iterator[Block]:
    """The text as written: `# heading`, `- point`, `1. step`; anything else is a paragraph."""
    kind, lines = "", list[str]()
    for line in [*text.split("\n"), ""]:
        now = next(
            (name for name, mark in MARKS.items() if mark.match(line)), "paragraph" if line.strip() else ""
        )
        if lines and (now != kind or kind == "heading"):
            yield Block(kind, tuple(lines))  # type: ignore[arg-type]
            lines = []
        kind = now
        if now:
            lines.append(MARKS[now].sub("", line, count=1) if now in MARKS else line)


@dataclass(frozen=True)
class ChangedLine:
    mark: Literal["+", "-", " ", "…"]
    text: str


def changed_lines(before: str, after: str) -> list[ChangedLine]:
    """What is new and what is gone, with a line around it; "…": lines between."""
    diff = list(difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=1))[2:]
    return [
        ChangedLine("…", "") if line.startswith("@@") else ChangedLine(line[0], line[1:])  # type: ignore[arg-type]
        for line in diff
    ]
