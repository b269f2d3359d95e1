"""What may be recorded, released, opened and closed. Pure."""

from datetime import date, timedelta

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

EARLIEST = date(1970, 1, 1)  # before it a date is a slip of the pen
RETRAIN_WITHIN = timedelta(days=30)  # AT-2, of an incident
LONGEST = timedelta(days=365)  # to update and retrain after a change of policy


@enforces("6.b.i.4", "6.d.i")
def may_record(issuer: str, completed_on: date, today: date) -> Decision:
    """Whether a record can be made: it says who issued it, and of a day that has come."""
    if not issuer.strip():
        return Refusal("6.b.i.4", "The record does not say who issued it.", "Name the issuer.")
    if completed_on > today:
        return Refusal(
            "6.d.i",
            f"The course would be completed on {completed_on:%-d %B %Y}, which is yet to come.",
            "Record it when it is done.",
        )
    if completed_on < EARLIEST:
        return Refusal(
            "6.b.i.4", f"The year {completed_on.year} is too long ago.", "Look at the date once more."
        )
    return Allow()


@enforces("6.b.i.4")
def is_new(recorded: bool, completed_on: date) -> Decision:
    """Whether no record of this person, course and day is there."""
    if recorded:
        return Refusal(
            "6.b.i.4",
            f"A record of this course and person, of {completed_on:%-d %B %Y}, is there already.",
            "If it is wrong, withdraw it first.",
        )
    return Allow()


@enforces("AT-4")
def may_withdraw(reason: str, withdrawn: bool) -> Decision:
    """Whether a record may be withdrawn: with a reason, and once. None is deleted."""
    if not reason.strip():
        return Refusal("AT-4", "The record is withdrawn without a reason.", "Say what is wrong with it.")
    if withdrawn:
        return Refusal("AT-4", "This record was withdrawn already.", "Look at the person's training.")
    return Allow()
