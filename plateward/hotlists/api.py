"""The hot list as a reader fetches it: signed by the hub, so that no one between can add a plate."""

import threading

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.fleet import actions as fleet
from plateward.fleet.devices import MSGPACK, device_view, who
from plateward.fleet.models import Reader
from plateward.hotlists.current import snapshot, version
from plateward.policy.trace import enforces
from plateward.wire import encode
from plateward.wire.hotlist import sign_hotlist

_signed: tuple[str, bytes] = ("", b"")
_signing = threading.Lock()


def _current() -> tuple[str, bytes]:
    """The version in force and its signed bytes, made once per version."""
    global _signed  # noqa: PLW0603  # the one cache of this process
    number = version()
    with _signing:
        if _signed[0] != number:
            made = snapshot()
            _signed = (made.version, encode(sign_hotlist(settings.RING.signing("hotlist"), made)))
        return _signed


@device_view("GET")
@enforces("6.c.ii", "6.j.i")
def deliver(request: HttpRequest, reader: Reader) -> HttpResponse:
    """304 while the reader holds the version in force, else the signed list."""
    held = request.headers.get("If-None-Match", "").strip('"')
    number, body = _current()
    fleet.seen(reader, hotlist_version=held[:40])
    if held == number:
        return HttpResponse(status=304)
    record(who(reader, request), Event.HOTLIST_DELIVER, f"hotlist:version {number}", bytes_out=len(body))
    return HttpResponse(body, content_type=MSGPACK, headers={"ETag": f'"{number}"'})
