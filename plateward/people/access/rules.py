"""What an authorized user has, and what a person lacks. Pure: facts in, refusals out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.agency_terms import AgencyTerm, term_runs
from plateward.people.employment import Employment, unfit_for
from plateward.people.permissions import Permission, Role
from plateward.people.rules import may_perform
from plateward.people.signed import permitted

# Roles that need an office with a recorded designation, and the offices that carry them.
OFFICES = {
    Role.ADMINISTRATOR: ("administrator",),
    Role.CHIEF: ("chief", "designee"),
}
UNUSED_AT_MOST = timedelta(days=90)  # AC-2
WARNINGS = (timedelta(days=60), timedelta(days=30), timedelta(days=7))  # before training lapses
DEFAULT_HOW = "Complete it, and have the ALPR administrator record it."


@enforces("6.d.ii/yearly", "AT-2/yearly")
def lapses_at(completed_on: date, valid_days: int | None) -> datetime | None:
    """When a record of training stops counting: at the end of the day `valid_days` after its own."""
    return None if valid_days is None else days.end_of(completed_on + timedelta(days=valid_days))


@enforces("6.b.i.1/acknowledged")
def binds(roles: Collection[str], units: Collection[str], role: str, unit: int | None) -> bool:
    """Whether a protocol's version for these roles and units binds somebody with this role in this unit."""
    return (not roles or role in roles) and (not units or str(unit) in units)


@dataclass(frozen=True, slots=True)
class GrantedAccess:
    role: Role
    emergency: bool
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class ActiveSuspension:
    """What suspends access, whatever was approved."""

    kind: str  # access.models.Suspension.Kind
    label: str
    reason: str
    since: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class RequiredCourse:
    """A course that the role requires, and this person's record of it."""

    code: str
    name: str
    clause: str
    how: str
    taken: bool
    lapses: datetime | None  # of the latest record, in the agency's time zone; None: never, or not taken
    pass_mark: int | None = None  # percent in its exam: what has no such result is not taken
    failed: bool = False  # not taken, but tried: without a result, or with one below the mark

    def counts(self, now: datetime) -> bool:
        """Whether there is a record that has not lapsed."""
        return self.taken and (self.lapses is None or now < self.lapses)

    @property
    def last_day(self) -> date | None:
        """The last day on which the training counts: it lapses at the end of that day."""
        return (self.lapses - timedelta(microseconds=1)).date() if self.lapses else None


@dataclass(frozen=True, slots=True)
class Retraining:
    """A duty to retake a course, after a change of policy or a security incident."""

    duty: int
    title: str
    course: str
    how: str
    due: datetime  # in the agency's time zone; the end of the day on which it is due
    done: bool  # retrained since, or excepted

    @property
    def last_day(self) -> date:
        """The last day that is in time."""
        return (self.due - timedelta(microseconds=1)).date()


@dataclass(frozen=True, slots=True)
class OwedProtocol:
    """A protocol in effect that binds the person, who has not acknowledged this version."""

    version: int
    title: str
    number: int
    since: datetime  # when it began to bind them
    due: datetime | None  # the end of the last day; None: access does not stop

    @property
    def last_day(self) -> date | None:
        return (self.due - timedelta(microseconds=1)).date() if self.due else None


@dataclass(frozen=True, slots=True)
class Revocation:
    number: int
    ends: datetime | None  # None: permanent


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """Everything that authorization is computed from, at one moment."""

    granted: GrantedAccess | None
    suspensions: tuple[ActiveSuspension, ...]
    revoked: Revocation | None
    designated: bool  # by the Chief, to the office that the role needs
    employment: Employment
    courses: tuple[RequiredCourse, ...]  # that the role requires
    retraining: tuple[Retraining, ...] = ()  # open duties that concern the person
    protocols: tuple[OwedProtocol, ...] = ()
    # The access's last use; approval counts. None: later than the moment, future moment, or no access.
    used: datetime | None = None
    agency: AgencyTerm | None = None  # of somebody of an outside agency: how long it may ask
    altered: Refusal | None = None  # a record among these is not what the audit log says


@dataclass(frozen=True, slots=True)
class Lack(Refusal):
    """Something that a person lacks: a refusal for the person, and `text`, a few words for others."""

    text: str


@dataclass(frozen=True, slots=True)
class AccessStanding:
    """What a person lacks, most serious first. A person who lacks nothing is authorized."""

    facts: AccessFacts
    missing: tuple[Lack, ...]

    @property
    def authorized(self) -> bool:
        """Whether this person may work now, within the role."""
        return not self.missing


@enforces(
    "5.d/account",
    "5.d/all",
    "5.e/training",
    "5.e/exam",
    "5.e/cjis",
    "6.b.i.1/acknowledged",
    "6.b.i.6/scope",
    "SB40.declare/registry",
    "6.c.i.2/sworn",
    "6.c.i.3/employed",
    "6.c.i.4/employed",
    "6.c.i.5/employed",
    "6.d.i/before",
    "6.d.ii/yearly",
    "6.d.iii/elevated",
    "6.d.iv/incident",
    "6.b.i/designation",
    "6.g.i.1/days",
    "6.g.i.2/days",
    "6.g.i.3/permanent",
    "AC-2/disabled",
    "AT-2/before",
    "AT-2/yearly",
    "AT-2/incident",
)
def standing_from(facts: AccessFacts, now: datetime) -> AccessStanding:
    """Whether these facts make an authorized user, and everything that is missing."""
    return AccessStanding(facts, tuple(_lacks(facts, now)))


@enforces("6.b.i.8/matrix", "6.c.ii/lists", "6.c.ii/cases", "6.c.ii/people", "AC-6/least")
def refusals_for(person_standing: AccessStanding, needs: Permission | None) -> tuple[Refusal, ...]:
    """Everything that keeps a person from a duty: what is missing, or else a role that does not include it.

    The role is that of the access in force at this moment, whatever the account shows."""
    if person_standing.missing or person_standing.facts.granted is None:
        return person_standing.missing
    role = person_standing.facts.granted.role
    decision = may_perform(role, needs, permitted(role))
    return (decision,) if isinstance(decision, Refusal) else ()


def _lacks(facts: AccessFacts, now: datetime) -> Iterable[Lack]:
    yield from _altered(facts.altered)
    if facts.revoked:
        yield _penalty_lack(facts.revoked)
    role = facts.granted.role if facts.granted else None
    for suspension in facts.suspensions:
        yield _suspension_lack(suspension, role)
    if since := unused_since(facts, now):
        yield _suspension_lack(ActiveSuspension("inactive", "Not used for 90 days", "", since, None), role)
    if facts.granted is None:
        yield Lack(
            "5.d",
            "You have no approved access.",
            "Your supervisor or the ALPR administrator can request it; another person approves it.",
            "No approved access",
        )
        return
    if facts.granted.role in OFFICES and not facts.designated:
        yield Lack(
            "6.b.i",
            f"The Chief's designation as {facts.granted.role.label} is missing, or has ended.",
            "The Chief must record it, with the order and dates.",
            "Not designated by the Chief",
        )
    if unfit := unfit_for(facts.granted.role, facts.employment, days.day_of(now)):
        help = "If this is wrong, ask the ALPR administrator to correct your account."
        yield Lack(unfit.clause, unfit.reason("you"), help, unfit.text)
    if facts.granted.role is Role.OUTSIDE and isinstance(over := term_runs(facts.agency, now), Refusal):
        yield Lack(over.clause, over.reason, over.help, over.reason.removesuffix("."))
    if not facts.courses:
        yield Lack(
            "6.d.i",
            f"No training is set for the role {facts.granted.role.label}, and training is required to work.",
            "The ALPR administrator sets it with the Advanced Training Bureau.",
            "No training set for the role",
        )
    for course in facts.courses:
        if not course.counts(now):
            yield _training_lack(course)
    for duty in facts.retraining:
        if not duty.done and now >= duty.due:
            yield Lack(
                "6.d.iv",
                f"You had to retake “{duty.course}” by {clock.format_day(duty.last_day)}, after: {duty.title}.",
                duty.how or DEFAULT_HOW,
                f"{duty.course} not retaken by {clock.format_day(duty.last_day)}",
            )
    yield from (_protocol_lack(owed) for owed in facts.protocols if owed.due and now >= owed.due)


@enforces("6.b.i.9/records", "AU-9/found", "5.d/account")
def _altered(refusal: Refusal | None) -> Iterable[Lack]:
    if refusal:
        yield Lack(refusal.clause, refusal.reason, refusal.help, "Record altered past the hub")


@enforces("AC-2/disabled")
def unused_since(facts: AccessFacts, now: datetime) -> datetime | None:
    """When the access became unused for too long, unless a suspension already records that."""
    if facts.used is None or now - facts.used < UNUSED_AT_MOST:
        return None
    if any(suspension.kind == "inactive" for suspension in facts.suspensions):
        return None
    return facts.used + UNUSED_AT_MOST


def _penalty_lack(revoked: Revocation) -> Lack:
    if revoked.ends is None:
        return Lack(
            "6.g.i.3",
            "Your access is permanently revoked after a third offense.",
            "You may appeal through your chain of command.",
            "Permanently revoked",
        )
    clause = {1: "6.g.i.1", 2: "6.g.i.2"}.get(revoked.number, "6.g.i.3")
    until = days.format_time(revoked.ends)
    return Lack(
        clause,
        f"Your access is revoked until {until}, for a policy offense.",
        "It is restored automatically. You may appeal through your chain of command.",
        f"Revoked until {until}",
    )


_WAYS_BACK = {
    "high_risk": ("AC-2", "{who} restores it when the matter is settled."),
    "inactive": ("AC-2", "{who} can restore it."),
    "leave": ("AC-2", "It ends with your leave. {who} can end it earlier."),
    "locked": ("AC-7", "{who} can release it. If the attempts were not yours, report it."),
    "recovery": ("IA-2", "Two people must confirm your identity; then set up a new second factor."),
    "terminated": ("AC-2", "If this is wrong, ask the ALPR administrator."),
}


@enforces("AC-2/disabled", "AC-7/lock")
def way_back(kind: str, role: Role | None) -> tuple[str, str]:
    """The clause of a suspension, and who ends it: for an administrator another one, or the Chief."""
    clause, way = _WAYS_BACK[kind]
    releaser = "Another ALPR administrator or, if there is none, the Chief"
    return clause, way.format(who=releaser if role is Role.ADMINISTRATOR else "The ALPR administrator")


def _suspension_lack(suspension: ActiveSuspension, role: Role | None) -> Lack:
    clause, way = way_back(suspension.kind, role)
    return Lack(clause, f"Your access is suspended: {suspension.label.lower()}.", way, suspension.label)


def _training_lack(course: RequiredCourse) -> Lack:
    lapsed = course.taken and course.last_day
    problem = f"lapsed at the end of {clock.format_day(lapsed)}" if lapsed else "is missing"
    if course.failed:
        problem = f"has no passing result: its exam needs {course.pass_mark} percent"
    return Lack(
        course.clause or "6.d.i",
        f"Your training “{course.name}” {problem}.",
        course.how or DEFAULT_HOW,
        f"{course.name} {problem}",
    )


def _protocol_lack(owed: OwedProtocol) -> Lack:
    last = clock.format_day(owed.last_day) if owed.last_day else ""
    return Lack(
        "6.b.i.1",
        f"You had to acknowledge the protocol “{owed.title}”, version {owed.number}, by {last}.",
        "Read and acknowledge it under Protocols; your access returns at once.",
        f"{owed.title} not acknowledged by {last}",
    )


@enforces("6.d.ii/warned", "AT-2/yearly")
def lapsing_soon(courses: Iterable[RequiredCourse], now: datetime) -> list[RequiredCourse]:
    """The courses that lapse within the longest warning, soonest first."""
    soon = [
        course
        for course in courses
        if course.counts(now) and course.lapses and course.lapses - now <= WARNINGS[0]
    ]
    return sorted(soon, key=lambda course: (course.lapses or now, course.code))


@enforces("6.b.i/designation")
def may_leave_office(before: int, after: int) -> Decision:
    """Whether a change may stand, given the number of authorized administrators before and after it.

    A hub that had none may change as it must, or nobody could repair it."""
    if before and not after:
        return Refusal(
            "6.b.i",
            "That would leave the system without an authorized ALPR administrator.",
            "The Chief must first hand the office over to someone trained for it.",
        )
    return Allow()
