"""The only place that writes: deployments, zones, transfers and who drives, each in one act with its audit entry."""

from datetime import datetime

from django.urls import reverse

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.locking import change_row, lock_row
from plateward.core.decisions.reminders import DAY, WEEK, Reminder
from plateward.field.fleet.actions import area_of, in_same_area, move_reader
from plateward.field.fleet.models import Deployment, DeploymentDecision, ExclusionZone, Reader
from plateward.field.fleet.placements import rules
from plateward.field.fleet.placements.models import Assignment, DeploymentArea, SignificantIncident, Transfer
from plateward.field.fleet.placements.places import has_access, place_of, reassignments, waiting_transfers
from plateward.field.fleet.where import Basis
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.parameters import PlaceKind
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.actor_names import people_named
from plateward.people.chain_of_command.routing import ReviewMatter, review_route_of
from plateward.people.days import format_time
from plateward.people.models import Person, Unit
from plateward.people.notices.actions import notify, settle_all_but, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role


@enforces("6.a.ii.1/basis", "6.b.i.5/locations", "6.b.i.9/entries")
def record_deployment(
    actor: PersonActor,
    reader: Reader,
    place: str,
    basis: str,
    grounds: str,
    begins_at: datetime,
    ends_at: datetime | None,
    area: tuple[float, float, int] | None = None,
) -> Deployment:
    """Put it before command staff that the reader may record there from then on. `area`: its center's latitude and
    longitude, in degrees, and its radius in meters. Raises Refused."""
    with act(actor, Event.DEPLOYMENT_RECORD, f"reader:{reader.name}", reason=grounds.strip()) as entry:
        entry.note(
            place=place,
            basis=basis,
            begins_at=begins_at.isoformat(),
            ends_at=ends_at and ends_at.isoformat(),
            area=list(area) if area else None,
        )
        locked = lock_row(reader)
        revoked, now = locked.revoked_at is not None, clock.now()
        require(rules.may_deploy(basis, grounds, begins_at, ends_at, now=now, revoked=revoked))
        deployment = Deployment.objects.create(
            reader=locked,
            place=place.strip(),
            basis=basis,
            grounds=grounds.strip(),
            begins_at=begins_at,
            ends_at=ends_at,
            by=actor.key,
        )
        if area:
            lat, lon, radius_m = area
            DeploymentArea.objects.create(deployment=deployment, lat=lat, lon=lon, radius_m=radius_m)
        entry.note(deployment=deployment.pk)
        text = f"{actor.person} asks that reader {locked.name} may record: {deployment.place} (6.b.i.5)."
        _notify_deciders(actor.person, deployment, text)
    return deployment


@enforces("6.b.i.5/locations", "6.a.ii.1/basis", "6.b.i.9/entries")
def decide_deployment(actor: PersonActor, deployment: Deployment, *, approved: bool, answer: str) -> None:
    """Command staff's decision; approved, the reader may record there from its begin, or from now if that is over. A
    court order then ends the deployments in public view that overlap it, also those that a later order was to end: past
    its end, nothing is recorded until that begins, or a new one is approved. Raises Refused."""
    with act(
        actor, Event.DEPLOYMENT_DECIDE, f"reader:{deployment.reader.name}", reason=answer.strip()
    ) as entry:
        entry.note(deployment=deployment.pk, approved=approved)
        reader, locked, now = lock_row(deployment.reader), lock_row(deployment), clock.now()
        require(
            rules.may_approve(
                own=locked.by == actor.key,
                waits=locked.state(now) == "waiting",
                revoked=reader.revoked_at is not None,
                approved=approved,
                answer=answer,
            )
        )
        DeploymentDecision.objects.create(
            deployment=locked, by=actor.person, at=now, approved=approved, answer=answer.strip()
        )
        settle_matter(Kind.TRANSFER_DECIDE, locked)
        if approved and locked.basis == Basis.COURT_ORDER:
            entry.note(ended=_end_for_order(actor, locked, max(locked.begins_at, now)))
        done = "approved" if approved else "denied"
        text = f"{actor.person} {done} that reader {reader.name} may record: {locked.place} (6.b.i.5)."
        notify(people_named(locked.by), Kind.TRANSFER_ANSWER, text, locked)


def _end_for_order(actor: PersonActor, order: Deployment, at: datetime) -> list[int]:
    """The keys of the deployments that end with it: also those whose end is set to a later time."""
    overlapping = list(
        Deployment.objects.in_force_since(at)
        .filter(begins_at__lt=order.ends_at, reader=order.reader, basis=Basis.PUBLIC_VIEW)
        .select_for_update(no_key=True, of=("self",))
    )
    why = f"The court order for {order.place} was approved."
    for deployment in overlapping:
        change_row(deployment, ended_at=at, ended_by=actor.key, end_reason=why)
    return [deployment.pk for deployment in overlapping]


@enforces("6.a.ii.1/outside", "6.b.i.9/entries")
def end_deployment(actor: PersonActor, deployment: Deployment, reason: str) -> None:
    """Reads captured there from now on are dropped, unless another deployment covers them. Raises Refused."""
    with act(actor, Event.DEPLOYMENT_END, f"reader:{deployment.reader.name}", reason=reason.strip()) as entry:
        entry.note(deployment=deployment.pk)
        _end(actor, deployment, reason)


@enforces("6.a.ii.1/zones", "6.b.i.9/entries")
def add_zone(
    actor: PersonActor,
    name: str,
    lat: float,
    lon: float,
    radius_m: int,
    reason: str,
    kind: str = PlaceKind.OTHER,
) -> ExclusionZone:
    """From now on no read from within is kept, except under a court order. Raises Refused."""
    with act(actor, Event.ZONE_ADD, "zones", reason=reason.strip()) as entry:
        entry.note(name=name, kind=kind, lat=lat, lon=lon, radius_m=radius_m)
        held = ExclusionZone.objects.in_force_since(clock.now() - rules.PAST_ON_READERS).count()
        require(rules.may_exclude(radius_m, reason, zones=held))
        zone = ExclusionZone.objects.create(
            name=name.strip(),
            kind=kind,
            lat=lat,
            lon=lon,
            radius_m=radius_m,
            reason=reason.strip(),
            by=actor.key,
        )
        entry.object = f"zone:{zone.pk}"
    return zone


@enforces("6.a.ii.1/zones", "6.b.i.9/entries")
def end_zone(actor: PersonActor, zone: ExclusionZone, reason: str) -> None:
    """Reads captured there from now on are kept. Raises Refused."""
    with act(actor, Event.ZONE_END, f"zone:{zone.pk}", reason=reason.strip()):
        _end(actor, zone, reason)


def _end(actor: PersonActor, row: Deployment | ExclusionZone, reason: str) -> None:
    locked, now = lock_row(row), clock.now()
    require(rules.may_end(ended=locked.until is not None and locked.until <= now, reason=reason))
    change_row(locked, ended_at=now, ended_by=actor.key, end_reason=reason.strip())


@enforces("6.e.v/transfer", "6.e.v/installed", "6.b.i.9/entries")
def request_transfer(actor: PersonActor, reader: Reader, to: Unit, vehicle: str, reason: str) -> Transfer:
    """Put a transfer to another area, or a first installation, before command staff. Raises Refused."""
    with act(actor, Event.TRANSFER_REQUEST, f"reader:{reader.name}", reason=reason.strip()) as entry:
        locked = lock_row(reader)
        entry.note(to=str(to), unit=str(locked.unit or ""), vehicle=vehicle)
        require(
            rules.may_request(
                revoked=locked.revoked_at is not None,
                same_area=in_same_area(locked.unit, to),
                waits=waiting_transfers().filter(reader=locked).exists(),
                reason=reason,
            )
        )
        transfer = Transfer.objects.create(
            reader=locked,
            before=locked.unit,
            to=to,
            vehicle=vehicle.strip(),
            reason=reason.strip(),
            by=actor.person,
        )
        entry.note(transfer=transfer.pk)
        _notify_deciders(actor.person, transfer, _transfer_text(transfer, "asks"))
    return transfer


def _transfer_text(transfer: Transfer, asks: str) -> str:
    return f"{transfer.by} {asks} to move reader {transfer.reader.name} to {place_of(transfer.to)} (6.e.v)."


def _notify_deciders(by: Person, matter: Transfer | Deployment, text: str) -> list[Person]:
    """Or the administrators, while nobody can decide it."""
    deciders = list(deciders_above(by))
    if not deciders:
        deciders = list(Person.objects.filter(role=Role.ADMINISTRATOR))
        text = f"No one on command staff can decide it now: {text}"
    notify(deciders, Kind.TRANSFER_DECIDE, text, matter)
    return deciders


@enforces("6.e.v/transfer", "6.e.v/installed", "6.b.i.5/locations", "6.b.i.8/scope")
def deciders_above(requester: Person) -> tuple[Person, ...]:
    """Who of command staff decides it now: of the requester's chain of command, or the Chief."""
    return review_route_of(ReviewMatter(requester), Permission.TRANSFER_DECIDE).reviewers


@enforces("6.e.v/transfer", "6.e.v/installed", "6.b.i.9/entries")
def decide_transfer(
    actor: PersonActor, transfer: Transfer, *, approved: bool, answer: str, seen: int | None
) -> None:
    """Command staff's decision; approved, the reader is with its new unit at once. `seen`: the key of the unit that the
    page named as its present one. Raises Refused."""
    with act(actor, Event.TRANSFER_DECIDE, f"reader:{transfer.reader.name}", reason=answer.strip()) as entry:
        entry.note(transfer=transfer.pk, approved=approved)
        reader, locked = lock_row(transfer.reader), lock_row(transfer)
        require(
            rules.may_decide(
                own=locked.by_id == actor.person.pk,
                assigned=actor.person in deciders_above(locked.by),
                decided=locked.decided_at is not None,
                seen=seen,
                current=reader.unit_id,
                revoked=reader.revoked_at is not None,
                approved=approved,
                answer=answer,
            )
        )
        change_row(
            locked,
            decided_at=clock.now(),
            decided_by=actor.person,
            approved=approved,
            answer=answer.strip(),
        )
        settle_matter(Kind.TRANSFER_DECIDE, locked)
        if approved:
            move_reader(entry, reader, lock_row(locked.to))
        done = "approved" if approved else "denied"
        text = f"{actor.person} {done} the transfer of reader {reader.name} to {place_of(locked.to)} (6.e.v)."
        notify([locked.by], Kind.TRANSFER_ANSWER, text, locked)


@enforces("6.e.v/person", "6.b.i.9/entries")
def assign_reader(actor: PersonActor, reader: Reader, person: Person) -> Assignment:
    """This person of the reader's area gets the vehicle with it. Raises Refused."""
    with act(actor, Event.READER_ASSIGN, f"reader:{reader.name}") as entry:
        entry.note(person=person.username)
        locked = lock_row(reader)
        person = Person.objects.select_related("unit__district").get(pk=person.pk)
        require(
            rules.may_assign(
                revoked=locked.revoked_at is not None,
                area=area_of(locked.unit),
                same_area=in_same_area(locked.unit, person.unit),
                has_access=has_access([person.pk])[person.pk],
            )
        )
        for before in Assignment.objects.filter(reader=locked)[:1]:
            settle_matter(Kind.READER_REASSIGN, before)
        assignment = Assignment.objects.create(
            reader=locked, person=person, rank=person.rank, role=person.role, by=actor.person
        )
    return assignment


@enforces("6.b.i.5/results", "6.b.i.9/entries")
def record_incident(
    actor: PersonActor, reader: Reader, happened_at: datetime, text: str, number: str
) -> SignificantIncident:
    """The Chief or designee documents an incident at this reader that they deem significant. Raises Refused."""
    with act(actor, Event.INCIDENT_RECORD, f"reader:{reader.name}") as entry:
        entry.note(number=number, happened_at=happened_at.isoformat())
        require(rules.may_record_incident(happened_at, clock.now(), text))
        incident = SignificantIncident.objects.create(
            reader=reader, happened_at=happened_at, text=text.strip(), number=number.strip(), by=actor.person
        )
        entry.note(incident=incident.pk)
    return incident


def _reassignments() -> list[Assignment]:
    """Vehicles that somebody else in the area is to get; what is left of earlier reminders is settled."""
    waiting = list(reassignments())
    settle_all_but(Kind.READER_REASSIGN, waiting)
    return waiting


def _is_late(transfer: Transfer) -> bool:
    return transfer.decided_at is None and transfer.due < clock.now()


@enforces("6.e.v/transfer")
def _remind_of_transfer(entry: EntryDraft, transfer: Transfer) -> None:
    settle_matter(Kind.TRANSFER_DECIDE, transfer)  # this one replaces it
    text = _transfer_text(transfer, f"asked on {format_time(transfer.at)}")
    deciders = _notify_deciders(transfer.by, transfer, text)
    entry.note(notified=[person.username for person in deciders])


@enforces("6.e.v/person")
def _remind_of_assignment(entry: EntryDraft, assignment: Assignment) -> None:
    why = reassignments()[assignment]
    text = (
        f"{assignment.person} {why}: assign the vehicle with reader {assignment.reader.name} to someone else in "
        f"{area_of(assignment.reader.unit)} (6.e.v)."
    )
    people = Person.objects.filter(role=Role.ADMINISTRATOR)
    entry.note(notified=[person.username for person in people])
    notify(
        people,
        Kind.READER_REASSIGN,
        text,
        assignment,
        link=reverse("placements:reader", args=[assignment.reader_id]),
        again=True,
    )


remind_of_transfers = Reminder(
    Event.TRANSFER_REMIND,
    lambda: waiting_transfers().select_related("reader", "to__district", "by"),
    _is_late,
    _remind_of_transfer,
    again=DAY,
)
remind_of_assignments = Reminder(
    Event.READER_REMIND,
    _reassignments,
    lambda assignment: assignment in reassignments(),
    _remind_of_assignment,
    again=WEEK,
)
