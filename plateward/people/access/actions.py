"""Access requested, approved or denied, ended: each one act. The only module that writes access, or suspends it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Greatest

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.locking import change_row, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import Decision, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import approving as rules
from plateward.people.access import standing
from plateward.people.access.models import Access, Suspension
from plateward.people.actions import create_person
from plateward.people.actor import acting_person
from plateward.people.actor_names import people_named, person_key
from plateward.people.agency_grants import latest_term, terms_granted
from plateward.people.models import Person, Unit
from plateward.people.notices.actions import managers, notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.rules import may_serve
from plateward.people.superiors import may_lead

EMERGENCY_RENEWABLE_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class RequestedAccess:
    """Requested access. A new unit is created."""

    role: Role
    reason: str  # the duties that need it
    unit: str = ""
    supervisor: Person | None = None
    hours: int | None = None  # how long after approval emergency access ends by itself


@enforces("6.e.i/own", "5.d/account", "AC-2/approval")
def create_person_and_request(
    actor: Actor,
    username: str,
    full_name: str,
    *,
    badge: str,
    wanted: RequestedAccess | None = None,
    **more: Any,
) -> tuple[Person, str]:
    """Make a named account and, if wanted, request its access: both or neither. See create_person."""
    if wanted is None:
        return create_person(actor, username, full_name, badge=badge, **more)
    with act(actor, Event.ACCESS_REQUEST, f"person:{username.lower()}", reason=wanted.reason) as entry:
        person, password = create_person(actor, username, full_name, badge=badge, **more)
        _create_request(entry, person, wanted)
    return person, password


@enforces(
    "5.d/account",
    "5.e/training",
    "AC-2/approval",
    "6.c.i.2/sworn",
    "6.c.i.3/employed",
    "6.c.i.4/employed",
    "6.c.i.5/employed",
)
def request_access(actor: Actor, person: Person, wanted: RequestedAccess) -> Access:
    """Request access in a role; it has no effect until another person approves it. Transfers are the same."""
    with act(actor, Event.ACCESS_REQUEST, f"person:{person.username}", reason=wanted.reason) as entry:
        return _create_request(entry, person, wanted)


def _create_request(entry: EntryDraft, person: Person, wanted: RequestedAccess) -> Access:
    kind = Access.Kind.STANDING if wanted.hours is None else Access.Kind.EMERGENCY
    waiting = Access.objects.filter(person=person, kind=kind, decision=Access.Decision.WAITING).exists()
    require(rules.may_ask_for(acting_person(entry.actor), person, wanted.supervisor))
    require(rules.may_request(wanted.reason, waiting))
    require(may_serve(person.full_name, wanted.role, person.employment, days.today()))
    require(_may_join(person, wanted.role))
    if wanted.hours is not None:
        require(_may_begin_emergency(person, wanted.hours))
    require(may_lead(wanted.supervisor, person))
    unit = Unit.objects.get_or_create(name=wanted.unit.strip())[0] if wanted.unit.strip() else None
    above = wanted.supervisor
    entry.note(role=wanted.role.value, unit=str(unit or ""), supervisor=above.username if above else "")
    return Access.objects.create(
        person=person,
        kind=kind,
        hours=wanted.hours,
        role=wanted.role.value,
        unit=unit,
        supervisor=above,
        reason=wanted.reason.strip(),
        requested_by=entry.actor.key,
    )


def _may_join(person: Person, role: Role) -> Decision:
    now = clock.now()
    terms, closed = terms_granted() if role is Role.OUTSIDE else ({}, None)
    return closed or rules.may_join(role, person.agency, latest_term(terms.get(person.agency, ()), now), now)


@enforces("AC-2/temporary")
def _may_begin_emergency(person: Person, hours: int) -> Decision:
    """Emergency access is approved like any other, and over by itself after 72 hours at most."""
    now = clock.now()
    lately = Access.objects.filter(
        person=person,
        decision=Access.Decision.APPROVED,
        kind=Access.Kind.EMERGENCY,
        begins__gt=now - EMERGENCY_RENEWABLE_AFTER,
    )
    waiting = person.accesses.filter(kind=Access.Kind.STANDING, decision=Access.Decision.WAITING)
    has_access = standing.approved_access(now, person=person).exists()
    return rules.may_have_emergency_access(hours, has_access, lately.exists(), waiting.exists())


@enforces(
    "5.d/account",
    "5.e/training",
    "AC-2/approval",
    "6.c.i.2/sworn",
    "6.c.i.3/employed",
    "6.c.i.4/employed",
    "6.c.i.5/employed",
)
def approve_request(actor: Actor, access: Access, reason: str = "") -> None:
    """Access begins now. It ends the person's earlier access, and a transfer notifies the managers."""
    with act(actor, Event.ACCESS_APPROVE, f"person:{access.person.username}", reason=reason) as entry:
        access = lock_row(access, "person")
        require(rules.may_decide_request(actor.key, access))
        require(may_lead(access.supervisor, access.person))
        now, role = clock.now(), Role(access.role)
        require(rules.may_hold(role, standing.holds_office_for(access.person, role, now)))
        require(may_serve(access.person.full_name, role, access.person.employment, days.today()))
        require(_may_join(access.person, role))
        if access.hours is not None:
            require(_may_begin_emergency(access.person, access.hours))
            access.ends = now + timedelta(hours=access.hours)
        with standing.keeps_an_administrator():
            earlier = standing.approved_access(now, person=access.person).last()
            ended = end_access(actor, access.person, "Replaced by a later approval.", now)
            _decide(actor, access, Access.Decision.APPROVED, reason, begins=now, ends=access.ends)
            update_account(access)
        entry.note(
            role=access.role, unit=str(access.unit or ""), requested_by=access.requested_by, ended=ended
        )
        _notify_requester(access, f"approved by {actor.name}.")
        if earlier:
            _notify_managers(actor, earlier, access)


@enforces("AC-2/approval")
def deny_request(actor: Actor, access: Access, reason: str) -> None:
    """Access never begins. What the person has stays as it is; the requester sees why."""
    with act(actor, Event.ACCESS_DENY, f"person:{access.person.username}", reason=reason) as entry:
        access = lock_row(access, "person")
        require(rules.may_decide_request(actor.key, access))
        require(rules.may_deny_request(reason))
        _decide(actor, access, Access.Decision.DENIED, reason)
        entry.note(role=access.role, requested_by=access.requested_by)
        _notify_requester(access, f"denied by {actor.name}: {access.decision_reason}")


@enforces("AC-2/approval")
def withdraw_request(actor: Actor, access: Access) -> None:
    """The requester withdraws it: it never begins, and a new request for the person is possible."""
    with act(actor, Event.ACCESS_WITHDRAW, f"person:{access.person.username}") as entry:
        access = lock_row(access, "person")
        require(rules.may_withdraw_request(actor.key, access))
        _decide(actor, access, Access.Decision.WITHDRAWN)
        entry.note(role=access.role, reason_given=access.reason)


def _decide(actor: Actor, access: Access, decision: Access.Decision, reason: str = "", **more: Any) -> None:
    said = {"decision": decision, "decided_by": actor.key, "decision_reason": reason.strip()}
    change_row(access, decided_at=clock.now(), **said, **more)


def _notify_requester(access: Access, became: str) -> None:
    text = f"The access you requested ({access}) was {became}"
    notify(people_named(access.requested_by), Kind.ACCESS_DECIDE, text, access.person)


@enforces("AC-2/told")
def _notify_managers(actor: Actor, earlier: Access, access: Access) -> None:
    """Notify both supervisors and the administrators of a transfer, within the day that AC-2 allows."""
    if (earlier.role, earlier.unit, earlier.supervisor) == (access.role, access.unit, access.supervisor):
        return
    concerned = {*managers(access.person), earlier.supervisor, access.supervisor} - {None, access.person}
    recipients = [person for person in concerned if person and actor.key != person_key(person)]
    text = f"{access.person} is transferred: from {describe_access(earlier)} to {describe_access(access)}."
    notify(recipients, Kind.PERSON_TRANSFER, text, access.person)


def describe_access(access: Access) -> str:
    unit = f", {access.unit}" if access.unit else ""
    under = f", under {access.supervisor}" if access.supervisor else ""
    return f"{Role(access.role).label}{unit}{under}"


def end_access(actor: Actor, person: Person, reason: str, now: datetime | None = None) -> int:
    """End all approved access of the person now, within an act. Returns how many periods ended.

    A period that seems to begin later was approved before the clock was set back; it ends too."""
    now = now or clock.now()
    rows = Access.objects.filter(person=person, decision=Access.Decision.APPROVED)
    return rows.filter(Q(ends=None) | Q(ends__gt=now)).update(
        ends=Greatest("begins", Value(now)), ended_by=actor.key, end_reason=reason
    )


def update_account(access: Access) -> None:
    """Copy the role, unit and supervisor of the access in force to the account."""
    Person.objects.filter(pk=access.person_id).update(
        role=access.role, unit=access.unit, supervisor=access.supervisor
    )


def begin_suspension(
    entry: EntryDraft,
    person: Person,
    kind: Suspension.Kind,
    reason: str,
    begins: datetime,
    ends: datetime | None = None,
) -> Suspension:
    """Write the row, within an act that has decided."""
    entry.note(kind=kind.value, begins=begins.isoformat(), ends=ends and ends.isoformat())
    return Suspension.objects.create(
        person=person, kind=kind, reason=reason.strip(), begins=begins, begun_by=entry.actor.key, ends=ends
    )
