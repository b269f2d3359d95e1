"""Enrolling, assigning and revoking readers, each in a recorded act."""

from collections.abc import Collection
from datetime import timedelta

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.errors import PlatewardError
from plateward.fleet.models import Reader
from plateward.people.models import Unit
from plateward.policy.trace import enforces
from plateward.vault.authority import Authority
from plateward.wire.enrollment import Address, EnrollmentGrant, EnrollmentRequest
from plateward.wire.read import Read

NOTED_EVERY = timedelta(seconds=30)  # hundreds of readers poll every few seconds


class EnrollmentError(PlatewardError):
    """This reader cannot be enrolled: the message says why."""


@enforces("6.i.ii", "6.j.i")
def enroll_reader(actor: Actor, request: EnrollmentRequest, hub: str, unit: str = "") -> EnrollmentGrant:
    """Enroll a reader: sign its certificate, store its key, and tell it which hub to trust.

    `hub` is the device listener's address for the reader, `https://host:port`. Raises EnrollmentError if the
    name or key is taken, the unit does not exist, or `hub` is not such an address; CertificateRefused for a
    damaged request.
    """
    _require_address(hub)
    assigned_unit = _unit_named(unit)
    authority = Authority.create(settings.RING)
    certificate = authority.sign_client(request.csr_pem, request.name)
    with act(actor, Event.READER_ENROLL, f"reader:{request.name}") as entry:
        entry.note(camera=request.camera, unit=unit, key=request.public_key.hex())
        try:
            Reader.objects.create(
                name=request.name,
                camera=request.camera,
                unit=assigned_unit,
                public_key=request.public_key,
                enrolled_at=clock.now(),
            )
        except IntegrityError as error:
            raise EnrollmentError(
                f"A reader named {request.name}, or with this key, is already enrolled. Choose another name; "
                "reader names are never reused."
            ) from error
    return EnrollmentGrant(
        name=request.name,
        camera=request.camera,
        hub=hub,
        certificate_pem=certificate,
        authority_pem=authority.certificate_pem,
        hotlist_key=settings.RING.signing("hotlist").public_key().public_bytes_raw(),
    )


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


@enforces("6.c.ii", "6.b.i.9")
def assign_unit(actor: Actor, reader: Reader, unit: Unit | None) -> None:
    """Assign the reader to this unit: it gets the unit's hot lists with its next request."""
    with act(actor, Event.READER_UPDATE, f"reader:{reader.name}") as entry:
        before = (
            Reader.objects.select_for_update(of=("self",), no_key=True)
            .select_related("unit")
            .get(pk=reader.pk)
        )
        entry.note(unit=str(unit or ""), unit_before=str(before.unit or ""))
        Reader.objects.filter(pk=reader.pk).update(unit=unit)


@enforces("6.j.i")
def revoke_reader(actor: Actor, reader: Reader) -> None:
    """Revoke the reader for good; its reads are refused."""
    with act(actor, Event.READER_REVOKE, f"reader:{reader.name}"):
        Reader.objects.filter(pk=reader.pk, revoked_at=None).update(revoked_at=clock.now())


def note_contact(
    reader: Reader,
    *,
    reads: Collection[Read] = (),
    ahead: timedelta = timedelta(0),
    hotlist_version: str | None = None,
) -> None:
    """Record contact: at once if it brings news, else at intervals. Not a person's act, so only the batch is
    logged. `ahead`: how far the reader's clock was ahead of the hub's when it sent these reads."""
    now = clock.now()
    changed: dict[str, object] = {}
    if reads:
        last = max(reads, key=lambda read: read.captured_at)
        changed |= {
            "reads": F("reads") + len(reads),
            "read_came_at": now,
            "clock_ahead_ms": int(ahead / timedelta(milliseconds=1)),
        }
        # Reads that waited at the reader arrive after newer ones.
        if reader.last_read_at is None or last.captured_at > reader.last_read_at:
            changed |= {"last_read_at": last.captured_at, "says_checked": last.shift_check}
    if hotlist_version is not None and hotlist_version != reader.hotlist_version:
        changed |= {"hotlist_version": hotlist_version, "hotlist_since": now}
    if changed or reader.last_seen_at is None or now - reader.last_seen_at >= NOTED_EVERY:
        # Without this short transaction, SQLite waits for other writers while holding the connection's lock,
        # and a writer whose garbage collector reaches one of its cursors waits for that lock.
        with transaction.atomic():
            Reader.objects.filter(pk=reader.pk).update(last_seen_at=now, **changed)
