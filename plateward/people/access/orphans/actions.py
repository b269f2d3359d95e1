"""Whose supervisor has left, and the act that gives a person to another one. Meanwhile, what they need a supervisor for
goes to the next above (chain_of_command/routing.py)."""

from collections.abc import Iterable

from django.db.models import Max

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.actions import end_access, update_account
from plateward.people.access.models import Access
from plateward.people.access.orphans import rules
from plateward.people.access.orphans.rules import Orphan
from plateward.people.actor_names import person_key
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import LEADERS
from plateward.people.superiors import may_lead


@enforces("AC-2/disabled")
def orphans(people: Iterable[int] | None = None) -> list[Orphan]:
    """Those of these people (by key; None: of everybody) whose supervisor has no approved access, most urgent first."""
    now = clock.now()
    approved = standing.approved_access(now).exclude(supervisor=None)
    chosen = approved if people is None else approved.filter(person__in=list(people))
    led = chosen.exclude(supervisor__in=standing.approved_access(now).order_by().values("person"))
    latest = {access.person_id: access for access in led.select_related("person", "unit", "supervisor")}
    ended = Access.objects.filter(
        person__in={access.supervisor_id for access in latest.values()},
        decision=Access.Decision.APPROVED,
        ends__lte=now,
    )
    left_at = dict(ended.order_by().values_list("person").annotate(Max("ends")))
    found = [
        Orphan(access, max(filter(None, (access.begins, left_at.get(access.supervisor_id)))))
        for access in latest.values()
    ]
    return sorted(found, key=lambda orphan: (orphan.since, orphan.access.person.full_name))


@enforces("AC-2/disabled")
def give(actor: Actor, person: Person, supervisor: Person) -> Access:
    """Give a person whose supervisor has left to another one. Role, unit and end stay as they were approved, so that no
    second person decides. Raises Refused."""
    with act(actor, Event.ACCESS_GIVE, f"person:{person.username}") as entry:
        person, now = lock_row(person), clock.now()
        orphan = next(iter(orphans([person.pk])), None)
        leads = standing.approved_access(now, person=supervisor, role__in=LEADERS).exists()
        entry.note(supervisor=supervisor.username, before=orphan and str(orphan.access.supervisor))
        own = actor.key == person_key(person)
        require(rules.may_give(orphan is not None, own, person, supervisor, leads))
        require(may_lead(supervisor, person))
        assert orphan  # noqa: S101, as required above
        earlier = orphan.access
        reason = f"{earlier.supervisor} has left."
        end_access(actor, person, f"Given to {supervisor}: {reason}", now)
        given = Access.objects.create(
            person=person,
            kind=earlier.kind,
            hours=earlier.hours,
            role=earlier.role,
            unit=earlier.unit,
            supervisor=supervisor,
            reason=earlier.reason,
            requested_by=earlier.requested_by,
            requested_at=earlier.requested_at,
            decision=Access.Decision.APPROVED,
            decided_by=actor.key,
            decided_at=now,
            decision_reason=reason,
            begins=now,
            ends=earlier.ends,
        )
        update_account(given)
        text = f"{supervisor} is now the supervisor of {person}: {reason}"
        notify([person, supervisor], Kind.PERSON_TRANSFER, text, person)
    return given
