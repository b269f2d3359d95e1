"""The hot lists as a reader fetches them: those of its audience, signed by the hub, so that no one between can add a
plate."""

from django.http import HttpRequest, HttpResponse

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.fleet import actions as fleet
from plateward.fleet.checks import reading as checks
from plateward.fleet.devices import MSGPACK, device_view, who
from plateward.fleet.models import Reader
from plateward.hotlists.delivery.building import Held
from plateward.hotlists.delivery.lists import glance
from plateward.hotlists.delivery.parcels import BeingMade, parcel
from plateward.hotlists.delivery.versions import Version
from plateward.policy.trace import enforces
from plateward.wire.check import CHECK, to_header
from plateward.wire.request import DELTA, LISTS


@device_view("GET")
@enforces("6.c.ii", "6.j.i", "6.b.i.9", "6.e.iv.1")
def deliver(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What the reader lacks, by the version (`If-None-Match`) and the lists (`Plateward-Lists`) that it says it
    holds: 304 where it lacks nothing, a signed change (`Plateward-Delta: 1`), or the whole. 202: it is being made,
    ask again in a second. Beside it goes how the reader's start-of-shift check stands (`Plateward-Check`)."""
    lists = glance().of(reader)
    held, version = _held(request), str(lists.version)
    if held and held.version == version:
        fleet.seen(reader, hotlist_version=version)
        return HttpResponse(status=304, headers=_check(reader))
    try:
        made = parcel(held, lists)
    except BeingMade:
        return HttpResponse(status=202)
    with act(who(reader, request), Event.HOTLIST_DELIVER, f"hotlist:version {version}") as entry:
        entry.note(bytes_out=len(made.body), delta=made.is_delta)
        fleet.seen(reader, hotlist_version=held.version if held else "")
    headers = {"ETag": f'"{version}"', **({DELTA: "1"} if made.is_delta else {}), **_check(reader)}
    return HttpResponse(made.body, content_type=MSGPACK, headers=headers)


def _check(reader: Reader) -> dict[str, str]:
    return {CHECK: to_header(checks.for_reader(reader, clock.now()))}


def _held(request: HttpRequest) -> Held | None:
    """What the reader says; None where it has nothing, or nothing of ours."""
    version = request.headers.get("If-None-Match", "").strip('"')
    given = request.headers.get(LISTS, "")[:10_000].split(",")
    if Version.parse(version) is None or not all(one.isdecimal() and len(one) < 10 for one in given if one):
        return None
    return Held(version, frozenset(int(one) for one in given if one))
