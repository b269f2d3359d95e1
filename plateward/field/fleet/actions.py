"""Enrolling, assigning and revoking readers, each in a recorded act."""

import msgspec
from django.conf import settings
from django.db import IntegrityError

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.locking import change_row, lock_row
from plateward.core.decisions.rules import says_enough
from plateward.field.fleet.models import Deployment, DeploymentDecision, Reader, UnitLeft
from plateward.field.fleet.where import Basis, may_install, may_move, new_drops
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.authority import Authority, trusted_pem
from plateward.ground.wire.enrollment import Address, EnrollmentGrant, EnrollmentRequest
from plateward.ground.wire.placement import DropCounts
from plateward.ground.wire.request import CLOCK_TOLERANCE
from plateward.ground.wire.where import DropReason
from plateward.people.access.rules import Lack, refusals_for
from plateward.people.access.standing import standing_of
from plateward.people.models import Person, Unit
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission

PUBLIC_ROADS = "In a patrol vehicle: it records vehicles on public roads and where the public has access."
LONGEST_GROUNDS = 400


class EnrollmentError(PlatewardError):
    """This reader cannot be enrolled: the message says why."""


@enforces("6.i.ii/devices", "6.j.i/proven", "6.a.ii.1/basis", "6.e.v/installed")
def enroll_reader(
    actor: Actor,
    request: EnrollmentRequest,
    hub: str,
    unit: str = "",
    grounds: str = PUBLIC_ROADS,
    decided_by: str = "",
) -> EnrollmentGrant:
    """Enroll a reader: sign its certificate, store its key, and tell it which hub to trust. It may record what is
    exposed to public view; `grounds`: how its place is. `decided_by`: the user name of who of command staff decided
    that, and that it goes to this unit; they are notified. Without one, it records nothing until they approve its
    deployment.

    `hub` is the device listener's address for the reader, `https://host:port`. Raises EnrollmentError if the
    name or key is taken, the unit does not exist, or `hub` is not such an address; CertificateRefused for a
    damaged request; Refused for a unit that nobody of command staff decided.
    """
    _require_address(hub)
    if not says_enough(grounds) or len(grounds) > LONGEST_GROUNDS:
        raise EnrollmentError(
            f"State in a sentence of at most {LONGEST_GROUNDS} characters how the place that this reader records is "
            "exposed to public view (OPR:50 6.a.ii.1)."
        )
    assigned_unit = _unit_named(unit)
    decider = Person.objects.filter(username=decided_by.lower()).first() if decided_by else None
    with act(actor, Event.READER_ENROLL, f"reader:{request.name}") as entry:
        entry.note(camera=request.camera, unit=unit, grounds=grounds, decided_by=decided_by)
        entry.note(key=request.public_key.hex())
        require(may_install(unit, decided_by, _kept_from_deciding(decider) if decided_by else ()))
        authority = Authority.create(settings.RING)
        certificate = authority.sign_client(request.csr_pem, request.name)
        try:
            reader = Reader.objects.create(
                name=request.name,
                camera=request.camera,
                unit=lock_row(assigned_unit) if assigned_unit else None,
                public_key=request.public_key,
                enrolled_at=clock.now(),
                authority=authority.name,
            )
        except IntegrityError as error:
            raise EnrollmentError(
                f"A reader named {request.name}, or with this key, is already enrolled. Choose another name; "
                "reader names are never reused."
            ) from error
        deployment = Deployment.objects.create(
            reader=reader,
            place=unit or "On patrol",
            basis=Basis.PUBLIC_VIEW,
            grounds=grounds,
            begins_at=reader.enrolled_at - CLOCK_TOLERANCE,  # its clock may be behind
            by=actor.key,
        )
        if decider:
            DeploymentDecision.objects.create(
                deployment=deployment, by=decider, at=deployment.begins_at, approved=True
            )
            enrolled = (
                f"Reader {reader.name} was enrolled{f' with {unit}' if unit else ''}, as you decided (6.e.v)."
            )
            text = f"{enrolled} If you did not, report it. It may record (6.b.i.5): {grounds}"
            notify([decider], Kind.TRANSFER_ANSWER, text, reader)
    return EnrollmentGrant(
        name=request.name,
        camera=request.camera,
        hub=hub,
        certificate_pem=certificate,
        authority_pem=trusted_pem(settings.RING),
        hotlist_key=settings.RING.signing("hotlist").public_key().public_bytes_raw(),
    )


def _kept_from_deciding(person: Person | None) -> list[str]:
    """What keeps this person from deciding now, in words; nothing, of command staff who may work."""
    if person is None:
        return ["no account has this username"]
    refusals = refusals_for(standing_of(person), Permission.TRANSFER_DECIDE)
    return [item.text if isinstance(item, Lack) else "it is not their duty" for item in refusals]


def _require_address(hub: str) -> None:
    """Checked first: a name is never reused, and the reader would refuse the grant."""
    try:
        msgspec.convert(hub, Address)
    except msgspec.ValidationError as error:
        raise EnrollmentError(
            f"'{hub}' is not a hub address. Enter it as the reader reaches it: https://hub.example:8444"
        ) from error


def _unit_named(name: str) -> Unit | None:
    if not name:
        return None
    unit = Unit.objects.filter(name__iexact=name).first()
    if unit is None:
        raise EnrollmentError(f"There is no unit named {name}. Choose one listed under Units and districts.")
    return unit


@enforces("6.c.ii/lists", "6.b.i.8/scope", "6.b.i.9/entries", "6.e.v/transfer")
def assign_unit(actor: Actor, reader: Reader, unit: Unit | None) -> None:
    """Assign the reader to this unit of its area: it gets the unit's hot lists with its next request. Raises Refused
    for another area, which command staff approve beforehand (placements)."""
    with act(actor, Event.READER_UPDATE, f"reader:{reader.name}") as entry:
        before = lock_row(reader, "unit__district")
        unit = lock_row(unit) if unit else None  # in its district until this is done
        move_reader(entry, before, unit)
        same = in_same_area(before.unit, unit)
        require(may_move(area_of(before.unit), area_of(unit), same_area=same))


def move_reader(entry: EntryDraft, before: Reader, unit: Unit | None) -> None:
    """Within an act that holds the reader's row: it is with this unit from now on."""
    entry.note(unit=str(unit or ""), unit_before=str(before.unit or ""))
    if unit != before.unit:
        UnitLeft.objects.create(reader=before, unit=before.unit)
    Reader.objects.filter(pk=before.pk).update(unit=unit)


@enforces("6.e.v/transfer")
def area_of(unit: Unit | None) -> str:
    """The name of a unit's area: its district or, if it has none, the unit. Empty without a unit."""
    return str(unit.district or unit) if unit else ""


def in_same_area(unit: Unit | None, other: Unit | None) -> bool:
    """Whether both are in one district or, without one, are one unit."""
    if unit is None or other is None:
        return unit is other
    if unit.district_id or other.district_id:
        return bool(unit.district_id == other.district_id)
    return bool(unit.pk == other.pk)


@enforces("6.j.i/proven")
def revoke_reader(actor: Actor, reader: Reader) -> None:
    """Revoke the reader for good; its reads are refused."""
    with act(actor, Event.READER_REVOKE, f"reader:{reader.name}"):
        Reader.objects.filter(pk=reader.pk, revoked_at=None).update(revoked_at=clock.now())


@enforces("6.a.ii.1/zones", "6.b.i.9/entries")
def count_drops(reader: Reader, reported: DropCounts | None) -> dict[DropReason, int]:
    """Within the act that receives a batch: how many reads the reader dropped itself since its last report, for each
    reason. Their sum is for its Contact (contact.py)."""
    if reported is None:
        return {}
    locked = lock_row(reader)
    since = locked.drops_since
    sums = locked.drops_outside, locked.drops_in_zones, locked.drops_unknown
    before = DropCounts(since, *sums) if since else None
    if added := new_drops(before, reported):
        change_row(
            locked,
            drops_since=reported.since,
            drops_outside=reported.outside,
            drops_in_zones=reported.in_zones,
            drops_unknown=reported.unknown,
        )
    return added
