"""What a check's record says. Pure."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import TextChoices

from plateward.core.decisions.rules import ENOUGH, is_as_seen, may_review, must_say
from plateward.core.jobs.check import Check
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

ROUNDS_MISSED = 4  # of a check that takes seconds
AGAIN_AFTER = timedelta(minutes=10)  # until a fault is looked at again, and a check that failed runs again
ASK_AGAIN_AFTER = timedelta(minutes=1)
DAILY = timedelta(days=1)  # a check that runs no more often may take hours
ASK_LONG_AFTER = timedelta(hours=1)  # for such a one
NOTIFY_AGAIN_AFTER = timedelta(hours=1)  # of a check that is red already
CLOCKS_DIFFER = timedelta(minutes=1)  # at most, those of nodes
_FIGURES = re.compile(r"\d[\d,.]*( (second|minute|hour|day|week|month|year|time)s?\b)?")


class Standing(TextChoices):
    """From best to worst. Only the first is green."""

    GREEN = "green", "Green"
    NOT_YET = "not_yet", "Not finished yet"
    OVERDUE = "overdue", "Overdue"
    RED = "red", "Red"


def must_end_within(check: Check, stock: timedelta) -> timedelta:
    """How old a check's last whole round may be. `stock`: within what time all that is stored is gone over."""
    return stock if check.rolls else ROUNDS_MISSED * check.every


@enforces("6.b.i.3/integrity")
def standing_of(
    *,
    faults: int,
    overflowed: bool,
    since: datetime | None,
    ended_at: datetime | None,
    within: timedelta,
    now: datetime,
) -> Standing:
    """`since`: when the monitor began with it; None: never. `overflowed`: more was found than is kept. What was not
    looked at in time is never green, nor is what claims to have been looked at in the future."""
    if faults or overflowed:
        return Standing.RED
    last = ended_at or since
    if last is not None and not -CLOCKS_DIFFER <= now - last <= within:
        return Standing.OVERDUE
    return Standing.NOT_YET if ended_at is None else Standing.GREEN


@enforces("6.b.i.3/integrity")
def is_due(at: datetime, check: Check, now: datetime) -> bool:
    """Whether it is time; also if `at` is later than the monitor ever sets it: the record or the clock was wrong."""
    return not now < at <= now + check.every + AGAIN_AFTER


@enforces("6.b.i.3/integrity", "6.j.i/proven")
def is_same_problem(check: Check, before: str, now: str) -> bool:
    """Whether a fault is still the one that was found. Outside a stock, one that lasts longer or happened more often
    is."""
    if check.rolls:
        return before == now
    return _FIGURES.sub("", before) == _FIGURES.sub("", now)


@enforces("6.b.i.3/integrity")
def may_ask(check: Check, asked_at: datetime | None, now: datetime) -> Decision:
    """Whether somebody may have it look now."""
    wait, text = (ASK_LONG_AFTER, "an hour") if check.every >= DAILY else (ASK_AGAIN_AFTER, "a minute")
    if asked_at is not None and abs(now - asked_at) < wait:
        return Refusal(
            "6.b.i.3", f"This check was started less than {text} ago.", f"Wait {text}, then try again."
        )
    return Allow()


def rest_after(took_s: float, share: int) -> float:
    """For how many seconds a node rests after it worked for so long, so that this is its share of the time."""
    return took_s * (100 - share) / share


@enforces("6.b.i.9/records")
def may_propose(chosen: int, broken: Collection[str], reason: str) -> Decision:
    """Whether somebody may propose that so many altered records stand as they are. `broken`: those of them whose seal
    does not hold."""
    if not chosen:
        return Refusal("6.b.i.9", "No record is chosen.", "Check those that you investigated.", field="what")
    if broken:
        return Refusal(
            "6.b.i.9",
            f"The seal of {', '.join(sorted(broken))[:300]} is broken: nobody can read it as it is.",
            "Restore it from a backup.",
            field="what",
        )
    help = "Say what was found, and why each is right as it is. The log keeps it."
    return must_say("6.b.i.9", reason, "The reason is too short.", help, "reason")


@enforces("6.b.i.9/records")
def may_decide(*, own: bool, decided: bool, approve: bool, as_seen: bool, note: str) -> Decision:
    """Whether somebody else may let them stand, or return the proposal. `as_seen`: nobody altered one since."""
    if decided:
        return Refusal("6.b.i.9", "This proposal is already decided.", "See it under Altered records.")
    other = "Another person who handles breaches must decide."
    decision = may_review("6.b.i.9", "proposal", own=own, assigned=True, with_whom=other)
    if isinstance(decision, Refusal):
        return decision
    if approve:
        return is_as_seen("6.b.i.9", "proposal", True, as_seen)
    return must_say("6.b.i.9", note, "The note is too short.", "Say what must change.", "note", ENOUGH)
