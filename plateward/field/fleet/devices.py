"""Authenticates requests on the device listener: the TLS certificate and the request's signature must belong
to one reader (docs/decisions/0002, 0060)."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Concatenate

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.http import HttpRequest, HttpResponse

from plateward.core.audit import repeated_refusals
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import LogUnavailable
from plateward.core.audit.records.gate import as_recorded
from plateward.core.db.rows import read_rows
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.decision import Refused, require
from plateward.ground.policy.trace import enforces
from plateward.ground.wire import WireError
from plateward.ground.wire.request import (
    AUTHORITY_KEY,
    CERTIFICATE_KEY,
    FINAL_HEADER,
    READER_HEADER,
    verify_request,
)

ENTRIES = 1  # audit entries per device for refusals in ten minutes; the rest are counted
MSGPACK = "application/msgpack"
DeviceView = Callable[Concatenate[HttpRequest, Reader, ...], HttpResponse]


class UnknownReader(WireError):
    """The reader is unknown or revoked, until a person acts."""


def error_response(status: int, error: str, **headers: str) -> HttpResponse:
    """An error response that a reader can show to a person."""
    body = msgspec.msgpack.encode({"error": error})
    return HttpResponse(body, content_type=MSGPACK, status=status, headers=headers)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001, for Django
    """Django's `handler404` for the device listener, which has no pages."""
    return error_response(404, "Readers have nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001, for Django
    """Django's `handler500` for it: the reader keeps what was not acknowledged, and sends it again."""
    error = sys.exception()
    if isinstance(error, LogUnavailable):
        return error_response(503, str(error))
    return error_response(500, "The hub failed and acknowledged nothing. See its log.")


def reader_actor(reader: Reader, request: HttpRequest) -> Actor:
    """The reader, as the audit log names it."""
    return Actor(
        kind="device", id=str(reader.pk), name=reader.name, address=request.META.get("REMOTE_ADDR", "")
    )


def refused_by_headers(request: HttpRequest) -> HttpResponse | None:
    """The response to a request that can be refused without its body; None if only the signature can tell."""
    try:
        _calling_reader(request)
    except WireError as error:
        return _record_refusal(request, error)
    return None


@enforces("6.b.i.9/denied")
def refuse(device: Actor, path: str, clause: str, reason: str, **details: str) -> None:
    """Log it: a persistent device gets one entry, and one more with the number of repeats. Raises LogUnavailable."""
    repeated_refusals.record_or_count(
        device,
        Event.BATCH_REFUSE,
        path,
        outcome="refused",
        clause=clause,
        reason=reason,
        of_one=ENTRIES,
        **details,
    )


@enforces("6.i.ii/devices", "6.j.i/proven", "6.b.i.9/denied", "6.b.i.9/records")
def device_view(method: str) -> Callable[[DeviceView], Callable[[HttpRequest], HttpResponse]]:
    """Admits only a known reader that is not revoked, connected with its own certificate, whose fresh
    signature covers this very request. While its row, or another record that decides the answer, was altered past the
    hub, it gets 507 and keeps what it has."""

    def decorate(view: DeviceView) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.method != method:
                return error_response(405, f"This address accepts {method} only.", Allow=method)
            try:
                reader = _calling_reader(request)
                verify_request(
                    Ed25519PublicKey.from_public_bytes(bytes(reader.public_key)),
                    request.headers,
                    method,
                    request.get_full_path(),
                    request.body,
                    clock.now(),
                )
            except WireError as error:
                return _record_refusal(request, error)
            try:
                require(as_recorded(reader))
                _note_authority(reader, request.META.get(AUTHORITY_KEY, ""))
                return view(request, reader)
            except Refused as error:
                reason = f"{error.refusal.reason} Keep the reads; the hub goes on once this is settled."
                refuse(reader_actor(reader, request), request.path, error.refusal.clause, reason)
                return error_response(507, reason)
            except LogUnavailable as error:
                return error_response(503, str(error))

        return guarded

    return decorate


def reader_named(name: str) -> Reader | None:
    """Asked twice for each request: the ORM takes ten times as long."""
    return next(iter(read_rows(Reader, "SELECT * FROM fleet_reader WHERE name = %s", [name])), None)


@enforces("6.i.ii/devices", "6.j.i/proven")
def _calling_reader(request: HttpRequest) -> Reader:
    """The reader that the request names. Raises UnknownReader if it is not enrolled, is revoked, or if the
    connection uses another reader's certificate."""
    name = request.headers.get(READER_HEADER, "")
    reader = reader_named(name)
    if reader is None:
        raise UnknownReader(f"No reader '{name[:60]}' is enrolled here.")
    if reader.revoked_at:
        raise UnknownReader(f"The reader '{name}' was revoked.")
    certificate = request.META.get(CERTIFICATE_KEY, "")
    if certificate != name:
        raise UnknownReader(f"The connection used the certificate of '{certificate[:60]}', not of '{name}'.")
    return reader


@enforces("6.i.i/rotation")
def _note_authority(reader: Reader, shown: str) -> None:
    """Whose certificate it shows: an authority is retired once no reader shows its certificates."""
    if shown and shown != reader.authority:
        Reader.objects.filter(pk=reader.pk).update(authority=shown)


@enforces("6.b.i.9/denied", "AU-2/acts")
def _record_refusal(request: HttpRequest, error: WireError) -> HttpResponse:
    """Log the refusal with the certificate, which TLS has proven, and counted by it: anybody can make up names."""
    name, certificate = request.headers.get(READER_HEADER, ""), request.META.get(CERTIFICATE_KEY, "")
    proven = Reader.objects.filter(name=certificate).values_list("pk", flat=True).first()
    device_id = str(proven or "")
    stranger = Actor(kind="device", id=device_id, name=name, address=request.META.get("REMOTE_ADDR", ""))
    try:
        refuse(stranger, request.path, "6.j.i", str(error), certificate=certificate[:60])
    except LogUnavailable as unavailable:
        return error_response(503, str(unavailable))
    final = {FINAL_HEADER: "1"} if isinstance(error, UnknownReader) else {}
    return error_response(401, f"{error} Nothing was accepted (OPR:50 6.j.i).", **final)
