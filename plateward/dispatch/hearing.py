"""Polls CAD for what it does to a call by itself: units that it assigns, and closing the call."""

from datetime import timedelta
from itertools import islice

from plateward import clock
from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert
from plateward.alerts.recall import people_who_saw
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act, record
from plateward.dispatch import rules
from plateward.dispatch.actions import look_up, record_change, refresh_alerts
from plateward.dispatch.documents import alerts_missing_from
from plateward.dispatch.models import Call, Line
from plateward.jobs.lease import take
from plateward.links.cad import CadAnswer, CadOutcome
from plateward.links.eido import CadIncident
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces

SYSTEM = Actor("system", "dispatch", "The hub, hearing CAD")
ASK_EVERY = timedelta(seconds=10)  # per open call
CHECK_LINE_AFTER = timedelta(minutes=1)  # after this long without other requests, test whether CAD answers
MAX_PER_ROUND = 20
TEST_NUMBER = "PLATEWARD-LINE"  # no CAD incident has this number


@enforces("6.e.vii")
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
    with act(SYSTEM, Event.CALL_HEAR, f"call:{call.pk}"):
        locked = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
        if answer.incident:
            changed = update_from_cad(locked, answer.incident)
            if changed:
                refresh_alerts(locked)
            return changed
        locked.cad = Call.Cad.UNKNOWN
        locked.save(update_fields=["cad"])
        record_change(locked, "CAD", "CAD no longer has this call.", tells=False)
        _notify_people(locked, "CAD no longer has it: send it again, or call CAD")
        refresh_alerts(locked)
    return True


def _is_news(call: Call, heard: CadIncident) -> bool:
    news = rules.news(_last_known(call), heard)
    return news is not None and (bool(news) or alerts_missing_from(heard, call) != call.lacks)


def _last_known(call: Call) -> rules.LastKnown:
    return rules.LastKnown(call.cad, tuple((name, status) for name, status in call.units), call.heard_at)


@enforces("6.e.vii", "6.b.i.9")
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
        record(SYSTEM, Event.CALL_HEAR, f"call:{call.pk}", reason=sentence)
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
