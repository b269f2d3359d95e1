"""The queue's page, one part at a time, with its small pictures; acknowledging; a person's own quiet hours."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.fields import parse_number, parse_numbers
from plateward.field.hotlists.reasons import PRIORITIES
from plateward.field.reads.pages.listed import is_listed, listed_token
from plateward.field.reads.pictures import picture_of
from plateward.field.reads.store.away import StoreAway
from plateward.field.reads.thumbnails import thumbnail
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.people.http import HiddenObject, actor_of, is_navigation, person_of
from plateward.people.models import Person
from plateward.work.alerts.audience.alerts import alerts_for, alerts_of_lists, has_entry
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.queue.shown import Row, last_change, most_urgent, newest, ringing_alerts, shown_to
from plateward.work.alerts.queue.summary import PAGE_SIZE
from plateward.work.alerts.routing import actions
from plateward.work.alerts.routing.presence import page_recipient

RECENTLY_CLOSED = 20
MAX_EARLIER_READS = 20
MAX_ACKNOWLEDGED = 100  # alerts acknowledged at once


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
@enforces("5.b/browser")
def queue(request: HttpRequest) -> HttpResponse:
    """Open alerts, the most urgent first, in parts, of one priority if asked; the first part adds recently closed ones.
    It updates live. Parts continue after so many (`skip`)."""
    record(actor_of(request), Event.ALERT_VIEW, "alerts")
    last = last_change()
    recipient = page_recipient(person_of(request))
    every = alerts_of_lists(recipient.lists, recipient.shared)
    live = every.filter(historical=False)
    open_now = live.exclude(stage=Stage.CLOSED)
    priority = next((item for item in PRIORITIES if item == request.GET.get("priority")), "")
    wanted = open_now.filter(has_entry(priority=priority)) if priority else open_now
    skip = parse_number(request.GET.get("skip", "")) or 0
    rows = most_urgent(recipient, wanted, skip, PAGE_SIZE + 1)
    first = not skip and not priority
    past = every.filter(historical=True).exclude(stage=Stage.CLOSED)
    closed = newest(live.filter(stage=Stage.CLOSED), RECENTLY_CLOSED) if first else []
    historical = newest(past, MAX_EARLIER_READS)
    more = shown_to(recipient, [*closed, *historical])
    shown = [*rows[:PAGE_SIZE], *(more[number] for number in closed if number in more)]
    context = {
        **live_rows(request, shown, [more[number] for number in historical if number in more]),
        "skip": skip,
        "later": skip + PAGE_SIZE if len(rows) > PAGE_SIZE else None,
        "priorities": PRIORITIES,
        "priority": priority,
        "historical_count": past.count(),
        "quiet": recipient.quiet,
        "quiet_form": QuietHoursForm(auto_id="quiet_%s"),
        "last_event_id": last,
    }
    return render(request, "alerts/queue.html", context)


@enforces("6.h.iv/custody", "6.b.i.9/entries")
def live_rows(request: HttpRequest, rows: Sequence[Row], past: Sequence[Row] = ()) -> dict[str, Any]:
    """Context of alerts/live.html: alerts, and historical, those of earlier reads. One entry names the reads whose
    pictures these rows have; their addresses then say so."""
    pictured = [row for row in (*rows, *past) if row["picture"]]
    if pictured:
        reads = [*dict.fromkeys(row["read"] for row in pictured)]
        mentions = [f"read:{read}" for read in reads]
        record(
            actor_of(request), Event.IMAGE_VIEW, "alerts", mentions=mentions, image="thumbnail", reads=reads
        )
    for row in pictured:
        row["picture"] += f"?listed={listed_token(pictures_page(person_of(request)), row['read'])}"
    return {"alerts": rows, "historical": past}


@enforces("6.c.ii/lists")
def next_alert(alert: Alert, person: Person) -> Row | None:
    """What this person may turn to after an alert: what rings for them first, else the most urgent new one."""
    recipient = page_recipient(person)
    others = alerts_of_lists(recipient.lists, recipient.shared).exclude(pk=alert.pk)
    new = others.filter(historical=False, stage=Stage.NEW)
    ringing = new.filter(pk__in=ringing_alerts(recipient))
    return next(iter(most_urgent(recipient, ringing, 0, 1) or most_urgent(recipient, new, 0, 1)), None)


@require_POST
@enforces("5.b/reaches", "6.c.ii/lists")
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


def pictures_page(person: Person) -> str:
    """The queue as this person sees it, whose pictures one entry names together."""
    return f"alerts of {person.username}"


@require_GET
@cache_control(no_store=True)
@enforces("6.e.iv.3/plate", "6.h.iv/custody", "6.c.ii/cases", "6.b.i.9/entries", "6.b.i.9/denied")
def show_picture(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """Of an alert that this read raised. Its plate is covered until somebody has read it, in each such alert: nobody
    sees it here first. In a tab of its own it is part of a page, as any image is."""
    if is_navigation(request):
        return render(request, "reads/full_size.html", {"address": request.get_full_path()})
    alerts = alerts_for(person_of(request)).filter(read=pk).select_related("confirmation")
    every = [alert for alert in alerts if alert.captured_at.date() == day]
    if not every:
        raise HiddenObject(Event.IMAGE_VIEW, f"read:{pk}")
    masked = not all(hasattr(alert, "confirmation") for alert in every)
    content = _picture(every[0], masked=masked)
    if not is_listed(request.GET.get("listed", ""), pictures_page(person_of(request)), str(pk)):
        record(
            actor_of(request),
            Event.IMAGE_VIEW,
            f"read:{pk}",
            image="thumbnail",
            masked=masked,
            bytes_out=len(content),
        )
    return HttpResponse(content, content_type="image/jpeg")


def _picture(alert: Alert, *, masked: bool) -> bytes:
    """Raises Http404 where there is none any more."""
    stored, missing, _ = alert.stored
    if stored is None:
        raise Http404(missing or "This image is not kept.")
    try:
        original = picture_of(stored, "context")
    except (DayDestroyed, StoreAway) as away:
        raise Http404(str(away)) from away
    return thumbnail(original, stored.read.box, masked=masked)
