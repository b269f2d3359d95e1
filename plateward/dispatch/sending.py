"""Sends changes to CAD: call by call, in order, each message until CAD takes it.

1. `prepare`: a call's changes become one message: the whole call as it is now, under a new id.
2. One node leases it.
3. It is sent to CAD outside any transaction.
4. `_record_receipt`: CAD's answer is recorded.

A hub killed before 1 or 2 has lost nothing. Between 3 and 4 it does not know whether CAD took the message,
and sends it again under the same id, so that CAD takes it once.
"""

from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.cases.cad import client
from plateward.dispatch import rules
from plateward.dispatch.actions import refresh_alerts
from plateward.dispatch.documents import incident
from plateward.dispatch.hearing import update_from_cad
from plateward.dispatch.models import Call, Change, Line, Message
from plateward.jobs.lease import release, take
from plateward.links.cad import CadReceipt, DocumentFate
from plateward.links.eido import write_document
from plateward.policy.trace import enforces

SYSTEM = Actor("system", "dispatch", "The hub, sending to CAD")
LEASE = timedelta(seconds=15)  # longer than a request to CAD takes
MAX_MESSAGES = 50  # messages per round
MAX_FAILURES = 2  # failures after which this round leaves CAD alone


@enforces("6.e.vii")
def send_changes() -> int:
    """Send CAD what it lacks. Returns how many messages it took. Several nodes may run this at once."""
    prepare()
    taken = in_vain = 0
    due = take(_unsent().filter(due_at__lte=clock.now()).order_by("due_at"), LEASE)
    for message in islice(due, MAX_MESSAGES):
        receipt = client().send(message.pk, message.document.encode())
        _record_receipt(message, receipt)
        if receipt.fate is DocumentFate.TAKEN:
            taken += 1
        elif receipt.fate is DocumentFate.UNHEARD:
            in_vain += 1
            if in_vain == MAX_FAILURES:
                break
    return taken


def _unsent() -> QuerySet[Message]:
    return Message.objects.filter(sent_at=None, refused_at=None)


@enforces("6.e.vii")
def prepare() -> None:
    """Write a message for each changed call, unless one is still waiting."""
    untold = Change.objects.filter(tells=True, message=None)
    ready = untold.exclude(call__messages__in=_unsent()).values_list("call", flat=True).distinct()
    for pk in list(ready[:MAX_MESSAGES]):
        with transaction.atomic():
            # Lock first, then read the changes, then the state: the message shows that moment or later.
            call = Call.objects.select_for_update(no_key=True).get(pk=pk)
            carried = list(untold.filter(call=call).values_list("pk", flat=True))
            if carried and not _unsent().filter(call=call).exists():
                message = Message.objects.create(call=call, document=write_document(incident(call)).decode())
                Change.objects.filter(pk__in=carried).update(message=message)


@enforces("6.e.vii", "6.b.i.9")
def _record_receipt(message: Message, receipt: CadReceipt) -> None:
    """Record CAD's receipt. Only the first of several failed tries is logged."""
    Line.note(receipt.detail if receipt.fate is DocumentFate.UNHEARD else "")
    if receipt.fate is DocumentFate.UNHEARD and message.tries:
        _retry_fields(message, receipt)
        return
    with act(SYSTEM, Event.CALL_SEND, f"call:{message.call_id}") as entry:
        entry.note(message=str(message.pk), fate=receipt.fate.value, detail=receipt.detail)
        call = Call.objects.select_for_update(no_key=True).get(pk=message.call_id)
        if not _unsent().filter(pk=message.pk).exists():
            return  # another node recorded it
        match receipt.fate:
            case DocumentFate.TAKEN:
                _mark_taken(call, message, receipt)
            case DocumentFate.REFUSED:
                entry.outcome = "failed"
                release(Message.objects.filter(pk=message.pk), refused_at=receipt.at, problem=receipt.detail)
            case DocumentFate.UNHEARD:
                entry.outcome = "failed"
                _retry_fields(message, receipt)
        refresh_alerts(call)


def _retry_fields(message: Message, receipt: CadReceipt) -> None:
    release(
        _unsent().filter(pk=message.pk),
        tries=message.tries + 1,
        due_at=clock.now() + rules.retry_delay(message.tries),
        problem=receipt.detail,
    )


def _mark_taken(call: Call, message: Message, receipt: CadReceipt) -> None:
    release(Message.objects.filter(pk=message.pk), sent_at=receipt.at, problem="")
    # This message includes what CAD refused before: each is the whole call.
    refused = Change.objects.filter(call=call, message__refused_at__isnull=False)
    refused.update(message=message)
    # CAD is back: whatever waits may go now.
    _unsent().filter(due_at__gt=clock.now()).update(due_at=clock.now())
    if receipt.incident:
        call.number = call.number or receipt.incident.number
        update_from_cad(call, receipt.incident)
