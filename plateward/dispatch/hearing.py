"""What CAD does with a call by itself is heard by asking for it: units that it puts there, that it ends it."""

from datetime import timedelta
from itertools import islice

from plateward import clock
from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert
from plateward.alerts.recall import saw
from plateward.audit.events import Event
from plateward.audit.log import act, record
from plateward.audit.who import Who
from plateward.cases.cad import client
from plateward.dispatch import rules
from plateward.dispatch.actions import change, show
from plateward.dispatch.documents import says_of
from plateward.dispatch.models import Call, Line
from plateward.jobs.lease import take
from plateward.links.cad import Answer, Outcome
from plateward.links.eido import Heard
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces

SYSTEM = Who("system", "dispatch", "The hub, hearing CAD")
EVERY = timedelta(seconds=10)  # each open call is asked for
QUIET = timedelta(minutes=1)  # without any question one is asked, so that it is known whether CAD answers
AT_ONCE = 20
NOBODY = "PLATEWARD-LINE"  # no CAD has an incident of this number


@enforces("6.e.vii")
def hear() -> int:
    """Ask CAD for the open calls that are due. Returns how many had news."""
    told = 0
    # Never released: a call is asked for again once its lease is over.
    due = take(Call.objects.open().exclude(number="").order_by("leased_until"), EVERY)
    for call in islice(due, AT_ONCE):
        answer = client().look_up(call.number)
        Line.note(answer.detail if answer.outcome is Outcome.UNREACHABLE else "")
        if answer.outcome is Outcome.UNREACHABLE:
            break
        told += _settle(call, answer)
    _try_the_line()
    return told


def _try_the_line() -> None:
    if not Line.objects.filter(pk=1, tried_at__gt=clock.now() - QUIET).exists():
        answer = client().look_up(NOBODY)
        Line.note(answer.detail if answer.outcome is Outcome.UNREACHABLE else "")


def _settle(call: Call, answer: Answer) -> bool:
    if answer.heard and not _is_news(call, answer.heard):
        return False
    if answer.heard is None and call.cad == Call.Cad.UNKNOWN:
        return False
    with act(SYSTEM, Event.CALL_HEAR, f"call:{call.pk}"):
        held = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
        if answer.heard:
            told = take_in(held, answer.heard)
            if told:
                show(held)
            return told
        held.cad = Call.Cad.UNKNOWN
        held.save(update_fields=["cad"])
        change(held, "CAD", "CAD does not know this call any more.", tells=False)
        _tell_people(held, "CAD does not know it any more: send it again, or call CAD")
        show(held)
    return True


def _is_news(call: Call, heard: Heard) -> bool:
    told = rules.news(_known(call), heard)
    return told is not None and (bool(told) or says_of(heard, call) != call.lacks)


def _known(call: Call) -> rules.Known:
    return rules.Known(call.cad, tuple((name, status) for name, status in call.units), call.heard_at)


@enforces("6.e.vii", "6.b.i.9")
def take_in(call: Call, heard: Heard) -> bool:
    """Within an act, with the call locked: what CAD has is written beside it. What is older than what is known is left
    alone. Whoever saw its alerts is told where CAD has ended it before they were closed."""
    told = rules.news(_known(call), heard)
    if told is None:
        return False
    ends = heard.status.value not in (call.cad, Call.Cad.OPEN)
    call.cad, call.heard_at = heard.status.value, heard.at
    call.units = [[unit.name, unit.status] for unit in heard.units]
    call.lacks = says_of(heard, call)
    call.save(update_fields=["number", "cad", "heard_at", "units", "lacks"])
    for what in told:
        change(call, "CAD", what, tells=False)
        record(SYSTEM, Event.CALL_HEAR, f"call:{call.pk}", reason=what)
    if ends and Call.objects.open().filter(pk=call.pk).exists():
        _tell_people(
            call, f"CAD {heard.status.value} it, but its alerts are open: close them with a disposition"
        )
    return bool(told)


def _tell_people(call: Call, what: str) -> None:
    alerts = Alert.objects.filter(link__call=call).exclude(stage=Stage.CLOSED)
    people: set[Person] = {one for alert in alerts for one in saw(alert)}
    numbers = ", ".join(str(one.pk) for one in alerts)
    text = f"{call} (alert {numbers}): {what} (OPR:50 6.e.vii)."
    notify(sorted(people, key=lambda one: one.pk), Kind.CALL_CLOSE, text, call)
