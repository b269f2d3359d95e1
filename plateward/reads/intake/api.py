"""Intake: batches of signed reads from the agency's own readers."""

from django.http import HttpRequest, HttpResponse

from plateward import clock
from plateward.audit import repeats
from plateward.audit.events import Event
from plateward.db.full import disk_is_full
from plateward.fleet.devices import ENTRIES, MSGPACK, device_view, refuse, who
from plateward.fleet.models import Reader
from plateward.reads.intake import actions
from plateward.wire import WireError, encode
from plateward.wire.batch import MAX_BATCH_BYTES, decode_batch
from plateward.wire.request import ahead


@device_view("POST")
def batches(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Take a batch; the receipt says of each read what became of it."""
    caller = who(reader, request)
    if len(request.body) > MAX_BATCH_BYTES:
        return refuse(413, f"A batch has at most {MAX_BATCH_BYTES // 1024 // 1024} MiB.")
    try:
        batch, off = decode_batch(request.body), ahead(request.headers, clock.now())
        receipt = actions.receive(caller, reader, batch, request.body, off)
    except WireError as error:
        repeats.record(
            caller,
            Event.BATCH_REFUSE,
            request.path,
            outcome="refused",
            clause="6.j.i",
            reason=str(error),
            of_one=ENTRIES,
        )
        return refuse(400, str(error))
    except Exception as error:
        if not disk_is_full(error):
            raise
        return refuse(507, "The hub's disk is full. Keep the reads; they are taken when there is room.")
    return HttpResponse(encode(receipt), content_type=MSGPACK)
