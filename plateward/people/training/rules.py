"""What may be recorded, released, opened and closed. Pure."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from plateward.core.decisions.rules import is_as_seen
from plateward.core.pages.fields import EARLIEST_DATE
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

RETRAINING_PERIOD = timedelta(days=30)  # AT-2, after an incident
MAX_DUTY_PERIOD = timedelta(days=365)  # to update and retrain after a change of policy


@enforces("5.d/exam", "5.d/cjis", "5.e/training", "AT-2/yearly")
def has_passed(score: Decimal | None, pass_mark: int | None) -> bool:
    """Whether a record with this result counts for a course with this pass mark (None: it has no exam)."""
    return pass_mark is None or (score is not None and score >= pass_mark)


@enforces("6.b.i.4/records", "6.d.i/before", "5.d/exam", "5.d/cjis", "5.e/training")
def may_record_course(
    issuer: str,
    completed_on: date,
    today: date,
    score: Decimal | None = None,
    pass_mark: int | None = None,
) -> Decision:
    """Whether a record can be made: it names who issued it, its day is not in the future, and it has the result if the
    course has an exam. One that is not passed is kept too; it does not count."""
    if not issuer.strip():
        return Refusal("6.b.i.4", "The record has no issuer.", "Enter the issuer.", field="issuer")
    if completed_on > today:
        return Refusal(
            "6.d.i",
            f"The course would be completed on {clock.format_day(completed_on)}, which is in the future.",
            "Record it after completion.",
            field="completed_on",
        )
    if completed_on < EARLIEST_DATE:
        return Refusal(
            "6.b.i.4",
            f"The year {completed_on.year} is too long ago.",
            "Check the date.",
            field="completed_on",
        )
    if score is not None and not 0 <= score <= 100:
        return Refusal("6.b.i.4", f"{score} is not a result in percent.", "Enter 0 to 100.", field="score")
    if pass_mark is not None and score is None:
        return Refusal(
            "5.d",
            f"The course has an exam, passed at {pass_mark} percent, and the record has no result.",
            "Enter the score, or have it taken first.",
            field="score",
        )
    return Allow()


@enforces("6.b.i.4/data", "6.d.ii/yearly", "AT-2/yearly")
def may_require(pass_mark: int | None, valid_days: int | None, longest: int | None) -> Decision:
    """Whether a pass mark is one, a whole percentage or none where the course has no exam; and whether the course may
    be valid for so many days (None: permanently), of `longest` where the policy says how often it is taken."""
    if pass_mark is not None and not 1 <= pass_mark <= 100:
        return Refusal(
            "6.b.i.4",
            f"A pass mark of {pass_mark} percent cannot be reached.",
            "Enter 1 to 100, or leave it blank for a course without an exam.",
            field="pass_mark",
        )
    if longest is not None and (valid_days is None or valid_days > longest):
        return Refusal(
            "6.d.ii",
            "CJIS training is due every year.",
            f"Enter {longest} days or fewer.",
            field="valid_days",
        )
    return Allow()


@enforces("6.b.i.4/records")
def is_new_record(recorded: bool, completed_on: date) -> Decision:
    """Whether there is no record of this person, course and day."""
    if recorded:
        return Refusal(
            "6.b.i.4",
            f"This person already has a record of this course of {clock.format_day(completed_on)}.",
            "If it is wrong, withdraw it first.",
        )
    return Allow()


@enforces("AT-4/kept")
def may_withdraw_record(reason: str, withdrawn: bool) -> Decision:
    """Whether a record may be withdrawn: with a reason, and once. None is deleted."""
    if not reason.strip():
        return Refusal(
            "AT-4", "The withdrawal has no reason.", "State what is wrong with it.", field="reason"
        )
    if withdrawn:
        return Refusal("AT-4", "This record was already withdrawn.", "See the person's training.")
    return Allow()


@enforces("6.b.i.4/bureau")
def is_agreed(agreed_with: str, agreed_on: date, today: date) -> Decision:
    """Whether a requirement names who at the Advanced Training Bureau agreed to it, and when."""
    if not agreed_with.strip():
        return Refusal(
            "6.b.i.4",
            "The Advanced Training Bureau contact is missing.",
            "Enter who agreed to it.",
            field="agreed_with",
        )
    if agreed_on > today:
        return Refusal(
            "6.b.i.4",
            f"It would be agreed on {clock.format_day(agreed_on)}, which is in the future.",
            "Set the requirement after it is agreed.",
            field="agreed_on",
        )
    return Allow()


@enforces("6.b.i.4/data")
def may_change(changes: bool, seen: str, locks: str) -> Decision:
    """Whether a change of requirements may be applied: it changes something, and matches the preview."""
    if not changes:
        return Refusal(
            "6.b.i.4", "Nothing would change.", "Choose other roles, another validity or pass mark."
        )
    return is_as_seen("6.b.i.4", "list of people locked out", seen, locks)


@enforces("6.d.iv/versions")
def may_acknowledge(concerned: bool, latest: bool) -> Decision:
    """Whether a version is to be acknowledged: by those it concerns, and while it is the latest."""
    if not concerned:
        return Refusal(
            "6.d.iv", "Your role does not require this course.", "There is nothing to acknowledge."
        )
    if not latest:
        return Refusal(
            "6.d.iv", "There is a newer version of this material.", "Read and acknowledge that one."
        )
    return Allow()


@enforces("6.d.iv/incident", "6.d.iv/policy", "AT-2/incident")
def may_open_duty(
    incident: bool, happened_on: date, update_due: date, retrain_due: date, today: date
) -> Decision:
    """Whether a duty may be opened: its deadline is in time, and not before today."""
    if happened_on > today:
        return Refusal(
            "6.d.iv", "It has not happened yet.", "Open the duty after it happens.", field="happened_on"
        )
    if update_due < today or retrain_due < today:
        return Refusal("6.d.iv", "It would be due before today.", "Enter a later day.", field="retrain_due")
    latest = retraining_due(happened_on, today) if incident else today + MAX_DUTY_PERIOD
    if retrain_due > latest:
        clause = "AT-2" if incident else "6.d.iv"
        within = "30 days of the incident" if incident else "a year"
        return Refusal(
            clause,
            f"Retraining is due within {within}: by {clock.format_day(latest)}.",
            "Enter that day or an earlier one.",
            field="retrain_due",
        )
    if update_due > retrain_due:
        return Refusal(
            "6.d.iv",
            "The material would be updated after the retraining is due.",
            "Make the update due first.",
        )
    return Allow()


@enforces("6.d.iv/incident")
def may_retrain(named: Collection[str], existing: Collection[str]) -> Decision:
    """Whether these codes name what to retake after a breach: at least one course, and each exists."""
    if not named:
        return Refusal(
            "6.d.iv", "No course is selected for retraining after this breach.", "Choose at least one course."
        )
    if missing := [code for code in named if code not in existing]:
        return Refusal(
            "6.d.iv",
            f"There is no course “{', '.join(missing)}”.",
            "See the codes under Training, Courses.",
        )
    return Allow()


@enforces("AT-2/incident")
def retraining_due(happened_on: date, today: date) -> date:
    """The last day to retrain after an incident; today if 30 days passed before the duty opens."""
    return max(happened_on + RETRAINING_PERIOD, today)


@enforces("6.d.iv/incident")
def is_duty_open(closed: bool) -> Decision:
    """Whether anything can be done about a duty."""
    if closed:
        return Refusal("6.d.iv", "This duty was already closed.", "See the list of duties.")
    return Allow()


@enforces("6.d.iv/incident")
def may_close_duty(updated: bool, waiting: int) -> Decision:
    """Whether a duty is done: a new version is out, and everybody retrained or is excused."""
    if not updated:
        return Refusal(
            "6.d.iv",
            "The material has no new version since this duty opened.",
            "Release one on the course page, then close the duty.",
        )
    if waiting:
        people = "1 person has" if waiting == 1 else f"{waiting} people have"
        return Refusal(
            "6.d.iv",
            f"{people} not been retrained or excepted.",
            "Record their training, or except them with a reason.",
        )
    return Allow()


@enforces("6.d.iv/incident")
def may_except(concerned: bool, reason: str) -> Decision:
    """Whether a person may be excused from retraining: if it concerns them, and with a reason."""
    if not concerned:
        return Refusal("6.d.iv", "The duty does not concern this person.", "See who is concerned.")
    if not reason.strip():
        return Refusal("6.d.iv", "The exception has no reason.", "State why retraining is not needed.")
    return Allow()
