"""Hot lists for readers: those of the reader's audience, signed by the hub so that nobody in between can add
a plate."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.fleet.checks import standings as checks
from plateward.field.fleet.contact import note_contact
from plateward.field.fleet.devices import MSGPACK, device_view, reader_actor
from plateward.field.fleet.lists import ListVersion
from plateward.field.fleet.models import Reader
from plateward.field.fleet.placements.delivery import placement_of
from plateward.field.hotlists.delivery.altered import BeingMade, LinesAltered, for_whom_has
from plateward.field.hotlists.delivery.building import DeltaBase
from plateward.field.hotlists.delivery.bundles import bundle_for
from plateward.field.hotlists.delivery.lists import recent_lists
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.certificate import TRUST_HEADER
from plateward.ground.wire.check import CHECK_HEADER, to_header
from plateward.ground.wire.placement import PLACEMENT_HEADER
from plateward.ground.wire.request import DELTA_HEADER, LISTS_HEADER, TRUST_KEY


@device_view("GET")
@enforces("6.c.ii/lists", "6.b.i.9/entries", "6.b.i.9/records", "6.e.iv.1/missing")
def deliver_hotlists(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What the reader lacks, given the version (`If-None-Match`) and lists (`Plateward-Lists`) that it
    reports: 304 if nothing, or if a list of its own was altered past the hub, so that it goes on with what it has; a
    signed delta (`Plateward-Delta: 1`), or the full list. 202: being made, ask again in a second. `Plateward-Check`
    carries the state of its start-of-shift check, `Plateward-Placement` the version of where it may record,
    `Plateward-Trust` that of the authorities to trust."""
    base = _reported_base(request)
    lists = for_whom_has(base.lists if base else (), recent_lists().of(reader))
    version = str(lists.version)
    if base and base.version == version:
        note_contact(reader, version)
        return HttpResponse(status=304, headers=_news(request, reader))
    try:
        bundle = bundle_for(base, lists)
    except BeingMade:
        return HttpResponse(status=202, headers=_news(request, reader))
    except LinesAltered:
        note_contact(reader, base.version if base else "")
        return HttpResponse(status=304 if base else 202, headers=_news(request, reader))
    with act(reader_actor(reader, request), Event.HOTLIST_DELIVER, f"hotlist:version {version}") as entry:
        entry.note(bytes_out=len(bundle.body), delta=bundle.is_delta)
        note_contact(reader, base.version if base else "")
    headers = {
        "ETag": f'"{version}"',
        **({DELTA_HEADER: "1"} if bundle.is_delta else {}),
        **_news(request, reader),
    }
    return HttpResponse(bundle.body, content_type=MSGPACK, headers=headers)


def _news(request: HttpRequest, reader: Reader) -> dict[str, str]:
    news = {
        CHECK_HEADER: to_header(checks.shift_check_for(reader, clock.now())),
        TRUST_HEADER: request.META.get(TRUST_KEY, ""),
    }
    with suppress(Refused):  # altered past the hub: the reader keeps the placement that it has
        news[PLACEMENT_HEADER] = placement_of(reader).version
    return news


def _reported_base(request: HttpRequest) -> DeltaBase | None:
    """What the reader reports; None if it has no version, or none of ours."""
    version = request.headers.get("If-None-Match", "").strip('"')
    ids = request.headers.get(LISTS_HEADER, "")[:10_000].split(",")
    if ListVersion.parse(version) is None or not all(pk.isdecimal() and len(pk) < 10 for pk in ids if pk):
        return None
    return DeltaBase(version, frozenset(int(pk) for pk in ids if pk))
