"""Who may investigate and review; what an investigation needs before it closes. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import TextChoices

from plateward.core.decisions import rules as review
from plateward.core.decisions.rules import ENOUGH, NAME, THOROUGH
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.permissions import Role

CLAUSE = "6.f.i.3"
refuse = partial(Refusal, CLAUSE)
OUTCOME = 60  # letters: it documents what an incident response begins with (6.f.i.3)
LONGEST_TEXT = 4000  # maximum characters
REPORT_WITHIN = timedelta(hours=1)  # IR-6, as of a breach
LONG_AGO = timedelta(days=5 * 366)
OUTSIDE = frozenset({Role.AUDITOR, Role.CJIS_OFFICER})  # outside every chain of command
CHIEF = "chief"  # as a role that sees one


class Result(TextChoices):
    """What came of an allegation."""

    UNFOUNDED = "unfounded", "Unfounded: it did not happen"
    EXONERATED = "exonerated", "Exonerated: it happened, and was proper"
    NOT_SUSTAINED = "not_sustained", "Not sustained: neither proved nor disproved"
    INTENTIONAL = "intentional", "Sustained: intentional misuse"
    UNJUSTIFIED = "unjustified", "Sustained: unjustified misuse"
    PATTERN = "pattern", "Sustained: a pattern of misuse"


class DisciplinaryAction(TextChoices):
    """What discipline was decided; 6.j.i names the last."""

    COUNSELING = "counseling", "Counseling or training"
    REPRIMAND = "reprimand", "Reprimand"
    SUSPENSION = "suspension", "Suspension from duty"
    DEMOTION = "demotion", "Demotion or loss of assignment"
    TERMINATION = "termination", "Termination: all access ends at once"


SUSTAINED = frozenset({Result.INTENTIONAL, Result.UNJUSTIFIED, Result.PATTERN})


@dataclass(frozen=True)
class Party:
    """A person; `above`: who leads them, directly or through others."""

    pk: int
    role: str
    above: Collection[int] = ()


@dataclass(frozen=True)
class Matter:
    """Whom an investigation is about, and who may be part of it. `outside`: it leaves the chain of command."""

    subject: Party
    barred: Collection[int]
    outside: bool
    investigator: Party | None = None


@dataclass(frozen=True)
class Ruling:
    """An allegation's latest outcome; `seen`: what tells it from an earlier one."""

    seen: int
    result: Result
    accepted: bool


@dataclass(frozen=True)
class Progress:
    """How far an investigation is. `rulings`: by allegation, the ones that have one. Times: None while it is not."""

    opened_at: datetime
    allegations: Collection[int]
    rulings: Mapping[int, Ruling]
    accepted_at: datetime | None  # the first sustained one
    disciplined: bool
    reported_at: datetime | None  # when that was recorded, whenever it is said to have been
    closed_at: datetime | None

    @property
    def decided(self) -> bool:
        """Whether every allegation has an outcome that was reviewed."""
        accepted = {key for key, ruling in self.rulings.items() if ruling.accepted}
        return bool(self.allegations) and accepted == set(self.allegations)

    @property
    def sustained(self) -> bool:
        """Whether a violation is documented."""
        return any(ruling.accepted and ruling.result in SUSTAINED for ruling in self.rulings.values())

    @property
    def stage(self) -> str:
        """Where it stands, in words."""
        if self.closed_at:
            return "Closed"
        if any(not ruling.accepted for ruling in self.rulings.values()):
            return "Outcome waits for review"
        if not self.decided:
            return "Under investigation"
        missing = ["discipline"] * (not self.disciplined) + ["report"] * (self.reported_at is None)
        return f"Needs {' and '.join(missing)}" if self.sustained and missing else "Ready to close"


@dataclass(frozen=True)
class Deadline:
    """What must be done by `due`; `done`: when it was, None while it was not."""

    label: str
    due: datetime
    done: datetime | None

    @property
    def kept(self) -> bool:
        """Whether it was done in time."""
        return self.done is not None and self.done <= self.due


@enforces("6.f.i.3/reported", "IR-6/hour")
def deadlines(progress: Progress, within: timedelta) -> list[Deadline]:
    """The time to finish; and, once a violation is documented, the hour to report it."""
    clocks = [Deadline("Investigation", progress.opened_at + within, progress.closed_at)]
    if progress.accepted_at:
        due = progress.accepted_at + REPORT_WITHIN
        clocks.append(Deadline("CJIS report", due, progress.reported_at))
    return clocks


def _barred(party: Party, matter: Matter) -> Refusal | None:
    """Why somebody has no part in it, whatever their rank."""
    if party.pk == matter.subject.pk:
        return refuse("It is about this person.", "Choose somebody else.", field="person")
    if party.pk in matter.barred:
        return refuse("This person may be involved.", "Choose somebody else.", field="person")
    if matter.subject.pk in party.above:
        return refuse(
            "This person is below the subject in the chain of command.",
            "Choose someone above the subject.",
            field="person",
        )
    return None


def _steps_in(party: Party, matter: Matter) -> bool:
    """Whether it is the Chief, about one of the few who are outside every chain of command: of those there may be
    nobody left who can."""
    return matter.outside and party.role == Role.CHIEF and matter.subject.role in OUTSIDE


@enforces("6.f.i.3/investigate", "6.b.i.8/scope")
def may_investigate(party: Party, matter: Matter) -> Decision:
    """Whether somebody may investigate: above the subject or, where the chain of command is left, an auditor or the
    CJIS Security Officer, and about one of these the Chief, too; never the subject, anybody below them, or anybody who
    may be part of it."""
    if refusal := _barred(party, matter):
        return refusal
    if matter.outside:
        fits, who = (
            (party.role in OUTSIDE and party.pk not in matter.subject.above) or _steps_in(party, matter),
            "an auditor or the CJIS Security Officer outside the subject's chain of command",
        )
    else:
        fits, who = (
            party.pk in matter.subject.above or party.role == Role.CHIEF,
            "somebody above the subject in the chain of command",
        )
    if fits:
        return Allow()
    return refuse("This person may not investigate it.", f"Choose {who}.", field="person")


@enforces("6.f.i.3/investigate", "6.b.i.8/scope")
def may_review(party: Party, matter: Matter) -> Decision:
    """Whether somebody may review outcomes, and assign the investigator: never the investigator; somebody above the
    investigator (within the chain of command, while there is none, above the subject), an auditor or the CJIS Security
    Officer; about one of these, the Chief, too."""
    if refusal := _barred(party, matter):
        return refusal
    investigator = matter.investigator
    leads = (investigator is not None and party.pk in investigator.above) or (
        not matter.outside
        and (party.role == Role.CHIEF or (investigator is None and party.pk in matter.subject.above))
    )
    return review.may_review(
        CLAUSE,
        "investigation",
        own=investigator is not None and party.pk == investigator.pk,
        assigned=leads or party.role in OUTSIDE or _steps_in(party, matter),
        with_whom="Somebody above the investigator, an auditor or the CJIS Security Officer reviews it.",
    )


@enforces("6.f.i.3/investigate")
def may_lead(party: Party, matter: Matter) -> Decision:
    """Whether somebody is the investigator, and still may be."""
    if matter.investigator is None or party.pk != matter.investigator.pk:
        return refuse("Only the investigator does this.", "Its page shows who that is.")
    return may_investigate(party, matter)


@enforces("6.f.i.3/investigate")
def may_work(party: Party, matter: Matter) -> Decision:
    """Whether somebody of its audience has still a part in it."""
    return _barred(party, matter) or Allow()


@enforces("6.f.i.3/investigate", "6.b.i.8/scope")
def may_open(opener: Party, subject: Party, *, taken: bool, about: int | None = None) -> Decision:
    """Whether somebody may open one about this person: a supervisor about people below, others about everybody else.
    `taken`: the finding has one; `about`: whom the finding is about."""
    if taken:
        return refuse("This finding already has an investigation.", "No action is needed.")
    if about not in (None, subject.pk):
        return refuse("The finding is about someone else.", "Choose its subject.", field="subject")
    if opener.pk == subject.pk:
        return refuse("You cannot investigate yourself.", "Tell your supervisor.", field="subject")
    if opener.role == Role.SUPERVISOR and opener.pk not in subject.above:
        return refuse(
            "This person is not below you in the chain of command.",
            "Report it at the foot of the page: it goes to those who may investigate.",
            field="subject",
        )
    return Allow()


@enforces("6.f.i.3/investigate")
def is_stated(what: str, known: str, happened_on: date, today: date) -> Decision:
    """Whether it says what happened, when, and how it is known."""
    if happened_on > today:
        return refuse("This day is in the future.", "Enter when it happened.", field="happened_on")
    if happened_on < today - LONG_AGO:
        return refuse("This day is years ago.", "Check the date.", field="happened_on")
    if isinstance(short := says_enough(what, "what"), Refusal):
        return short
    return says_enough(known, "known")


@enforces("6.f.i.3/investigate")
def says_enough(text: str, field: str = "text", letters: int = THOROUGH) -> Decision:
    """Whether somebody else can tell from the text what was done or known."""
    how = f"State it in at least {letters} letters, so that a later reader of the file understands it."
    return review.must_say(CLAUSE, text, "The text is too short.", how, field, letters)


@enforces("6.f.i.3/investigate")
def is_open(closed: bool) -> Decision:
    """Whether something may still be recorded."""
    if closed:
        return refuse("This investigation is closed.", "If there is more, open a new one.")
    return Allow()


@enforces("6.f.i.3/discipline")
def may_conclude(ruling: Ruling | None, text: str, *, own: bool = True) -> Decision:
    """Whether the investigator may give an allegation this outcome: one of this investigation's `own`, not once an
    outcome was accepted, and thoroughly."""
    if not own:
        return refuse("This allegation is part of another investigation.", "Choose one of this.")
    if ruling and ruling.accepted:
        return refuse("The outcome of this allegation was already reviewed.", "No action is needed.")
    return says_enough(text, letters=OUTCOME)


@enforces("6.f.i.3/discipline")
def may_accept(ruling: Ruling | None, seen: int, text: str, *, own: bool) -> Decision:
    """Whether a reviewer may accept or return this outcome: the one they saw, once, and never their `own`."""
    if own:
        return refuse("This outcome is your own.", "Someone else reviews it.")
    if ruling and ruling.accepted:
        return refuse("This outcome was already reviewed.", "No action is needed.")
    unchanged = review.is_as_seen(CLAUSE, "outcome", seen, ruling and ruling.seen)
    return unchanged if isinstance(unchanged, Refusal) else says_enough(text)


@enforces("6.f.i.3/discipline", "6.g.i/recorded", "6.j.i/discipline")
def may_discipline(
    progress: Progress, linked: bool, action: str, text: str, *, own: bool = True, may_end_access: bool = True
) -> Decision:
    """Whether discipline may be recorded with an offense: after a sustained outcome, each offense once, and only the
    subject's `own`, recorded since the investigation opened. `may_end_access`: whether whoever records it may end the
    subject's access, as a termination does."""
    if not progress.sustained:
        return Refusal("6.g.i", "No allegation is sustained.", "Discipline follows a reviewed outcome.")
    if not own:
        return Refusal(
            "6.g.i",
            "This offense is not the subject's, or is older than the investigation.",
            "The ALPR administrator records the offense that follows from it; choose that one.",
        )
    if linked:
        return Refusal("6.g.i", "This offense is already part of an investigation.", "Choose another.")
    if action not in DisciplinaryAction:
        return Refusal("6.g.i", "The discipline is not stated.", "Choose what was decided.", field="action")
    if action == DisciplinaryAction.TERMINATION and not may_end_access:
        return Refusal(
            "6.j.i",
            "A termination ends access at once, and you may not end access.",
            "Have the Chief, the ALPR administrator, the CJIS Security Officer or a supervisor record it.",
            field="action",
        )
    return says_enough(text)


@enforces("6.f.i.3/reported", "IR-6/hour")
def may_report(
    progress: Progress,
    happened_at: datetime,
    now: datetime,
    number: str,
    text: str,
    recipient: str,
    barred: Collection[str] = (),
) -> Decision:
    """Whether the report to the CJIS Security Officer may be recorded: once, of a documented violation, since it was
    documented, and to nobody who may be part of it. `barred`: their full names and the subject's."""
    if not progress.sustained:
        return refuse("No allegation is sustained.", "Only documented violations are reported this way.")
    if progress.reported_at:
        return Refusal("IR-6", "The report is already on record.", "No action is needed.")
    documented = progress.accepted_at or progress.opened_at
    if not documented.replace(second=0, microsecond=0) <= happened_at <= now:  # typed to the minute
        return Refusal(
            "IR-6",
            "This time is before the violation was documented, or in the future.",
            "Enter when the report was made.",
            field="happened_at",
        )
    if any(name.casefold() in recipient.casefold() for name in barred):
        return Refusal(
            "IR-6",
            "This person is the subject, or may be involved.",
            "Report it to an auditor or to the state's CJIS Systems Officer, and name them.",
            field="recipient",
        )
    if isinstance(unnamed := says_enough(recipient, "recipient", letters=NAME), Refusal):
        return unnamed
    if not any(character.isdigit() for character in number):
        return Refusal(
            "IR-6", "This is not an incident number.", "Enter the number that was given.", field="number"
        )
    return says_enough(text, letters=ENOUGH)


@enforces("6.f.i.3/discipline", "6.f.i.3/reported", "6.g.i/recorded", "IR-6/hour")
def may_close(progress: Progress) -> Decision:
    """Whether it may be closed: every outcome reviewed and, of a violation, discipline and report on record."""
    if not progress.decided:
        return refuse(
            "Not every allegation has a reviewed outcome." if progress.allegations else "Nothing is alleged.",
            "Each allegation needs an outcome that someone else has accepted.",
        )
    if progress.sustained and not progress.disciplined:
        return Refusal(
            "6.g.i",
            "The discipline is not on record.",
            "The ALPR administrator records the offense; link it here.",
        )
    if progress.sustained and not progress.reported_at:
        return refuse(
            "The violation was not reported to the CJIS Security Officer.",
            "Report it, and record when, how, and the incident number.",
        )
    return Allow()
