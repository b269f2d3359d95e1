"""Who is calling on the device listener. TLS has checked the client certificate; the request's signature
says whose it is, because the server does not hand the certificate on (docs/decisions/0002)."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Concatenate

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.http import HttpRequest, HttpResponse

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import LogUnavailable, record
from plateward.audit.who import Who
from plateward.fleet.models import Reader
from plateward.policy.trace import enforces
from plateward.wire import WireError
from plateward.wire.request import FINAL, READER, verify_request

MSGPACK = "application/msgpack"
DeviceView = Callable[Concatenate[HttpRequest, Reader, ...], HttpResponse]


class Stranger(WireError):
    """A reader that is none of ours, or no more: until a person acts."""


def refuse(status: int, error: str) -> HttpResponse:
    """An answer that a reader can show to a person."""
    return HttpResponse(msgspec.msgpack.encode({"error": error}), content_type=MSGPACK, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001, for Django
    """Django's `handler404` on the device listener, which has no pages."""
    return refuse(404, "A reader finds nothing at this address.")


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001, for Django
    """Django's `handler500` there: the reader keeps what was not acknowledged, and sends it again."""
    error = sys.exception()
    if isinstance(error, LogUnavailable):
        return refuse(503, str(error))
    return refuse(500, "The hub failed, and acknowledged nothing. Its log says why.")


def who(reader: Reader, request: HttpRequest) -> Who:
    """The reader, as the audit log names it."""
    return Who(
        kind="device", id=str(reader.pk), name=reader.name, address=request.META.get("REMOTE_ADDR", "")
    )


@enforces("6.i.ii", "6.j.i", "6.b.i.9")
def device_view(method: str) -> Callable[[DeviceView], Callable[[HttpRequest], HttpResponse]]:
    """Only a known reader that is not revoked, with a fresh signature of its own over this very request."""

    def decorate(view: DeviceView) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.method != method:
                return refuse(405, f"This address takes {method} only.")
            name = request.headers.get(READER, "")
            reader = Reader.objects.filter(name=name, revoked_at=None).first()
            try:
                if reader is None:
                    known = Reader.objects.filter(name=name).exists()
                    raise Stranger(
                        f"The reader '{name[:60]}' was revoked."
                        if known
                        else f"No reader '{name[:60]}' is enrolled here."
                    )
                verify_request(
                    Ed25519PublicKey.from_public_bytes(bytes(reader.public_key)),
                    request.headers,
                    method,
                    request.get_full_path(),
                    request.body,
                    clock.now(),
                )
            except WireError as error:
                stranger = Who(
                    kind="device", id="", name=name[:60], address=request.META.get("REMOTE_ADDR", "")
                )
                record(
                    stranger,
                    Event.BATCH_REFUSE,
                    request.path,
                    outcome="refused",
                    clause="6.j.i",
                    reason=str(error),
                )
                answer = refuse(401, f"{error} Nothing was taken (OPR:50 6.j.i).")
                if isinstance(error, Stranger):
                    answer[FINAL] = "1"
                return answer
            try:
                return view(request, reader)
            except LogUnavailable as error:
                return refuse(503, str(error))

        return guarded

    return decorate
