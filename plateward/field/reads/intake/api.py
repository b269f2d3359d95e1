"""Intake: batches of signed reads from the agency's own readers."""

from django.http import HttpRequest, HttpResponse

from plateward.core.db.disk_full import disk_is_full
from plateward.field.fleet.devices import MSGPACK, device_view, error_response, reader_actor, refuse
from plateward.field.fleet.models import Reader
from plateward.field.reads.intake import actions
from plateward.ground import clock
from plateward.ground.wire import WireError, encode
from plateward.ground.wire.batch import MAX_BATCH_BYTES, decode_batch
from plateward.ground.wire.request import clock_lead


@device_view("POST")
def receive_batches(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Receive a batch; the receipt gives the result for each read."""
    caller = reader_actor(reader, request)
    if len(request.body) > MAX_BATCH_BYTES:
        return error_response(413, f"A batch has at most {MAX_BATCH_BYTES // 1024 // 1024} MiB.")
    try:
        batch, off = decode_batch(request.body), clock_lead(request.headers, clock.now())
        receipt = actions.receive_batch(actions.Arrival(caller, reader, batch, request.body, off))
    except WireError as error:
        refuse(caller, request.path, "6.j.i", str(error))
        return error_response(400, str(error))
    except Exception as error:
        if not disk_is_full(error):
            raise
        return error_response(
            507, "The hub's disk is full. Keep the reads; the hub accepts them when it has space."
        )
    return HttpResponse(encode(receipt), content_type=MSGPACK)
