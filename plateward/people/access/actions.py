"""Asked for, approved or denied, ended: each one act with its entry. The only place that writes access."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Greatest

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import Draft, act
from plateward.audit.who import Who
from plateward.people.access import rules, standing
from plateward.people.access.models import Access
from plateward.people.actions import create_person
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces

EMERGENCY_LASTS = timedelta(hours=72)  # AC-2


def key(who: Who) -> str:
    """Who decided, as the tables keep it."""
    return f"{who.kind}:{who.id}"


@dataclass(frozen=True)
class Wanted:
    """Access that is asked for. A unit that is not there yet is made."""

    role: Role
    reason: str  # the duties that need it
    unit: str = ""
    supervisor: Person | None = None


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


@enforces("5.d", "AC-2")
def request(who: Who, person: Person, wanted: Wanted) -> Access:
    """Ask for access in a role; it has no effect before somebody else approved it. A transfer is asked for likewise."""
    with act(who, Event.ACCESS_REQUEST, f"person:{person.username}", reason=wanted.reason) as entry:
        return _ask(entry, person, wanted)


def _ask(entry: Draft, person: Person, wanted: Wanted) -> Access:
    waiting = Access.objects.filter(person=person, decision=Access.Decision.WAITING).exists()
    require(rules.may_request(wanted.reason, waiting))
    require(rules.may_lead(person, wanted.supervisor))
    unit = Unit.objects.get_or_create(name=wanted.unit.strip())[0] if wanted.unit.strip() else None
    above = wanted.supervisor
    entry.note(role=wanted.role.value, unit=str(unit or ""), supervisor=above.username if above else "")
    return Access.objects.create(
        person=person,
        role=wanted.role.value,
        unit=unit,
        supervisor=above,
        reason=wanted.reason.strip(),
        requested_by=key(entry.who),
    )


@enforces("5.d", "AC-2")
def approve(who: Who, access: Access, reason: str = "") -> None:
    """Let it begin, now. What the person had before ends with it."""
    with act(who, Event.ACCESS_APPROVE, f"person:{access.person.username}", reason=reason) as entry:
        access = Access.objects.select_for_update().select_related("person").get(pk=access.pk)
        require(rules.may_decide(key(who), access))
        require(rules.may_lead(access.person, access.supervisor))
        now, role = clock.now(), Role(access.role)
        require(rules.may_hold(role, standing.designated(access.person, role, now)))
        with standing.keeps_an_administrator():
            ended = end(who, access.person, "Succeeded by a later approval.")
            access.decision, access.decided_by, access.decided_at = Access.Decision.APPROVED, key(who), now
            access.decision_reason, access.begins = reason, now
            access.save()
            settle(access)
        entry.note(
            role=access.role, unit=str(access.unit or ""), requested_by=access.requested_by, ended=ended
        )


def end(who: Who, person: Person, reason: str) -> int:
    """Let all approved access of the person end now, within an act. Returns how many periods ended.

    What seems to begin later was approved before the clock was set back; it ends too."""
    now = clock.now()
    rows = Access.objects.filter(person=person, decision=Access.Decision.APPROVED)
    return rows.filter(Q(ends=None) | Q(ends__gt=now)).update(
        ends=Greatest("begins", Value(now)), ended_by=key(who), end_reason=reason
    )


def settle(access: Access) -> None:
    """The account shows the role, unit and supervisor of the access in force."""
    Person.objects.filter(pk=access.person_id).update(
        role=access.role, unit=access.unit, supervisor=access.supervisor
    )
