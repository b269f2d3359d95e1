"""Who must know of a breach, and by when; what may be reported, cut off and closed. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.review import says_enough
from plateward.policy.trace import enforces

LETTERS = 20  # minimum for a text that says something
LONGEST_TEXT = 4000  # maximum characters
MOST_A_DAY = 20  # reports by one person
LONG_AGO = timedelta(days=366)


class BreachKind(StrEnum):
    """What it looks like to whoever reports it."""

    ACCOUNT = "account"
    DEVICE = "device"
    ACCESS = "access"
    LEAK = "leak"
    TAMPERING = "tampering"
    OTHER = "other"


KIND_TEXTS = {
    BreachKind.ACCOUNT: "Someone uses another person's account",
    BreachKind.DEVICE: "A device is lost, stolen or taken over",
    BreachKind.ACCESS: "Someone saw or searched what they may not",
    BreachKind.LEAK: "Data is where it does not belong",
    BreachKind.TAMPERING: "Something was changed or removed",
    BreachKind.OTHER: "Something else",
}


class Office(StrEnum):
    """Who must be notified of every breach, within a time."""

    CJIS = "cjis"
    CYBER = "cyber"


OFFICE_TEXTS = {Office.CJIS: "CJIS Security Officer", Office.CYBER: "IT Cyber Security"}
WITHIN = {Office.CJIS: timedelta(hours=1), Office.CYBER: timedelta(hours=24)}
CLAUSES = {Office.CJIS: "IR-6", Office.CYBER: "6.b.i.11"}


class Cut(StrEnum):
    """What can be cut off to contain a breach."""

    PERSON = "person"
    TERMINAL = "terminal"
    READER = "reader"
    TOKEN = "token"  # noqa: S105, a name
    EXPORTS = "exports"


CUT_TEXTS = {
    Cut.PERSON: "A person: locked out from their next request",
    Cut.TERMINAL: "A terminal: its open session ends",
    Cut.READER: "A reader: its reads are refused for good",
    Cut.TOKEN: "A person's API tokens: no program gets an answer",
    Cut.EXPORTS: "All exports: no file with people or plates leaves the hub, and no program gets an answer",
}


@enforces("6.b.i.11", "IR-6")
@dataclass(frozen=True)
class Deadline:
    """An office must be notified by `due`; `done`: when it was, None while it was not."""

    office: Office
    due: datetime
    done: datetime | None

    @property
    def label(self) -> str:
        """Who must be notified."""
        return OFFICE_TEXTS[self.office]

    @property
    def clause(self) -> str:
        """The row that sets the time."""
        return CLAUSES[self.office]

    @property
    def kept(self) -> bool:
        """Whether they were notified in time."""
        return self.done is not None and self.done <= self.due

    def is_overdue(self, now: datetime) -> bool:
        """Whether the time is over and they do not know."""
        return self.done is None and now > self.due


def deadlines(noticed_at: datetime, notified: Mapping[Office, datetime]) -> tuple[Deadline, ...]:
    """The deadline of each office. They count from when the breach was noticed, however late it was reported."""
    return tuple(Deadline(office, noticed_at + WITHIN[office], notified.get(office)) for office in Office)


@enforces("6.b.i.11")
def may_report(what: str, noticed_at: datetime, now: datetime, *, today: int) -> Decision:
    """Whether this is a report. `today`: how many this person has made within a day."""
    if today >= MOST_A_DAY:
        return Refusal(
            "6.b.i.11",
            f"You have reported {MOST_A_DAY} breaches within a day.",
            "Call the ALPR administrator.",
        )
    if noticed_at > now:
        return Refusal(
            "6.b.i.11", "This time is in the future.", "Enter when it was noticed.", field="noticed_at"
        )
    if noticed_at < now - LONG_AGO:
        return Refusal(
            "6.b.i.11", "This time is more than a year ago.", "Check the date.", field="noticed_at"
        )
    if not says_enough(what, LETTERS):
        return Refusal(
            "6.b.i.11",
            "What happened is not stated.",
            "Say what you saw, where, and whom or what it concerns.",
            field="what",
        )
    return Allow()


@enforces("6.b.i.11", "IR-6")
def may_note_notified(office: Office, done: datetime | None, text: str) -> Decision:
    """Whether it may be recorded that an office was notified: once, and saying whom, and how."""
    if done is not None:
        return Refusal(
            CLAUSES[office], f"{OFFICE_TEXTS[office]} was already notified.", "No action is needed."
        )
    if not says_enough(text, LETTERS // 2):
        return Refusal(
            CLAUSES[office],
            "Whom you reached is not stated.",
            "Name the person, and how you reached them: by phone, in person.",
            field="text",
        )
    return Allow()


@enforces("6.b.i.11")
def is_open(closed: bool) -> Decision:
    """Whether something may still be recorded."""
    if closed:
        return Refusal("6.b.i.11", "This breach is closed.", "If it goes on, report a new one.")
    return Allow()


@enforces("6.b.i.11")
def states_why(reason: str, field: str = "reason") -> Decision:
    """Whether something is cut off, let through again or suspected for a stated reason."""
    if says_enough(reason, LETTERS // 2):
        return Allow()
    return Refusal("6.b.i.11", "The reason is not stated.", "Say why, in a sentence.", field=field)


@enforces("6.b.i.11", "IR-6")
def may_close(
    *,
    confirmed: bool,
    waiting: Collection[Office],
    exports_stopped: bool,
    cause: str,
    remedy: str,
    contained: bool,
    involved: bool,
) -> Decision:
    """Whether IT Cyber Security's analysis closes it. `waiting`: offices that do not know yet; of what was only
    suspected, the CJIS Security Officer must know, too (IR-6). `involved`: it is said who was, or that nobody was."""
    if set(waiting) & (set(Office) if confirmed else {Office.CJIS}):
        return Refusal(
            "6.b.i.11",
            "Not everyone who must know of this breach was notified.",
            "Record that first; the times are above.",
        )
    if not says_enough(cause, LETTERS):
        return Refusal(
            "6.b.i.11",
            "The root cause is not stated.",
            "Say how it could happen and how you know; if it was no breach, why not.",
            field="cause",
        )
    if confirmed and not says_enough(remedy, LETTERS):
        return Refusal(
            "6.b.i.11",
            "What keeps it from happening again is not stated.",
            "Say what was changed, and by whom.",
            field="remedy",
        )
    if confirmed and not involved:
        return Refusal(
            "6.d.iv",
            "It is not stated who was involved.",
            "Name those who retake the courses, or say that nobody of this agency was involved.",
            field="involved",
        )
    if exports_stopped:
        return Refusal("6.b.i.11", "Exports are still stopped for this breach.", "Let them go on first.")
    if confirmed and not contained and not says_enough(remedy, 2 * LETTERS):
        return Refusal(
            "6.b.i.11",
            "Nothing was cut off to contain this breach.",
            "Cut off what is concerned, or say under the remedy why nothing needed to be.",
            field="remedy",
        )
    return Allow()
