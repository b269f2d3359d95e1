"""A reader's certificate is renewed while it works; the hub counts it once the reader has shown it."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.fleet.devices import MSGPACK, device_view, error_response, reader_actor
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.authority import CLIENT_DAYS, Authority, CertificateRefused, trusted_pem
from plateward.ground.wire import WireError, encode
from plateward.ground.wire.certificate import (
    MAX_CERTIFICATE_BYTES,
    CertificateRequest,
    RenewedCertificate,
    sign_certificate,
)
from plateward.ground.wire.codec import decode


@device_view("POST")
@enforces("6.i.i/rotation", "6.i.ii/devices")
def renew_certificate(request: HttpRequest, reader: Reader) -> HttpResponse:
    """By the current authority, for the reader that asks and has proven its key and its present certificate."""
    try:
        asked = decode(request.body, CertificateRequest, MAX_CERTIFICATE_BYTES)
        authority = Authority.open(settings.RING)
        with act(reader_actor(reader, request), Event.CERTIFICATE_RENEW, f"reader:{reader.name}") as entry:
            certificate, now = authority.sign_client(asked.csr_pem, reader.name), clock.now()
            entry.note(authority=authority.name, ends=(now + timedelta(days=CLIENT_DAYS)).isoformat())
            Reader.objects.filter(pk=reader.pk).update(certified_at=now)
    except (WireError, CertificateRefused) as error:
        return error_response(400, str(error))
    renewed = RenewedCertificate(reader.name, certificate, trusted_pem(settings.RING))
    signed = sign_certificate(settings.RING.signing("hotlist"), renewed)
    return HttpResponse(encode(signed), content_type=MSGPACK)


def readers_left(authority: str) -> list[str]:
    """The names of the readers that have not yet shown a certificate of the authority of this name; without those that
    are revoked."""
    readers = Reader.objects.filter(revoked_at=None).exclude(authority=authority)
    return list(readers.values_list("name", flat=True))
