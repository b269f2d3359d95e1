"""What may be recorded of a storage system, and when it is to be checked. Pure."""

from datetime import date, timedelta
from functools import partial

from django.db.models import TextChoices

from plateward.core.decisions.rules import NAME, THOROUGH, says_enough
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

CLAUSE = "6.h.ii"
_refusal = partial(Refusal, CLAUSE)
CHECKED_EVERY = timedelta(days=365)
LONG_AGO = timedelta(days=20 * 366)


class StorageKind(TextChoices):
    """What the clause names."""

    DEMS = "dems", "Digital evidence management system (DEMS)"
    MEDIA = "media", "Media storage of hits and reads"


def _is_past(day: date, today: date, field: str) -> Refusal | None:
    if day > today:
        return _refusal("This day is in the future.", "Enter when it was.", field=field)
    if day < today - LONG_AGO:
        return _refusal("This day is too long ago.", "Check the year.", field=field)
    return None


@enforces("6.h.ii/storage")
def may_record(vendor: str, contract: str, approved_by: str, approved_on: date, today: date) -> Decision:
    """Whether it is stated which vendor, under which contract, and who approved it when."""
    if not says_enough(vendor, NAME):
        return _refusal(
            "The vendor is not named.", "Enter the company, or the agency's own unit.", field="vendor"
        )
    if not any(character.isalnum() for character in contract):
        return _refusal(
            "The contract is not named.",
            "Enter its number, or the order that stands for it.",
            field="contract",
        )
    if not says_enough(approved_by, NAME):
        return _refusal(
            "Who approved it is not named.", "Enter rank or office, and name.", field="approved_by"
        )
    return _is_past(approved_on, today, "approved_on") or Allow()


@enforces("6.h.ii/storage")
def may_check(checked_on: date, finding: str, today: date, *, ended: bool) -> Decision:
    """Whether a check may be recorded: of a storage in use, a day that was, and what was found."""
    if ended:
        return _refusal("This storage is no longer in use.", "No check is needed.")
    if not says_enough(finding, THOROUGH):
        return _refusal(
            "What the check found is not stated.",
            "State what was looked at (contract, encryption, access, whether records are there), and the result.",
            field="finding",
        )
    return _is_past(checked_on, today, "checked_on") or Allow()


@enforces("6.h.ii/storage")
def may_end(reason: str, *, ended: bool) -> Decision:
    """Whether it may be recorded that a storage is no longer in use."""
    if ended:
        return _refusal("This storage is no longer in use already.", "No action is needed.")
    if not says_enough(reason):
        return _refusal("Why it ends is not stated.", "State where its records are now.", field="reason")
    return Allow()


@enforces("6.h.ii/storage")
def check_due(approved_on: date, last_checked_on: date | None) -> date:
    """When the next check is due: a year after the last one, or after the approval."""
    return (last_checked_on or approved_on) + CHECKED_EVERY
