"""Intake: batches of signed reads from the agency's own readers."""

from django.http import HttpRequest, HttpResponse

from plateward.core.audit import repeated_refusals
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.db.disk_full import disk_is_full
from plateward.field.fleet.devices import ENTRIES, MSGPACK, device_view, error_response, reader_actor
from plateward.field.fleet.models import Reader
from plateward.field.reads.intake import actions
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
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
        return _refused(request, caller, 400, "6.j.i", str(error))
    except Refused as error:
        reason = f"{error.refusal.reason} Keep the reads; the hub accepts them once this is settled."
        return _refused(request, caller, 507, error.refusal.clause, reason)
    except Exception as error:
        if not disk_is_full(error):
            raise
        return error_response(
            507, "The hub's disk is full. Keep the reads; the hub accepts them when it has space."
        )
    return HttpResponse(encode(receipt), content_type=MSGPACK)


def _refused(request: HttpRequest, caller: Actor, status: int, clause: str, reason: str) -> HttpResponse:
    repeated_refusals.record_or_count(
        caller,
        Event.BATCH_REFUSE,
        request.path,
        outcome="refused",
        clause=clause,
        reason=reason,
        of_one=ENTRIES,
    )
    return error_response(status, reason)
