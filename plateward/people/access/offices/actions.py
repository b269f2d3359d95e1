"""An office given, handed over, ended: each one act of the person in the Chief's office."""

from django.db.models import F, Q
from django.urls import reverse

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.actions import end_access, update_account
from plateward.people.access.models import Access, Designation
from plateward.people.access.offices import rules
from plateward.people.access.offices.rules import OfficeOrder
from plateward.people.access.rules import OFFICES
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role

Office = Designation.Office


@enforces("6.b.i/designation")
def designate(actor: Actor, person: Person, office: Designation.Office, order: OfficeOrder) -> Designation:
    """Record that a person holds an office; its role needs its own request. Raises Refused."""
    with act(actor, Event.DESIGNATION_MAKE, f"person:{person.username}") as entry:
        _require_designable(actor, person, office, order)
        entry.note(office=office.value, document=order.document, begins=order.begins.isoformat())
        entry.note(ends=order.ends.isoformat() if order.ends else None)
        text = f"You are designated as {office.label}, by {order.document}."
        notify([person], Kind.OFFICE_CHANGE, text, person, link=reverse("access:mine"))
        return create_designation(actor, person, office, order)


def _require_designable(actor: Actor, person: Person, office: Designation.Office, order: OfficeOrder) -> None:
    now = clock.now()
    require(rules.is_complete(order))
    maker = standing.in_force_at(Designation.objects.filter(person__username=actor.id), now)
    existing = Designation.objects.filter(person=person, office=office).exclude(ends__lte=now)
    offices = set(maker.values_list("office", flat=True))
    require(rules.may_designate(actor.key, offices, person, office, existing.exists()))


def create_designation(
    actor: Actor, person: Person, office: Designation.Office, order: OfficeOrder
) -> Designation:
    """Write the row, within an act that has decided."""
    return Designation.objects.create(
        person=person,
        office=office,
        document=order.document.strip(),
        made_by=actor.key,
        made_at=clock.now(),
        begins=order.begins,
        ends=order.ends,
    )


@enforces("6.b.i/designation")
def end_designation(actor: Actor, designation: Designation, reason: str) -> None:
    """End an office now, and the role that it carries. Raises Refused if no administrator would be left."""
    with act(actor, Event.DESIGNATION_END, f"person:{designation.person.username}", reason=reason) as entry:
        locked = lock_row(designation, "person")
        require(rules.may_end_office(actor.key, locked, reason, clock.now()))
        entry.note(office=locked.office, document=locked.document)
        with standing.keeps_an_administrator():
            _end_office(actor, locked.person, Office(locked.office))
        text = f"Your office as {locked.get_office_display()} has ended: {reason.strip()}"
        notify([locked.person], Kind.OFFICE_CHANGE, text, locked.person, link=reverse("access:mine"))


def _end_office(actor: Actor, person: Person, office: Designation.Office) -> None:
    """End the designation, and the access whose role no other office of this person carries."""
    now = clock.now()
    lasting = Designation.objects.filter(person=person, office=office).exclude(ends__lte=now)
    lasting.filter(begins__lte=now).update(ends=now, ended_by=actor.key)
    lasting.filter(begins__gt=now).update(ends=F("begins"), ended_by=actor.key)
    access = standing.approved_access(now, person=person).last()
    if (
        access
        and Role(access.role) in OFFICES
        and not standing.holds_office_for(person, Role(access.role), now)
    ):
        end_access(actor, person, f"The office of {office.label} ended.", now)
        Person.objects.filter(pk=person.pk).update(role="")


@enforces("6.b.i/designation", "5.e/privileged", "5.e/training", "6.d.iii/elevated")
def hand_over_office(actor: Actor, former: Person | None, successor: Person, order: OfficeOrder) -> None:
    """Hand over the administrator's office in one act: the successor's designation and access begin, the
    former's designation and role end. Raises Refused if the successor could not work at once."""
    with act(actor, Event.DESIGNATION_MAKE, f"person:{successor.username}", reason=order.document) as entry:
        _require_designable(actor, successor, Office.ADMINISTRATOR, order)
        entry.note(office=Office.ADMINISTRATOR.value, former=former.username if former else None)
        with standing.keeps_an_administrator():
            create_designation(actor, successor, Office.ADMINISTRATOR, order)
            end_access(actor, successor, "Replaced by the administrator's office.")
            begin_office_access(actor, successor, Role.ADMINISTRATOR, order)
            if former:
                _end_office(actor, former, Office.ADMINISTRATOR)
            require(rules.may_succeed(successor, standing.standing_of(successor).missing))
        text = f"The office of ALPR administrator passes from {former or 'nobody'} to {successor}, by {order.document}."
        concerned = Q(role=Role.ADMINISTRATOR) | Q(pk__in=[successor.pk, former.pk if former else 0])
        notify(Person.objects.filter(concerned).order_by("pk"), Kind.OFFICE_CHANGE, text, successor)


def begin_office_access(actor: Actor, person: Person, role: Role, order: OfficeOrder, note: str = "") -> None:
    """Write the access of an office, within an act: the order itself is the approval of its role."""
    now = clock.now()
    access = Access.objects.create(
        person=person,
        role=role.value,
        unit=person.unit,
        supervisor=person.supervisor,
        reason=f"Holds the office by {order.document}.",
        requested_by=actor.key,
        requested_at=now,
        decision=Access.Decision.APPROVED,
        decided_by=actor.key,
        decided_at=now,
        decision_reason=note,
        begins=now,
    )
    update_account(access)
