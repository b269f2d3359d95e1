"""Keeping the register, and flagging people who try to list, or decide on, their own vehicle."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.pages import uploads
from plateward.core.pages.csv_import import NotACsvFile, ParsedFile
from plateward.core.pages.models import Upload
from plateward.core.pages.uploads import Preview
from plateward.field.hotlists.protected.lookup import vehicles_for_plate
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.protected.rules import (
    ALREADY_REGISTERED,
    PERSONAL,
    may_end_vehicle,
    may_register,
    may_request_entry,
)
from plateward.field.hotlists.protected.table import COLUMNS, RegisterFacts, VehicleRow, parse_vehicles
from plateward.ground import clock
from plateward.ground.matching.normalize import zeroed
from plateward.ground.policy.decision import Refused, require
from plateward.ground.policy.packs import cited_as
from plateward.ground.policy.trace import enforces
from plateward.people.actor import acting_person
from plateward.people.models import Person, Unit
from plateward.people.notices.actions import managers, notify
from plateward.people.notices.kinds import Kind

PURPOSE = "protected vehicles"


@enforces("6.a.ii.3/brake", "6.b.i.9/entries")
def add_vehicle(
    actor: Actor, plate: str, state: str, kind: str, person: Person | None, unit: Unit | None
) -> Vehicle:
    """Add a vehicle to the register. Raises Refused."""
    with act(actor, Event.PROTECTED_ADD, "protected-vehicles") as entry:
        bare = zeroed(plate)
        registered = Vehicle.objects.in_force().filter(bare=bare, state=state)
        require(may_register(plate, state, person.pk if person else None, registered))
        vehicle = Vehicle(
            plate=plate.upper().strip(), bare=bare, state=state, kind=kind, person=person, unit=unit
        )
        vehicle.added_by, vehicle.added_at = actor.key, clock.now()
        try:
            with transaction.atomic():
                vehicle.save(force_insert=True)
        except IntegrityError:  # somebody else added it just now
            raise Refused(ALREADY_REGISTERED) from None
        entry.note(vehicle=vehicle.pk, kind=kind, person=person and person.username, unit=unit and unit.name)
        return vehicle


@enforces("6.a.ii.3/brake", "6.b.i.9/entries")
def end_vehicle(actor: Actor, vehicle: Vehicle) -> None:
    """From now on nothing is held or flagged for this vehicle; the row stays. Raises Refused."""
    with act(actor, Event.PROTECTED_END, f"protected-vehicle:{vehicle.pk}"):
        locked = Vehicle.objects.select_for_update(no_key=True).get(pk=vehicle.pk)
        require(may_end_vehicle(locked.ended_at is not None))
        Vehicle.objects.filter(pk=locked.pk).update(ended_at=clock.now(), ended_by=actor.key)


def preview_vehicles(actor: Actor, file_name: str, content: bytes) -> Preview[ParsedFile[VehicleRow]]:
    """Preview what a file would add; adds nothing. Raises NotACsvFile."""
    with act(actor, Event.PROTECTED_IMPORT, "protected-vehicles") as entry:
        parsed = parse_vehicles(content, _register_facts())
        upload = uploads.keep(actor, PURPOSE, file_name, content, COLUMNS)
        entry.note(file=upload.file_name, sha256=upload.sha256, dry_run=True)
        entry.note(vehicles=len(parsed.rows), rejected=len(parsed.rejections))
    return Preview(upload, parsed)


@enforces("6.a.ii.3/brake", "6.b.i.9/entries")
def import_vehicles(actor: Actor, upload: Upload) -> ParsedFile[VehicleRow]:
    """Add every accepted vehicle of a file: all of them, or none. Existing ones stay. Raises UploadGone,
    NotACsvFile."""
    with act(actor, Event.PROTECTED_IMPORT, "protected-vehicles") as entry:
        entry.note(file=upload.file_name, sha256=upload.sha256, dry_run=False)
        facts = _register_facts()
        parsed = parse_vehicles(uploads.claim(upload), facts)
        if not parsed.rows:
            raise NotACsvFile(f"No line of {upload} can be used.")
        vehicles = [
            Vehicle(
                plate=row.plate,
                bare=zeroed(row.plate),
                state=row.state,
                kind=row.kind,
                person_id=facts.people.get(row.person),
                unit_id=facts.units.get(row.unit),
                added_by=actor.key,
                added_at=clock.now(),
            )
            for row in parsed.rows
        ]
        try:
            with transaction.atomic():
                Vehicle.objects.bulk_create(vehicles)
        except IntegrityError:
            raise NotACsvFile("The register just changed. Preview the file again.") from None
        entry.note(vehicles=len(parsed.rows), rejected=len(parsed.rejections))
    return parsed


def _register_facts() -> RegisterFacts:
    rows = Vehicle.objects.in_force().values_list("bare", "state", "person__username")
    return RegisterFacts(
        {(bare, state, username or "") for bare, state, username in rows},
        dict(Person.objects.values_list("username", "pk")),
        dict(Unit.objects.values_list("name", "pk")),
    )


@enforces("6.a.ii.3/found")
@contextmanager
def flag_personal_use(actor: Actor) -> Iterator[None]:
    """Wraps an act: if it is refused because the vehicle is the person's own, flags that in the audit log and
    notifies the person's superiors and the ALPR administrators. Neither names the plate."""
    try:
        yield
    except Refused as refused:
        person = acting_person(actor)
        if refused.refusal.clause == cited_as(PERSONAL) and person is not None:
            with act(actor, Event.PROTECTED_FLAG, f"person:{person.username}", reason=refused.refusal.reason):
                text = (
                    f"Refused to {person}, as personal use (clause {PERSONAL}): “{refused.refusal.reason}” "
                )
                notify(
                    managers(person), Kind.PROTECTED_ASK, text + "See the audit log for the request.", person
                )
        raise


@enforces("6.a.ii.3/brake")
def require_not_own(person: Person, plate: str, state: str, *, unreviewed: bool = False) -> None:
    """Raises Refused if this person may not request an entry of that plate, or its end (`may_request_entry`)."""
    require(may_request_entry(person.pk, vehicles_for_plate(plate, state), unreviewed=unreviewed))
