"""Who must know of a breach, and by when; what may be reported, cut off and closed. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import TextChoices

from plateward.core.decisions.rules import ENOUGH, THOROUGH, must_say, says_enough
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

UNCONTAINED = 40  # letters: of a breach that nothing contained, the analysis says why (6.b.i.11)
LONGEST_TEXT = 4000  # maximum characters
MOST_A_DAY = 20  # reports by one person
LONG_AGO = timedelta(days=366)
refuse = partial(Refusal, "6.b.i.11")


class BreachKind(TextChoices):
    """What it looks like to whoever reports it."""

    ACCOUNT = "account", "Someone uses another person's account"
    DEVICE = "device", "A device is lost, stolen or taken over"
    ACCESS = "access", "Unauthorized access or search"
    LEAK = "leak", "Data is where it does not belong"
    TAMPERING = "tampering", "Something was changed or removed"
    OTHER = "other", "Something else"


class Office(TextChoices):
    """Who must be notified of every breach, within a time."""

    CJIS = "cjis", "CJIS Security Officer"
    CYBER = "cyber", "IT Cyber Security"
    SYSTEMS = "systems", "CJIS Systems Officer"


# Of the state's CJIS Systems Officer: since the breach was confirmed.
WITHIN = {
    Office.CJIS: timedelta(hours=1),
    Office.CYBER: timedelta(hours=24),
    Office.SYSTEMS: timedelta(hours=1),
}
CLAUSES = {Office.CJIS: "IR-6", Office.CYBER: "6.b.i.11", Office.SYSTEMS: "IR-6"}


class Cut(TextChoices):
    """What can be cut off to contain a breach."""

    PERSON = "person", "A person: locked out from their next request"
    TERMINAL = "terminal", "A terminal: its open session ends"
    READER = "reader", "A reader: its reads are refused for good"
    TOKEN = "token", "A person's API tokens: no program gets an answer"
    EXPORTS = (
        "exports",
        "All exports: no file with people or plates leaves the system, and no program gets an answer",
    )


@enforces("6.b.i.11/cyber", "IR-6/hour")
@dataclass(frozen=True)
class Deadline:
    """An office must be notified by `due`; `done`: when it was, None while it was not."""

    office: Office
    due: datetime
    done: datetime | None

    @property
    def label(self) -> str:
        """Who must be notified."""
        return self.office.label

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


@enforces("6.b.i.11/cyber", "IR-6/hour", "IR-6/systems")
def deadlines(
    noticed_at: datetime, confirmed_at: datetime | None, notified: Mapping[Office, datetime]
) -> tuple[Deadline, ...]:
    """The deadline of each office. They count from when the breach was noticed, however late it was reported; the
    state's CJIS Systems Officer is to know once it is confirmed."""
    begins = {Office.CJIS: noticed_at, Office.CYBER: noticed_at}
    if confirmed_at:
        begins[Office.SYSTEMS] = confirmed_at
    return tuple(
        Deadline(office, since + WITHIN[office], notified.get(office)) for office, since in begins.items()
    )


@enforces("IR-6/systems")
def may_confirm(confirmed: bool, text: str) -> Decision:
    """Whether a breach may be confirmed: once, and saying what shows it."""
    if confirmed:
        return Refusal("IR-6", "This breach is already confirmed.", "No action is needed.")
    how = "Say what you found that shows it: which record, which device, whose word."
    return must_say("IR-6", text, "What confirms it is not stated.", how)


def email_text(agency: str, ori: str, reference: str, noticed: str, confirmed: str) -> tuple[str, str]:
    """Subject and text of the email to the state's CJIS Systems Officer: no criminal justice information."""
    return (
        f"{agency}: confirmed security incident, {reference.lower()}",
        "\n".join(
            (
                f"{agency} (ORI {ori}) reports a confirmed security incident (CJIS Security Policy, IR-6).",
                "",
                f"Reference: {reference} of its license plate reader system",
                f"Noticed: {noticed}",
                f"Confirmed: {confirmed}",
                "",
                "The agency's CJIS Security Officer gives you what is known by a protected way.",
                "This email contains no case information. Do not reply to it.",
            )
        ),
    )


@enforces("6.b.i.11/report")
def may_report(what: str, noticed_at: datetime, now: datetime, *, today: int) -> Decision:
    """Whether this is a report. `today`: how many this person has made within a day."""
    if today >= MOST_A_DAY:
        return refuse(
            f"You have reported {MOST_A_DAY} breaches within a day.", "Call the ALPR administrator."
        )
    if noticed_at > now:
        return refuse("This time is in the future.", "Enter when it was noticed.", field="noticed_at")
    if noticed_at < now - LONG_AGO:
        return refuse("This time is more than a year ago.", "Check the date.", field="noticed_at")
    how = "Say what you saw, where, and whom or what it concerns."
    return must_say("6.b.i.11", what, "What happened is not stated.", how, "what")


@enforces("6.b.i.11/cyber", "IR-6/hour")
def may_note_notified(office: Office, deadline: Deadline | None, text: str) -> Decision:
    """Whether it may be recorded that an office was notified: once, and saying whom, and how. `deadline`: None if it is
    not to be notified yet."""
    if deadline is None:
        how = "Confirm it first, if it is one; this office is then to be notified."
        return Refusal(CLAUSES[office], "This breach is not confirmed.", how, field="office")
    if deadline.done is not None:
        return Refusal(CLAUSES[office], f"{office.label} was already notified.", "No action is needed.")
    how = "Name the person, and how you reached them: by phone, in person."
    return must_say(CLAUSES[office], text, "The person you reached is not named.", how, letters=ENOUGH)


@enforces("6.b.i.11/cause")
def is_open(closed: bool) -> Decision:
    """Whether something may still be recorded."""
    if closed:
        return refuse("This breach is closed.", "If it continues, report a new one.")
    return Allow()


def states_why(reason: str, field: str = "reason") -> Decision:
    """Whether something is cut off, let through again or suspected for a stated reason."""
    why = "Say why, in a sentence."
    return must_say("6.b.i.11", reason, "The reason is not stated.", why, field, ENOUGH)


@enforces("6.b.i.11/cause", "IR-6/hour")
def may_close(
    *,
    confirmed: bool,
    waiting: Collection[Office],
    exports_stopped: bool,
    cause: str,
    remedy: str,
    contained: bool,
    involved: bool,
    was_confirmed: bool,
) -> Decision:
    """Whether IT Cyber Security's analysis closes it. `waiting`: offices that do not know yet; of what was only
    suspected, the CJIS Security Officer must know, too (IR-6). `involved`: it is said who was, or that nobody was.
    `was_confirmed`: before, so that the state's CJIS Systems Officer was to know."""
    if confirmed != was_confirmed:
        if was_confirmed:
            return refuse("This breach was confirmed.", "Close it as a breach.", field="confirmed")
        how = "Confirm it first: the state's CJIS Systems Officer is notified of it."
        return Refusal("IR-6", "This breach was not confirmed before.", how, field="confirmed")
    if set(waiting) & (set(Office) if confirmed else {Office.CJIS}):
        return refuse(
            "Not every office that must be notified was notified.", "Record that first; the times are above."
        )
    if not says_enough(cause, THOROUGH):
        how = "Say how it could happen and how you know; if it was no breach, why not."
        return refuse("The root cause is not stated.", how, field="cause")
    if confirmed and not says_enough(remedy, THOROUGH):
        missing = "What keeps it from happening again is not stated."
        return refuse(missing, "Say what was changed, and by whom.", field="remedy")
    if confirmed and not involved:
        how = "Name those who retake the courses, or say that no one in this agency was involved."
        return Refusal("6.d.iv", "It is not stated who was involved.", how, field="involved")
    if exports_stopped:
        return refuse("Exports are still stopped for this breach.", "Resume them first.")
    if confirmed and not contained and not says_enough(remedy, UNCONTAINED):
        how = "Cut off what is affected, or say under the remedy why nothing had to be."
        return refuse("Nothing was cut off to contain this breach.", how, field="remedy")
    return Allow()
