"""A reader's placement, delivered to it: its deployments and the exclusion zones, signed by the hub."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.fleet.devices import MSGPACK, device_view, reader_actor
from plateward.fleet.models import ExclusionZone, Reader
from plateward.policy.trace import enforces
from plateward.wire import encode
from plateward.wire.placement import DeploymentTimes, Placement, Zone, sign_placement


@enforces("6.a.ii.1")
def placement_of(reader: Reader) -> Placement:
    """All its deployments and all zones, those that ended too: a photograph may be from before."""
    deployments = reader.deployments.order_by("pk")
    zones = ExclusionZone.objects.order_by("pk")
    return Placement(
        reader.name,
        clock.now(),
        [
            DeploymentTimes(*row)
            for row in deployments.values_list("basis", "begins_at", "ends_at", "ended_at")
        ],
        [Zone(*row) for row in zones.values_list("lat", "lon", "radius_m", "ended_at")],
    )


@device_view("GET")
@enforces("6.a.ii.1", "6.j.i", "6.b.i.9")
def deliver_placement(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The signed placement of this reader. Each answer about the hot list names the version that counts, so that the
    reader asks only for another."""
    placement = placement_of(reader)
    with act(reader_actor(reader, request), Event.PLACEMENT_DELIVER, f"reader:{reader.name}") as entry:
        entry.note(version=placement.version, zones=len(placement.zones))
        signed = sign_placement(settings.RING.signing("hotlist"), placement)
    return HttpResponse(encode(signed), content_type=MSGPACK)
