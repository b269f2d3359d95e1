"""Asked for, approved or denied, ended: each one act with its entry. The only place that writes access."""

from datetime import timedelta

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.people.access import rules
from plateward.people.access.models import Access
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces

EMERGENCY_LASTS = timedelta(hours=72)  # AC-2


def key(who: Who) -> str:
    """Who decided, as the tables keep it."""
    return f"{who.kind}:{who.id}"


@enforces("5.d", "AC-2")
def request(
    who: Who,
    person: Person,
    role: Role,
    reason: str,
    *,
    unit: Unit | None = None,
    supervisor: Person | None = None,
) -> Access:
    """Ask for access in a role; it has no effect before somebody else approved it. A transfer is asked for likewise."""
    with act(who, Event.ACCESS_REQUEST, f"person:{person.username}", reason=reason) as entry:
        waiting = Access.objects.filter(person=person, decision=Access.Decision.WAITING).exists()
        require(rules.may_request(reason, waiting))
        require(rules.may_lead(person, supervisor))
        entry.note(
            role=role.value, unit=str(unit or ""), supervisor=supervisor.username if supervisor else ""
        )
        return Access.objects.create(
            person=person,
            role=role.value,
            unit=unit,
            supervisor=supervisor,
            reason=reason.strip(),
            requested_by=key(who),
        )


@enforces("5.d", "AC-2")
def approve(who: Who, access: Access, reason: str = "") -> None:
    """Let it begin, now. What the person had before ends with it."""
    with act(who, Event.ACCESS_APPROVE, f"person:{access.person.username}", reason=reason) as entry:
        access = Access.objects.select_for_update().select_related("person").get(pk=access.pk)
        require(rules.may_decide(key(who), access))
        now = clock.now()
        earlier = Access.objects.filter(person=access.person, decision=Access.Decision.APPROVED, ends=None)
        ended = earlier.update(ends=now, ended_by=key(who), end_reason="Succeeded by a later approval.")
        access.decision, access.decided_by, access.decided_at = Access.Decision.APPROVED, key(who), now
        access.decision_reason, access.begins = reason, now
        access.save()
        settle(access)
        entry.note(
            role=access.role, unit=str(access.unit or ""), requested_by=access.requested_by, ended=ended
        )


def settle(access: Access) -> None:
    """The account shows the role, unit and supervisor of the access in force."""
    Person.objects.filter(pk=access.person_id).update(
        role=access.role, unit=access.unit, supervisor=access.supervisor
    )
