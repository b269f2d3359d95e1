"""Which penalty follows an offense, and who may record, handle and lift it. Pure.

A day is one of the agency's calendar, not 24 hours: a revocation of 15 days ends at the same time of day on
the fifteenth day after its recording, and a penalty counts through the 365th day after its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.packs import packs
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.superiors import not_below

_refusal = partial(Refusal, "6.g.i")

COUNTED_DAYS = 365  # calendar days for which a penalty counts
REVOCATION_DAYS = {
    1: 15,
    2: 30,
}  # of the revocation, by the offense's number; from the third on it is permanent
PENALTY_CLAUSES = {1: "6.g.i.1", 2: "6.g.i.2"}
PERMANENT_CLAUSE = "6.g.i.3"


@dataclass(frozen=True)
class Penalty:
    """What follows an offense recorded at `begins`."""

    number: int
    begins: datetime
    ends: datetime | None  # None: permanent
    counted: tuple[datetime, ...]  # when the earlier ones that count were recorded

    @property
    def days(self) -> int | None:
        """How long; None: permanent."""
        return REVOCATION_DAYS.get(self.number)

    @property
    def clause(self) -> str:
        """The policy row that sets it."""
        return PENALTY_CLAUSES.get(self.number, PERMANENT_CLAUSE)


@enforces("6.g.i.1/days", "6.g.i.2/days", "6.g.i.3/permanent", "6.g.i.3/count", "6.g.i.3/clean")
def penalty_for(earlier: Iterable[datetime], recorded: datetime, zone: tzinfo) -> Penalty:
    """The penalty of an offense recorded now; `earlier`: when those not lifted on appeal were recorded.

    After 365 days without one, the count starts again. Each of several on one day counts.
    """
    today = recorded.astimezone(zone).date()
    counted = tuple(
        sorted(
            earlier_at
            for earlier_at in earlier
            if (today - earlier_at.astimezone(zone).date()).days <= COUNTED_DAYS
        )
    )
    number = len(counted) + 1
    days = REVOCATION_DAYS.get(number)
    return Penalty(number, recorded, days_later(recorded, days, zone) if days else None, counted)


def days_later(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """The same time of day, this many calendar days later. A time that the clocks skip moves forward."""
    local = moment.astimezone(zone)
    return datetime.combine(local.date() + timedelta(days), local.time(), zone).astimezone(UTC)


def policy_clauses() -> dict[str, str]:
    """The policy rows that a person can violate, with what each requires."""
    return {
        row.id: row.mechanism
        for pack in packs()
        if pack.penalized
        for row in pack.rows
        if row.id.startswith(pack.penalized)
    }


@enforces("6.g.i/recorded")
def may_record_offense(recorder: str, person: Person, description: str, clause: str) -> Decision:
    """Whether the recorder (a username) may record an offense of this person."""
    if recorder == person.username:
        return _refusal(
            "You cannot record your own offense.",
            "Another ALPR administrator must record it. If there is none, the Chief designates one first.",
        )
    if not description.strip():
        return _refusal("What happened is missing.", "State what was done, and when.", field="what")
    if clause not in policy_clauses():
        return _refusal(
            f"'{clause[:40]}' is not a policy clause.", "Choose the clause violated.", field="clause"
        )
    return Allow()


@enforces("6.g.i/chain")
def may_note(noter: str, person: Person, in_chain: bool, by: str, text: str) -> Decision:
    """Whether a person may note what became of this offense: from above, never their own."""
    if noter == person.username:
        return _refusal(
            "You cannot handle your own offense.", "Someone above you in the chain of command must."
        )
    if not in_chain:
        return not_below(person, "6.g.i", "Only the chain of command or the Chief can handle this offense.")
    if not by.strip() or not text.strip():
        return _refusal("The note needs who decided, and what.", "Enter who decided, and what.", field="by")
    return Allow()


@enforces("6.g.i/chain")
def may_follow(kind: str, earlier: Iterable[str]) -> Decision:
    """Whether this note may follow the earlier ones: an appeal is decided after its receipt, and once."""
    appeal = next((note_kind for note_kind in reversed([*earlier]) if note_kind != "handled"), None)
    if appeal == "granted" and kind != "handled":
        return _refusal("An appeal of this offense was already granted.", "No action is needed.")
    if kind == "appealed" and appeal == "appealed":
        return _refusal("An appeal is already pending.", "Record its outcome first.")
    if kind in ("denied", "granted") and appeal != "appealed":
        return _refusal("No appeal is pending.", "Record that it was received first.")
    return Allow()
