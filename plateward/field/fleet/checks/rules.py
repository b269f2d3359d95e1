"""Who may do a start-of-shift check, and a reader's state at a moment. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from plateward.field.fleet.checks.steps import CheckStep, step_names
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.permissions import Permission

if TYPE_CHECKING:
    from plateward.field.fleet.checks.models import ReaderCheck
    from plateward.field.fleet.models import Reader
    from plateward.people.models import Person

CLAUSE = "6.e.iv.1"
SHIFT = timedelta(hours=12)  # how long a check counts, and how long an alarm may be acted on
HEARD_AFTER = timedelta(minutes=1)  # a connected reader has received its check's result by then


class CheckState(StrEnum):
    """A reader's state at a moment, by its check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"


@dataclass(frozen=True)
class CheckStanding:
    """Passed, failed (`failed`: which steps; empty if only the reader reported it), or not done."""

    state: CheckState
    failed: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """A short text; "" if passed."""
        return describe_state(self.state, self.failed)


@enforces("6.e.iv.1/missing")
def judge_standing(
    last: "ReaderCheck | None",
    moment: datetime,
    *,
    repaired_at: datetime | None = None,
    reader_says: bool | None = None,
    said_at: datetime | None = None,
) -> CheckStanding:
    """A reader's state at a moment, by the last check in the shift before it and after any repair.
    `reader_says`: its own report, as of `said_at`. A no overrides a passed check, unless the reader may not
    have received that check yet: it repeats the hub. A yes is no check by a person."""
    if last is None or not last.at <= moment < last.at + SHIFT:
        return CheckStanding(CheckState.NOT_DONE)
    if repaired_at is not None and last.at < repaired_at <= moment:
        return CheckStanding(CheckState.NOT_DONE)
    if last.failed:
        return CheckStanding(CheckState.FAILED, tuple(last.failed))
    if reader_says is False and (said_at or moment) >= last.at + HEARD_AFTER:
        return CheckStanding(CheckState.FAILED)
    return CheckStanding(CheckState.PASSED)


def describe_state(state: str, failed: tuple[str, ...]) -> str:
    """A short text for a state; "" if passed or unknown."""
    if state == CheckState.FAILED:
        return f"Start-of-shift check failed: {step_names(failed) or 'reported by the reader'}"
    return "No start-of-shift check" if state == CheckState.NOT_DONE else ""


@enforces("6.e.iv.1/missing")
def not_passed_since(
    last: "ReaderCheck | None", enrolled_at: datetime, repaired_at: datetime | None
) -> datetime:
    """Since when a reader has lacked a passed check: its failed check, the end of the shift of a passed one,
    or its repair; its enrollment, if it was never checked."""
    if last is None:
        return max(enrolled_at, repaired_at) if repaired_at else enrolled_at
    if repaired_at and repaired_at > last.at:
        return min(repaired_at, last.at + SHIFT) if not last.failed else repaired_at
    return last.at if last.failed else last.at + SHIFT


@enforces("6.e.iv.1/check", "6.b.i.8/scope")
def may_check(person: "Person", reader: "Reader") -> Decision:
    """Whether this person may check that reader: members of its unit; if it has none, a technician."""
    if reader.revoked_at is not None:
        return Refusal(CLAUSE, "This reader is revoked.", "Its reads are refused: no check is needed.")
    if reader.unit_id is None:
        if Permission.REPAIR_RECORD in person.permissions:
            return Allow()
        return Refusal(
            CLAUSE,
            "This reader has no unit, so IT Support checks it.",
            "If it is your unit's, ask the ALPR administrator to assign it.",
        )
    if reader.unit_id == person.unit_id:
        return Allow()
    return Refusal(
        CLAUSE,
        "This reader belongs to another unit.",
        "A member of its unit does the check. If it is your unit's, ask the ALPR administrator.",
    )


@enforces("6.e.iv.1/check")
def is_complete(answers: Mapping[CheckStep, tuple[bool, str]]) -> Decision:
    """Whether every step is answered, and each no has a description."""
    missing = [step for step in CheckStep if step not in answers]
    if missing:
        return Refusal(
            CLAUSE, f"Not answered: {step_names(tuple(missing))}.", "Check each step and choose yes or no."
        )
    wordless = tuple(step for step, (right, words) in answers.items() if not right and not words.strip())
    if wordless:
        return Refusal(
            CLAUSE,
            f"What is wrong is not described: {step_names(wordless)}.",
            "Describe briefly what you see.",
        )
    return Allow()
