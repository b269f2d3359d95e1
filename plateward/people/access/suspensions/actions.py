"""Leave, separation, immediate suspension, access unused for 90 days (the rule refuses it at once; this records
it), and access restored: each one act with its audit entry."""

from contextlib import nullcontext
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days, limits
from plateward.people.access import standing
from plateward.people.access.actions import begin_suspension, end_access
from plateward.people.access.models import Access, Designation, Suspension
from plateward.people.access.rules import unused_since
from plateward.people.access.suspensions import rules
from plateward.people.actor import PersonActor
from plateward.people.models import Person, SignIn
from plateward.people.notices.actions import managers, notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.superiors import is_above

KIND = Suspension.Kind


@enforces("AC-2/disabled")
def give_leave(actor: Actor, person: Person, first: date, last: date, reason: str) -> Suspension:
    """Suspend access from the start of the first day, or from now, to the end of the last. It then ends."""
    now = clock.now()
    begins, ends = max(days.start_of(first), now), days.start_of(last + timedelta(days=1))
    with act(actor, Event.ACCESS_INTERRUPT, f"person:{person.username}", reason=reason) as entry:
        person = lock_row(person)
        meanwhile = _open_suspensions(person, KIND.LEAVE).filter(begins__lt=ends, ends__gt=begins)
        require(rules.has_valid_dates(first, last, days.today()))
        require(rules.may_suspend(actor.key, person, reason, meanwhile.exists()))
        with standing.keeps_an_administrator(*_leave_beginnings(begins, ends)):
            leave = begin_suspension(entry, person, KIND.LEAVE, reason, begins, ends)
        entry.note(first=str(first), last=str(last))
        text = f"{person.full_name} is on leave from {first} to {last}: no access."
        notify(managers(person), Kind.ACCESS_INTERRUPT, text, person)
    return leave


def _leave_beginnings(begins: datetime, ends: datetime) -> list[datetime]:
    """When an administrator might be the last: as this leave begins, and as any other's begins during it."""
    other_leaves = Suspension.objects.filter(
        kind=KIND.LEAVE, person__role=Role.ADMINISTRATOR, begins__gt=begins, begins__lt=ends
    )
    return [begins, *other_leaves.values_list("begins", flat=True)]


@enforces("AC-2/disabled", "AC-2/told")
def terminate_access(actor: Actor, person: Person, reason: str) -> Suspension:
    """A person has left: end sessions, access and offices, close their requests, and notify managers."""
    with act(actor, Event.ACCESS_INTERRUPT, f"person:{person.username}", reason=reason) as entry:
        with standing.keeps_an_administrator():
            person = lock_row(person)
            require(rules.may_suspend(actor.key, person, reason, has_left(person)))
            now, by = clock.now(), actor.key
            termination = begin_suspension(entry, person, KIND.TERMINATED, reason, now, None)
            entry.note(
                access_ended=end_access(actor, person, "Left the agency."),
                requests_closed=Access.objects.filter(person=person, decision=Access.Decision.WAITING).update(
                    decision=Access.Decision.DENIED,
                    decided_by=by,
                    decided_at=now,
                    decision_reason="Left the agency.",
                ),
                offices_ended=_end_offices(person, by, now),
                sessions_ended=_end_sessions(person),
            )
        left_behind = list(person.supervises.values_list("full_name", flat=True))
        entry.note(need_a_supervisor=left_behind)
        lost = f" Without a supervisor now: {', '.join(left_behind)}." if left_behind else ""
        text = f"{person.full_name} has left the agency; all access has ended.{lost}"
        notify(managers(person), Kind.ACCESS_INTERRUPT, text, person)
    return termination


def has_left(person: Person) -> bool:
    """Whether it is on record that they left the agency."""
    return _open_suspensions(person, KIND.TERMINATED).exists()


@enforces("AC-2/disabled")
def switch_off(actor: PersonActor, person: Person, reason: str) -> Suspension:
    """Suspend a high risk in one act: from the next request on this person gets no answer.

    The one exception to the usual rule: the Chief may suspend the last administrator, and designates another.
    """
    role = Role(actor.person.role)
    with act(actor, Event.ACCESS_INTERRUPT, f"person:{person.username}", reason=reason) as entry:
        with nullcontext() if role is Role.CHIEF else standing.keeps_an_administrator():
            person = lock_row(person)
            live = _open_suspensions(person, KIND.HIGH_RISK).exists()
            above = is_above(actor.person, person)
            require(rules.may_switch_off(role, actor.person.pk == person.pk, above, reason, live, person))
            suspension = begin_suspension(entry, person, KIND.HIGH_RISK, reason, clock.now(), None)
            entry.note(sessions_ended=_end_sessions(person))
        text = f"{actor.person.full_name} suspended {person.full_name} at once."
        notify(managers(person), Kind.ACCESS_INTERRUPT, text, person)
    return suspension


@enforces("AC-2/disabled", "AC-7/lock")
def restore_access(actor: PersonActor, suspension: Suspension, reason: str) -> None:
    """End a suspension early. A leave that has not begun is withdrawn."""
    with act(actor, Event.ACCESS_RESTORE, f"person:{suspension.person.username}", reason=reason) as entry:
        suspension = lock_row(suspension, "person")
        now = clock.now()
        entry.note(kind=suspension.kind, begun=suspension.begins.isoformat(), begun_by=suspension.begun_by)
        over = suspension.ends is not None and suspension.ends <= max(now, suspension.begins)
        stranded = suspension.person in standing.stranded_administrators()
        require(rules.may_restore(actor.key, actor.person.permissions, suspension, reason, over, stranded))
        _end_suspension(actor, suspension, reason)


@enforces("AC-7/lock")
def release_chief(actor: Actor, person: Person, reason: str) -> None:
    """At the hub's own command line: the Chief may sign in again, and then restores the administrator.
    Otherwise anybody could close the hub to everybody with five wrong passwords for each of the two."""
    with act(actor, Event.ACCESS_RESTORE, f"person:{person.username}", reason=reason) as entry:
        person = lock_row(person)
        lock = _open_suspensions(person, KIND.LOCKED).select_related("person").first()
        administrators = [administrator.full_name for administrator in standing.authorized_administrators()]
        require(rules.may_release_chief(person, lock is not None, administrators, reason))
        if lock:
            entry.note(kind=lock.kind, begun=lock.begins.isoformat(), begun_by=lock.begun_by)
            _end_suspension(actor, lock, reason)


def _end_suspension(actor: Actor, suspension: Suspension, reason: str) -> None:
    ends = max(clock.now(), suspension.begins)
    change_row(suspension, ends=ends, ended_by=actor.key, end_reason=reason.strip())
    if suspension.kind == KIND.LOCKED:
        limits.reset_limits(suspension.person)
        settle_matter(Kind.ACCOUNT_LOCK, suspension.person)
    text = f"{suspension.person.full_name} is no longer suspended ({suspension.get_kind_display().lower()})."
    notify(managers(suspension.person), Kind.ACCESS_RESTORE, text, suspension.person)


def _open_suspensions(person: Person, kind: Suspension.Kind) -> QuerySet[Suspension]:
    """Those of a kind that are not over. Future ones count: the clock may have been set back."""
    return Suspension.objects.filter(person=person, kind=kind).filter(
        Q(ends=None) | Q(ends__gt=clock.now(), ended_by="")
    )


def _end_offices(person: Person, by: str, now: datetime) -> int:
    rows = Designation.objects.filter(Q(ends=None) | Q(ends__gt=now), person=person)
    return rows.update(ends=Greatest("begins", Value(now)), ended_by=by)


@enforces("AC-12/ends")
def _end_sessions(person: Person) -> int:
    """End every session of the person; an open stream notices within a second."""
    return SignIn.objects.filter(person=person).delete()[0]


@enforces(
    "6.c.i.2/sworn", "6.c.i.3/employed", "6.c.i.4/employed", "6.c.i.5/employed", "AC-2/disabled", "AC-2/told"
)
def end_employments() -> int:
    """Who is no longer employed has left: the rule refuses them at once, this ends what they have and tells whom AC-2
    names. Returns how many."""
    gone = Suspension.objects.filter(kind=KIND.TERMINATED, ends=None)
    over = Person.objects.filter(employed_until__lt=days.today(), pk__in=standing.holders(clock.now()))
    people = list(over.exclude(pk__in=gone.values("person")))
    for person in people:
        ended = clock.format_day(person.employed_until) if person.employed_until else ""
        terminate_access(HUB, person, f"The employment by the Department ended on {ended}.")
    return len(people)


@enforces("AC-2/disabled")
def suspend_if_unused(person: Person) -> Suspension | None:
    """Begin the suspension, as of the end of the 90 days, if they are over and it is not on record.

    Called daily, and before a sign-in, which would otherwise count as use."""
    facts, now = standing.standing_of(person).facts, clock.now()
    if unused_since(facts, now) is None:
        return None
    with act(HUB, Event.ACCESS_INTERRUPT, f"person:{person.username}") as entry:
        lock_row(person)
        # If two notice it, the second has nothing to do.
        since = unused_since(standing.standing_of(person).facts, now)
        if since is None:
            return None
        text = f"{person.full_name} has not used the access for 90 days; it is suspended."
        notify(managers(person), Kind.ACCESS_INTERRUPT, text, person)
        return begin_suspension(entry, person, Suspension.Kind.INACTIVE, "Not used for 90 days.", since)


@enforces("AC-2/disabled", "AC-6/least")
def suspend_unused() -> int:
    """For everybody whose access is in force; daily. Returns how many suspensions began."""
    now = clock.now()
    people = {person.pk: person for person in standing.holders(now)}
    standings = standing.standings_of(people)
    idle = [person for key, person in people.items() if unused_since(standings[key].facts, now)]
    return sum(suspend_if_unused(person) is not None for person in idle)
