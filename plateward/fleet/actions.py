"""Readers come and go by recorded acts."""

from django.conf import settings
from django.db import IntegrityError
from django.db.models import F

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.errors import PlatewardError
from plateward.fleet.models import Reader
from plateward.policy.trace import enforces
from plateward.vault.authority import Authority
from plateward.wire.enrolment import Grant, Request


class EnrolmentError(PlatewardError):
    """This reader cannot be enrolled: the sentence says why."""


@enforces("6.i.ii", "6.j.i")
def grant(who: Who, request: Request, hub: str, unit: str = "") -> Grant:
    """Enrol a reader: sign its certificate, remember its key, tell it whom to trust.

    `hub` is the device listener as the reader reaches it, `https://host:port`.
    Raises EnrolmentError where the name or the key is taken, CertificateRefused for a damaged request.
    """
    authority = Authority.create(settings.RING)
    certificate = authority.sign_client(request.csr_pem, request.name)
    with act(who, Event.READER_ENROL, f"reader:{request.name}") as entry:
        entry.note(camera=request.camera, unit=unit)
        try:
            Reader.objects.create(
                name=request.name,
                camera=request.camera,
                unit=unit,
                public_key=request.public_key,
                enrolled_at=clock.now(),
            )
        except IntegrityError as taken:
            raise EnrolmentError(
                f"A reader named {request.name}, or one with this key, is enrolled already. "
                "Choose another name; a reader's name is never used again."
            ) from taken
    return Grant(
        name=request.name,
        camera=request.camera,
        hub=hub,
        certificate_pem=certificate,
        authority_pem=authority.certificate_pem,
        hotlist_key=settings.RING.signing("hotlist").public_key().public_bytes_raw(),
    )


@enforces("6.j.i")
def revoke(who: Who, reader: Reader) -> None:
    """From now on nothing that this reader says is believed."""
    with act(who, Event.READER_REVOKE, f"reader:{reader.name}"):
        Reader.objects.filter(pk=reader.pk, revoked_at=None).update(revoked_at=clock.now())


def seen(reader: Reader, *, reads: int = 0, hotlist_version: str | None = None) -> None:
    """Note a sign of life. Not an act of a person, so not on the log: the batch that brought it is."""
    changed: dict[str, object] = {"last_seen_at": clock.now()}
    if reads:
        changed["reads"] = F("reads") + reads
    if hotlist_version is not None:
        changed["hotlist_version"] = hotlist_version
    Reader.objects.filter(pk=reader.pk).update(**changed)
