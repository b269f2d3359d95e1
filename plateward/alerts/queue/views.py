"""The queue's page, one part at a time; acknowledging; a person's own quiet hours."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from plateward import clock
from plateward.alerts.audience.alerts import alerts_for, alerts_of_lists, has_entry
from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert, Change
from plateward.alerts.queue.pictures import pictures_page
from plateward.alerts.queue.seen import distance_text
from plateward.alerts.queue.summary import PAGE_SIZE, for_summaries, ring_facts, summaries, summary
from plateward.alerts.routing import actions
from plateward.alerts.routing.models import Acknowledgment, Notification
from plateward.alerts.routing.presence import page_recipient
from plateward.alerts.routing.rules import AlarmSound, NotifyReason, Recipient, alarm_sound
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.fleet.checks.rules import SHIFT
from plateward.hotlists.reasons import PRIORITIES
from plateward.pages.fields import parse_number, parse_numbers
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.policy.trace import enforces
from plateward.reads.pages.listed import listed_token

RECENTLY_CLOSED = 20
MAX_EARLIER_READS = 20
MAX_ACKNOWLEDGED = 100  # alerts acknowledged at once
MAX_ALARMS = 50  # alarms ringing when the page opens; the next ring once these are acknowledged


class QuietHoursForm(forms.Form):
    """From when to when; both or neither."""

    begins = forms.TimeField(
        label="From",
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text="From then on, low and normal alarms are silent. AMBER Alerts and violent crime still sound.",
    )
    ends = forms.TimeField(
        label="To",
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text="From then on, all alarms sound again.",
    )


@require_GET
@enforces("5.b")
def queue(request: HttpRequest) -> HttpResponse:
    """Open alerts, newest first, in parts, of one priority if asked; the first part adds recently closed
    ones. It updates live. Alerts from this shift that ring for this person ring here too.

    Parts continue from a number (`before`): none of thousands is counted, or skipped by reading.
    """
    record(actor_of(request), Event.ALERT_VIEW, "alerts")
    last = last_change()
    recipient = page_recipient(person_of(request))
    every = alerts_of_lists(recipient.lists, recipient.shared)
    live = every.filter(historical=False)
    open_now = live.exclude(stage=Stage.CLOSED)
    priority = next((item for item in PRIORITIES if item == request.GET.get("priority")), "")
    wanted = open_now.filter(has_entry(priority=priority)) if priority else open_now
    if before := parse_number(request.GET.get("before", "")):
        wanted = wanted.filter(pk__lt=before)
    rows = newest(wanted, PAGE_SIZE + 1)
    first = not before and not priority
    closed = newest(live.filter(stage=Stage.CLOSED), RECENTLY_CLOSED) if first else []
    past = every.filter(historical=True).exclude(stage=Stage.CLOSED)
    historical = newest(past, MAX_EARLIER_READS)
    context = {
        **live_rows(
            recipient,
            ringing_alerts(recipient),
            [*rows[:PAGE_SIZE], *closed],
            historical,
            pictures_of=request,
        ),
        "before": before,
        "older": rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None,
        "priorities": PRIORITIES,
        "priority": priority,
        "historical_count": past.count(),
        "quiet": recipient.quiet,
        "quiet_form": QuietHoursForm(auto_id="quiet_%s"),
        "last_event_id": last,
    }
    return render(request, "alerts/queue.html", context)


def newest(alerts: QuerySet[Alert], most: int) -> list[int]:
    """The numbers of the newest of these. Of thousands scanned, nothing else is read."""
    return list(alerts.values_list("pk", flat=True)[:most])


def last_change() -> int:
    """Where the stream of a live page continues. Ask first: a change made while the rest is read comes later and so
    reaches the open page."""
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@enforces("5.b")
def live_rows(
    recipient: Recipient,
    rings: Sequence[int],
    rows: Sequence[int],
    past: Sequence[int] = (),
    pictures_of: HttpRequest | None = None,
) -> dict[str, Any]:
    """Context of alerts/live.html: alerts, those with the numbers `rows`; historical, of earlier reads; and alarms,
    those of `rings` that ring for this person now. `pictures_of`: the request, if its page shows pictures, which
    are then named on the log; else it has none."""
    # An alert may be in several of these: load and summarize it once.
    alerts = for_summaries(Alert.objects.all()).in_bulk({*rows, *past, *rings})
    by_number = {
        item["number"]: item | {"distance": distance_text(recipient.here, item["place"])}
        for item in summaries(alerts.values())
    }
    if pictures_of:
        list_pictures(pictures_of, alerts.values(), by_number)
    return {
        "pictured": pictures_of is not None,
        "now": clock.now(),
        "alerts": [by_number[item] for item in rows],
        "historical": [by_number[item] for item in past],
        "alarms": [
            by_number[item] | {"alarm": rung}
            for item in rings
            if (rung := _alarm(recipient, alerts[item])) is not AlarmSound.NONE
        ],
    }


@enforces("6.h.iv", "6.b.i.9")
def list_pictures(request: HttpRequest, alerts: Iterable[Alert], rows: dict[int, dict[str, Any]]) -> None:
    """Name the reads whose pictures these rows have in one entry; their addresses then say so."""
    reads = {alert.pk: str(alert.read) for alert in alerts if rows[alert.pk]["picture"]}
    if not reads:
        return
    mentions = [f"read:{read}" for read in reads.values()]
    record(
        actor_of(request),
        Event.IMAGE_VIEW,
        "alerts",
        mentions=mentions,
        image="thumbnail",
        reads=[*reads.values()],
    )
    for pk, read in reads.items():
        rows[pk]["picture"] += f"?listed={listed_token(pictures_page(person_of(request)), read)}"


def _alarm(recipient: Recipient, alert: Alert) -> AlarmSound:
    return alarm_sound(recipient, ring_facts(alert), localtime(clock.now()).time())


@enforces("5.b", "6.c.ii")
def ringing_alerts(recipient: Recipient) -> list[int]:
    """Alerts that may ring when this person opens the queue: high priority first, then newest."""
    notified = Q(why__in=[NotifyReason.NAMED, NotifyReason.EVERYONE]) | Q(person=recipient.person)
    if recipient.unit is not None:
        notified |= Q(unit=recipient.unit)
    if recipient.role == Role.COMMUNICATIONS:
        notified |= Q(why=NotifyReason.COMMUNICATIONS)
    since, numbers = clock.now() - SHIFT, list[int]()
    for priorities in (["high"], [priority for priority in PRIORITIES if priority != "high"]):
        alerts = Alert.objects.filter(
            has_entry(hotlist__in=recipient.lists, priority__in=priorities),
            ~Exists(Acknowledgment.objects.filter(alert=OuterRef("pk"), by=recipient.person)),
            Exists(Notification.objects.filter(notified, alert=OuterRef("pk"))),
            historical=False,
            stage=Stage.NEW,
            rings=True,
            arrived_at__gt=since,
        )
        numbers += newest(alerts, MAX_ALARMS - len(numbers))
    return numbers


@enforces("5.b", "6.c.ii")
def next_alert(alert: Alert, person: Person) -> dict[str, Any] | None:
    """Summary of what this person may turn to after an alert: what rings for them first, else the newest new one."""
    recipient = page_recipient(person)
    new = alerts_of_lists(recipient.lists, recipient.shared).filter(historical=False, stage=Stage.NEW)
    ringing = [number for number in ringing_alerts(recipient) if number != alert.pk]
    for number in [*ringing, *newest(new.exclude(pk=alert.pk), 1)]:
        if following := for_summaries(
            new.filter(pk=number)
        ).first():  # else somebody has begun with it meanwhile
            return summary(following)
    return None


@require_POST
@enforces("5.b", "6.b.i.9", "6.c.ii")
def acknowledge(request: HttpRequest) -> HttpResponse:
    """The person has seen these alerts (`number`, once or more): they stop ringing for them. `chosen`: from the page's
    list, which is shown again."""
    given = parse_numbers(request.POST.getlist("number")[:MAX_ACKNOWLEDGED])
    chosen = alerts_for(person_of(request)).filter(pk__in=given).exclude(stage=Stage.CLOSED)
    new = actions.acknowledge(actor_of(request), list(chosen.prefetch_related("notifications")))
    if "chosen" not in request.POST:
        return HttpResponse(status=204)
    if new:
        messages.success(request, f"{new} alert{pluralize(new)} acknowledged. Each has its own record.")
    else:
        messages.warning(
            request, "No alert was acknowledged: choose alerts that you have not acknowledged yet."
        )
    return redirect("alerts:queue")


@enforces("5.b")
def acknowledge_opened(request: HttpRequest, alert: Alert) -> None:
    """Opening an alert that rings for a person acknowledges it."""
    person = person_of(request)
    if _alarm(page_recipient(person), alert) is not AlarmSound.NONE:
        actions.acknowledge(actor_of(request), [alert])


@require_POST
def quiet(request: HttpRequest) -> HttpResponse:
    """Set or clear the person's own quiet hours."""
    form = QuietHoursForm(request.POST)
    if "end" in request.POST:
        actions.set_quiet_hours(actor_of(request), None, None)
        messages.success(request, "Quiet hours are off: all your alarms sound.")
    elif form.is_valid() and form.cleaned_data["begins"] != form.cleaned_data["ends"]:
        begins, ends = form.cleaned_data["begins"], form.cleaned_data["ends"]
        actions.set_quiet_hours(actor_of(request), begins, ends)
        messages.success(
            request, f"From {begins:%H:%M} to {ends:%H:%M} low and normal alarms show without sound."
        )
    else:
        messages.error(
            request, "Quiet hours were not set. Enter two different times, such as 22:00 and 06:00."
        )
    return redirect("alerts:queue")
