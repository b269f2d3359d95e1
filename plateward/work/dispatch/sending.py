"""Hears from CAD what it does to a call by itself (units that it assigns, closing the call), and sends changes to CAD:
call by call, in order, each message until CAD takes it.

1. `prepare`: a call's changes become one message: the whole call as it is now, under a new id.
2. One node leases it.
3. It is sent to CAD outside any transaction.
4. CAD's answer is recorded.

A hub killed before 1 or 2 has lost nothing. Between 3 and 4 it does not know whether CAD took the message,
and sends it again under the same id, so that CAD takes it once.
"""

from datetime import timedelta
from itertools import islice

from django.db import transaction

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.cases.cad import client
from plateward.core.db.locking import change_row
from plateward.core.jobs.lease import release, take
from plateward.core.outbox.models import CommonProblem
from plateward.core.outbox.sending import NotSent, postpone, send_due
from plateward.ground import clock
from plateward.ground.links.cad import CadAnswer, CadOutcome, CadReceipt, DocumentFate
from plateward.ground.links.eido import CadIncident, write_document
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.recall import people_who_saw
from plateward.work.dispatch import rules
from plateward.work.dispatch.actions import look_up, record_change, refresh_alerts
from plateward.work.dispatch.documents import alerts_missing_from, incident
from plateward.work.dispatch.models import Call, Change, Line, Message

HEARING = Actor("system", "dispatch", "The hub, hearing CAD")
ASK_EVERY = timedelta(seconds=10)  # per open call
CHECK_LINE_AFTER = timedelta(minutes=1)  # after this long without other requests, test whether CAD answers
MAX_PER_ROUND = 20
TEST_NUMBER = "PLATEWARD-LINE"  # no CAD incident has this number


@enforces("6.e.vii/closing")
def poll_cad() -> int:
    """Ask CAD about open calls that are due. Returns how many had news."""
    count = 0
    # Never released: a call is due again when its lease ends.
    due = take(Call.objects.open().exclude(number="").order_by("leased_until"), ASK_EVERY)
    for call in islice(due, MAX_PER_ROUND):
        answer = look_up(call.number)
        if answer.outcome is CadOutcome.UNREACHABLE:
            break
        count += _apply_answer(call, answer)
    if not Line.objects.filter(pk=1, tried_at__gt=clock.now() - CHECK_LINE_AFTER).exists():
        look_up(TEST_NUMBER)
    return count


def _apply_answer(call: Call, answer: CadAnswer) -> bool:
    if answer.incident and not _is_news(call, answer.incident):
        return False
    if answer.incident is None and call.cad == Call.Cad.UNKNOWN:
        return False
    with act(HEARING, Event.CALL_HEAR, f"call:{call.pk}"):
        locked = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
        if answer.incident:
            changed = update_from_cad(locked, answer.incident)
            if changed:
                refresh_alerts(locked)
            return changed
        change_row(locked, cad=Call.Cad.UNKNOWN)
        record_change(locked, "CAD", "CAD no longer has this call.", tells=False)
        _notify_people(locked, "CAD no longer has it: send it again, or call CAD")
        refresh_alerts(locked)
    return True


def _is_news(call: Call, heard: CadIncident) -> bool:
    news = rules.news(_last_known(call), heard)
    return news is not None and (bool(news) or alerts_missing_from(heard, call) != call.lacks)


def _last_known(call: Call) -> rules.LastKnown:
    return rules.LastKnown(call.cad, tuple((name, status) for name, status in call.units), call.heard_at)


@enforces("6.e.vii/closing", "6.b.i.9/entries")
def update_from_cad(call: Call, heard: CadIncident) -> bool:
    """Within an act, with the call locked: record CAD's state, ignoring anything older than what is known. If
    CAD ended the call before its alerts closed, notify people who saw them."""
    news = rules.news(_last_known(call), heard)
    if news is None:
        return False
    ends = heard.status.value not in (call.cad, Call.Cad.OPEN)
    call.cad, call.heard_at = heard.status.value, heard.at
    call.units = [[unit.name, unit.status] for unit in heard.units]
    call.lacks = alerts_missing_from(heard, call)
    call.save(update_fields=["number", "cad", "heard_at", "units", "lacks"])
    for sentence in news:
        record_change(call, "CAD", sentence, tells=False)
        record(HEARING, Event.CALL_HEAR, f"call:{call.pk}", reason=sentence)
    if ends and Call.objects.open().filter(pk=call.pk).exists():
        _notify_people(
            call, f"CAD {heard.status.value} it, but its alerts are open: close each with a disposition"
        )
    return bool(news)


def _notify_people(call: Call, event: str) -> None:
    alerts = Alert.objects.filter(link__call=call).exclude(stage=Stage.CLOSED)
    people: set[Person] = {item for alert in alerts for item in people_who_saw(alert)}
    numbers = ", ".join(str(item.pk) for item in alerts)
    text = f"{call} (alert {numbers}): {event} (OPR:50 6.e.vii)."
    notify(sorted(people, key=lambda person: person.pk), Kind.CALL_CLOSE, text, call)


SYSTEM = Actor("system", "dispatch", "The hub, sending to CAD")
LEASE = timedelta(seconds=15)  # longer than a request to CAD takes
MAX_MESSAGES = 50  # messages per round


@enforces("6.e.vii/type", "6.e.vii/closing")
def send_changes() -> int:
    """Send CAD what it lacks. Returns how many messages it took. Several nodes may run this at once."""
    prepare()
    return send_due(Message.objects.waiting(), LEASE, _send, most=MAX_MESSAGES, failed=_record_failure)


def _send(message: Message) -> bool:
    receipt = client().send(message.pk, message.document.encode())
    if receipt.fate is DocumentFate.UNHEARD:
        Line.note(receipt.detail)
        raise NotSent(CommonProblem.AWAY, receipt.detail, away=True)
    Line.note()
    _record_receipt(message, receipt)
    return receipt.fate is DocumentFate.TAKEN


@enforces("6.e.vii/type", "6.e.vii/closing")
def prepare() -> None:
    """Write a message for each changed call, unless one is still waiting."""
    untold, waiting = Change.objects.filter(tells=True, message=None), Message.objects.waiting()
    ready = untold.exclude(call__messages__in=waiting).values_list("call", flat=True).distinct()
    for pk in list(ready[:MAX_MESSAGES]):
        with transaction.atomic():
            # Lock first, then read the changes, then the state: the message shows that moment or later.
            call = Call.objects.select_for_update(no_key=True).get(pk=pk)
            carried = list(untold.filter(call=call).values_list("pk", flat=True))
            if carried and not waiting.filter(call=call).exists():
                message = Message.objects.create(call=call, document=write_document(incident(call)).decode())
                Change.objects.filter(pk__in=carried).update(message=message)


@enforces("6.e.vii/type", "6.e.vii/closing", "6.b.i.9/entries")
def _record_receipt(message: Message, receipt: CadReceipt) -> None:
    """CAD took or refused it."""
    with act(SYSTEM, Event.CALL_SEND, f"call:{message.call_id}") as entry:
        entry.note(message=str(message.pk), fate=receipt.fate.value, detail=receipt.detail)
        call = Call.objects.select_for_update(no_key=True).get(pk=message.call_id)
        if not Message.objects.waiting().filter(pk=message.pk).exists():
            return  # another node recorded it
        if receipt.fate is DocumentFate.TAKEN:
            _mark_taken(call, message, receipt)
        else:
            entry.outcome = "failed"
            refused = {"problem": CommonProblem.REFUSED, "detail": receipt.detail}
            release(Message.objects.filter(pk=message.pk), refused_at=receipt.at, **refused)
        refresh_alerts(call)


@enforces("6.e.vii/type", "6.e.vii/closing", "6.b.i.9/entries")
def _record_failure(message: Message, why: NotSent) -> None:
    """CAD may or may not have taken it. Only the first of several failures of one kind is logged."""
    if why.problem == message.problem:
        postpone(message, why)
        return
    with act(SYSTEM, Event.CALL_SEND, f"call:{message.call_id}") as entry:
        entry.outcome = "failed"
        entry.note(message=str(message.pk), fate=DocumentFate.UNHEARD.value, detail=str(why))
        call = Call.objects.select_for_update(no_key=True).get(pk=message.call_id)
        postpone(message, why)
        refresh_alerts(call)


def _mark_taken(call: Call, message: Message, receipt: CadReceipt) -> None:
    release(Message.objects.filter(pk=message.pk), sent_at=receipt.at, problem="")
    # This message includes what CAD refused before: each is the whole call.
    refused = Change.objects.filter(call=call, message__refused_at__isnull=False)
    refused.update(message=message)
    # CAD is back: whatever waits may go now.
    Message.objects.waiting().filter(due_at__gt=clock.now()).update(due_at=clock.now())
    if receipt.incident:
        call.number = call.number or receipt.incident.number
        update_from_cad(call, receipt.incident)
