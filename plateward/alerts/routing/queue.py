"""The queue's page, a part of it at a time; acknowledging; one's own quiet hours."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from plateward import clock
from plateward.alerts.audience import alerts_for, of_entries
from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert, Change
from plateward.alerts.routing import actions
from plateward.alerts.routing.models import Acknowledgement, QuietHours, Told
from plateward.alerts.routing.presence import ear_of
from plateward.alerts.routing.rules import Alarm, Why, alarm
from plateward.alerts.summary import AT_ONCE, call, shown, summaries
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.fleet.checks.rules import SHIFT
from plateward.hotlists.reasons import PRIORITIES
from plateward.people.middleware import person_of, who_is
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.policy.trace import enforces

RECENTLY_CLOSED = 20
SHOWN_PAST = 20
MOST_AT_ONCE = 100  # acknowledged by one press
MOST_ALARMS = 50  # that ring when the page is opened; the next ones do once these are acknowledged


class QuietForm(forms.Form):
    """From when to when; both, or neither."""

    begins = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label="To", widget=forms.TimeInput(attrs={"type": "time"}))


def _number(text: str) -> int:
    """An alert's number from outside; 0 where it is none."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else 0


@require_GET
@enforces("5.b")
def queue(request: HttpRequest) -> HttpResponse:
    """Open alerts, newest first, a part of them, of one priority if asked; on the first part then the last few that
    were closed. It goes on live from now. What came within this shift and rings for this person rings here too.

    Parts go on from a number (`before`): of thousands none is counted, and none skipped by reading it."""
    record(who_is(request), Event.ALERT_VIEW, "alerts")
    person = person_of(request)
    # First: what changes while the rest is read comes after it, and so to the open page.
    last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    every = alerts_for(person)
    live = every.filter(historical=False)
    open_now = live.exclude(stage=Stage.CLOSED)
    priority = next((one for one in PRIORITIES if one == request.GET.get("priority")), "")
    wanted = open_now.filter(of_entries(priority=priority)) if priority else open_now
    if before := _number(request.GET.get("before", "")):
        wanted = wanted.filter(pk__lt=before)
    rows = list(shown(wanted)[: AT_ONCE + 1])
    first = not before and not priority
    closed = shown(live.filter(stage=Stage.CLOSED))[:RECENTLY_CLOSED] if first else []
    past = every.filter(historical=True).exclude(stage=Stage.CLOSED)
    context = {
        "alerts": summaries([*rows[:AT_ONCE], *closed]),
        "before": before,
        "older": rows[AT_ONCE - 1].pk if len(rows) > AT_ONCE else None,
        "priorities": PRIORITIES,
        "priority": priority,
        "alarms": alarms(person, live),
        "historical": summaries(shown(past)[:SHOWN_PAST]),
        "historical_count": past.count(),
        "quiet": QuietHours.objects.filter(person=person).first(),
        "quiet_form": QuietForm(auto_id="quiet_%s"),
        "last_event_id": last,
    }
    return render(request, "alerts/queue.html", context)


@enforces("5.b", "6.c.ii")
def alarms(person: Person, live: QuerySet[Alert]) -> list[dict[str, Any]]:
    """What rings for this person when they open the queue, of these alerts of their audience: high priority first,
    then newest first; as the stream tells it."""
    told = Q(why__in=[Why.NAMED, Why.EVERYONE]) | Q(person=person)
    if person.unit_id is not None:
        told |= Q(unit=person.unit_id)
    if person.role == Role.COMMUNICATIONS:
        told |= Q(why=Why.COMMUNICATIONS)
    theirs = live.filter(
        Exists(Told.objects.filter(told, alert=OuterRef("pk"))),
        ~Exists(Acknowledgement.objects.filter(alert=OuterRef("pk"), by=person)),
        stage=Stage.NEW,
        rings=True,
        arrived_at__gt=clock.now() - SHIFT,
    )
    rows = list(shown(theirs.filter(of_entries(priority="high")))[:MOST_ALARMS])
    rows += shown(theirs.exclude(of_entries(priority="high")))[: MOST_ALARMS - len(rows)]
    ear, now = ear_of(person.pk), localtime(clock.now()).time()
    rings = [(told, alarm(ear, call(one), now)) for one, told in zip(rows, summaries(rows), strict=True)]
    return [told | {"alarm": one} for told, one in rings if one is not Alarm.NONE]


@require_POST
@enforces("5.b", "6.b.i.9", "6.c.ii")
def acknowledge(request: HttpRequest) -> HttpResponse:
    """The person has seen these alerts (`number`, once or more): they ring for them no more."""
    given = {number for text in request.POST.getlist("number")[:MOST_AT_ONCE] if (number := _number(text))}
    chosen = alerts_for(person_of(request)).filter(pk__in=given).exclude(stage=Stage.CLOSED)
    actions.acknowledge(who_is(request), person_of(request), list(chosen.prefetch_related("told")))
    return HttpResponse(status=204)


@enforces("5.b")
def opened(request: HttpRequest, one: Alert) -> None:
    """Whoever opens an alert that rings for them has seen it."""
    person = person_of(request)
    if alarm(ear_of(person.pk), call(one), localtime(clock.now()).time()) is not Alarm.NONE:
        actions.acknowledge(who_is(request), person, [one])


@require_POST
def quiet(request: HttpRequest) -> HttpResponse:
    """Set one's own quiet hours, or take them away."""
    form = QuietForm(request.POST)
    if "end" in request.POST:
        actions.keep_quiet(who_is(request), person_of(request), None, None)
        messages.success(request, "You have no quiet hours any more: every alarm that is yours sounds.")
    elif form.is_valid() and form.cleaned_data["begins"] != form.cleaned_data["ends"]:
        begins, ends = form.cleaned_data["begins"], form.cleaned_data["ends"]
        actions.keep_quiet(who_is(request), person_of(request), begins, ends)
        messages.success(
            request, f"From {begins:%H:%M} to {ends:%H:%M} low and normal alarms are shown without a sound."
        )
    else:
        messages.error(request, "Quiet hours were not set. Give two different times, as 22:00 and 06:00.")
    return redirect("alerts:queue")
