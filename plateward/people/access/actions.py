"""Asked for, approved or denied, ended: each one act with its entry. The only place that writes access."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Greatest

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import Draft, act
from plateward.audit.who import Who
from plateward.people.access import approving as rules
from plateward.people.access import emergency, standing
from plateward.people.access.models import Access
from plateward.people.actions import create_person
from plateward.people.chain import may_lead
from plateward.people.models import Person, Unit
from plateward.people.notices.actions import managers, notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.rules import may_serve
from plateward.policy.decision import require
from plateward.policy.trace import enforces

DECIDED = ("decision", "decided_by", "decided_at", "decision_reason")


@dataclass(frozen=True)
class Wanted:
    """Access that is asked for. A unit that is not there yet is made."""

    role: Role
    reason: str  # the duties that need it
    unit: str = ""
    supervisor: Person | None = None
    hours: int | None = None  # emergency access ends by itself so long after its approval


@enforces("6.e.i", "5.d", "AC-2")
def welcome(
    who: Who, username: str, full_name: str, *, badge: str, wanted: Wanted | None = None, **more: Any
) -> tuple[Person, str]:
    """Make a named account and, where access is wanted, ask for it: both or neither. See create_person."""
    if wanted is None:
        return create_person(who, username, full_name, badge=badge, **more)
    with act(who, Event.ACCESS_REQUEST, f"person:{username.lower()}", reason=wanted.reason) as entry:
        person, password = create_person(who, username, full_name, badge=badge, **more)
        _ask(entry, person, wanted)
    return person, password


@enforces("5.d", "AC-2", "6.c.i.2")
def request(who: Who, person: Person, wanted: Wanted) -> Access:
    """Ask for access in a role; it has no effect before somebody else approved it. A transfer is asked for likewise."""
    with act(who, Event.ACCESS_REQUEST, f"person:{person.username}", reason=wanted.reason) as entry:
        return _ask(entry, person, wanted)


def _ask(entry: Draft, person: Person, wanted: Wanted) -> Access:
    kind = Access.Kind.STANDING if wanted.hours is None else Access.Kind.EMERGENCY
    waiting = Access.objects.filter(person=person, kind=kind, decision=Access.Decision.WAITING).exists()
    require(rules.may_ask_for(_asker(entry.who), person, wanted.supervisor))
    require(rules.may_request(wanted.reason, waiting))
    require(may_serve(person.full_name, wanted.role, person.sworn_here))
    if wanted.hours is not None:
        require(emergency.may_begin(person, wanted.hours))
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
        requested_by=entry.who.key,
    )


def _asker(who: Who) -> Person | None:
    return Person.objects.get(username=who.id) if who.kind == "person" else None


@enforces("5.d", "AC-2", "6.c.i.2")
def approve(who: Who, access: Access, reason: str = "") -> None:
    """Let it begin, now. What the person had before ends with it, and the managers of a transfer are told."""
    with act(who, Event.ACCESS_APPROVE, f"person:{access.person.username}", reason=reason) as entry:
        access = _held(access)
        require(rules.may_decide(who.key, access))
        require(may_lead(access.supervisor, access.person))
        now, role = clock.now(), Role(access.role)
        require(rules.may_hold(role, standing.designated(access.person, role, now)))
        require(may_serve(access.person.full_name, role, access.person.sworn_here))
        if access.hours is not None:
            require(emergency.may_begin(access.person, access.hours))
            access.ends = now + timedelta(hours=access.hours)
        with standing.keeps_an_administrator():
            earlier = standing.in_force(access.person, now).last()
            ended = end(who, access.person, "Succeeded by a later approval.", now)
            access.decision, access.decided_by, access.decided_at = Access.Decision.APPROVED, who.key, now
            access.decision_reason, access.begins = reason.strip(), now
            access.save(update_fields=[*DECIDED, "begins", "ends"])
            settle(access)
        entry.note(
            role=access.role, unit=str(access.unit or ""), requested_by=access.requested_by, ended=ended
        )
        _tell_asker(access, f"approved by {who.name}.")
        if earlier:
            _tell_managers(who, earlier, access)


@enforces("AC-2")
def deny(who: Who, access: Access, reason: str) -> None:
    """Let it never begin. What the person has stays as it is; the asker is told why."""
    with act(who, Event.ACCESS_DENY, f"person:{access.person.username}", reason=reason) as entry:
        access = _held(access)
        require(rules.may_decide(who.key, access))
        require(rules.may_deny(reason))
        access.decision, access.decided_by, access.decided_at = Access.Decision.DENIED, who.key, clock.now()
        access.decision_reason = reason.strip()
        access.save(update_fields=DECIDED)
        entry.note(role=access.role, requested_by=access.requested_by)
        _tell_asker(access, f"denied by {who.name}: {access.decision_reason}")


@enforces("AC-2")
def withdraw(who: Who, access: Access) -> None:
    """Who asked wants it no more: it never begins, and the person may be asked for anew."""
    with act(who, Event.ACCESS_WITHDRAW, f"person:{access.person.username}") as entry:
        access = _held(access)
        require(rules.may_withdraw(who.key, access))
        access.decision, access.decided_by = Access.Decision.WITHDRAWN, who.key
        access.decided_at = clock.now()
        access.save(update_fields=DECIDED)
        entry.note(role=access.role, reason_given=access.reason)


def _held(access: Access) -> Access:
    """The row, locked: two who decide at once do it one after the other."""
    return (
        Access.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=access.pk)
    )


def _tell_asker(access: Access, became: str) -> None:
    asker = Person.objects.filter(username=access.requested_by.removeprefix("person:"))
    notify(asker, Kind.ACCESS_DECIDE, f"The access that you asked for ({access}) was {became}", access.person)


@enforces("AC-2")
def _tell_managers(who: Who, earlier: Access, access: Access) -> None:
    """Both supervisors and the administrators learn of a transfer, within the day that AC-2 allows."""
    if (earlier.role, earlier.unit, earlier.supervisor) == (access.role, access.unit, access.supervisor):
        return
    concerned = {*managers(access.person), earlier.supervisor, access.supervisor}
    told = [one for one in concerned if one and one != access.person and who.key != f"person:{one.username}"]
    notify(
        told,
        Kind.PERSON_TRANSFER,
        f"{access.person} is transferred: from {place(earlier)} to {place(access)}.",
        access.person,
    )


def place(access: Access) -> str:
    """Role, unit and supervisor in words."""
    unit = f", {access.unit}" if access.unit else ""
    under = f", under {access.supervisor}" if access.supervisor else ""
    return f"{Role(access.role).label}{unit}{under}"


def end(who: Who, person: Person, reason: str, now: datetime | None = None) -> int:
    """Let all approved access of the person end now, within an act. Returns how many periods ended.

    What seems to begin later was approved before the clock was set back; it ends too."""
    now = now or clock.now()
    rows = Access.objects.filter(person=person, decision=Access.Decision.APPROVED)
    return rows.filter(Q(ends=None) | Q(ends__gt=now)).update(
        ends=Greatest("begins", Value(now)), ended_by=who.key, end_reason=reason
    )


def settle(access: Access) -> None:
    """The account shows the role, unit and supervisor of the access in force."""
    Person.objects.filter(pk=access.person_id).update(
        role=access.role, unit=access.unit, supervisor=access.supervisor
    )
