"""The queue, the alert's page, and its five steps."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward import clock
from plateward.alerts import actions, forms, ncic
from plateward.alerts.actions import Operator
from plateward.alerts.audience import alerts_for, theirs
from plateward.alerts.facts import ActKind, Answer, Stage
from plateward.alerts.models import Alert, Change
from plateward.alerts.story import ANSWER_TEXT, page
from plateward.alerts.summary import summary
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.middleware import person_of, who_is
from plateward.policy.decision import Refused
from plateward.policy.trace import enforces

RECENTLY_CLOSED = 20
SHOWN_PAST = 20
SHIFT = timedelta(hours=12)


def operator(request: HttpRequest) -> Operator:
    """Whoever acts by this request."""
    return Operator(person_of(request), who_is(request))


@require_GET
@enforces("5.b")
def queue(request: HttpRequest) -> HttpResponse:
    """Open alerts, newest first, then the last few that were closed. It goes on live from before the first alert
    of this shift that nobody has read: one that came while nobody looked rings too."""
    record(who_is(request), Event.ALERT_VIEW, "alerts")
    every = alerts_for(person_of(request)).select_related("entry__hotlist", "reader", "recall")
    changes = Change.objects.order_by("pk").values_list("pk", flat=True)
    ours = changes.filter(alert__in=every.filter(stage=Stage.NEW))
    unread = ours.filter(new=True, at__gt=clock.now() - SHIFT).first()
    last = unread - 1 if unread else changes.last() or 0
    past = every.filter(historical=True).exclude(stage=Stage.CLOSED)
    live = every.filter(historical=False)
    closed = live.filter(stage=Stage.CLOSED)[:RECENTLY_CLOSED]
    context = {
        "alerts": [summary(one) for one in (*live.exclude(stage=Stage.CLOSED), *closed)],
        "historical": [summary(one) for one in past[:SHOWN_PAST]],
        "historical_count": past.count(),
        "last_event_id": last,
    }
    return render(request, "alerts/queue.html", context)


@require_GET
@enforces("6.b.i.2", "6.c.ii")
def historical(request: HttpRequest) -> HttpResponse:
    """All that looking back has found. Context: page, a Django Page; alerts, the summaries of
    it."""
    past = (
        alerts_for(person_of(request))
        .filter(historical=True)
        .select_related("entry__hotlist", "reader", "recall")
    )
    page = Paginator(past, 100).get_page(request.GET.get("page"))
    record(who_is(request), Event.ALERT_VIEW, "historical alerts", page=page.number)
    alerts = [summary(one) for one in page]
    return render(request, "alerts/historical.html", {"page": page, "alerts": alerts})


@require_GET
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: images, place, steps, history."""
    one = theirs(request, pk)
    record(who_is(request), Event.ALERT_VIEW, f"alert:{pk}")
    return render(request, "alerts/alert.html", page(one, person_of(request)))


def step(
    request: HttpRequest,
    pk: int,
    name: str,
    form: django_forms.Form,
    do: Callable[[Alert, dict[str, Any]], None],
) -> HttpResponse:
    """Do one step with a form; a wrong field shows the page again with what was typed, a refusal says why."""
    one = theirs(request, pk)
    if not form.is_valid():
        return _again(request, one, 422, **{name: form})
    try:
        do(one, form.cleaned_data)
    except Refused as refused:
        return _again(request, theirs(request, pk), 409, **{name: form, "refusal": refused.refusal})
    return redirect("alerts:alert", pk=pk)


def _again(request: HttpRequest, one: Alert, status: int, **changed: Any) -> HttpResponse:
    record(who_is(request), Event.ALERT_VIEW, f"alert:{one.pk}")
    context = page(one, person_of(request))
    # A form is given back only where its step is still open.
    changed = {k: v for k, v in changed.items() if k == "refusal" or context.get(k) is not None}
    return render(request, "alerts/alert.html", context | changed, status=status)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The operator's own reading of plate and state."""

    def do(one: Alert, given: dict[str, Any]) -> None:
        if actions.confirm(operator(request), one, given["plate"], given["state"]):
            messages.success(
                request, "Your reading and the listed plate agree. Look at the entry, then verify it."
            )
        else:
            messages.warning(
                request, "Your reading is not the listed plate. There is no ground to act; close the alert."
            )

    return step(request, pk, "confirm_form", forms.Confirm(request.POST), do)


@require_POST
def observe(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the plate on the vehicle itself matches."""
    return step(
        request,
        pk,
        "observe_form",
        forms.Observe(request.POST),
        lambda one, given: actions.observe(operator(request), one, matches=given["plate_seen"] == "yes"),
    )


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask NCIC, and show its answer."""

    def do(one: Alert, _: dict[str, Any]) -> None:
        verification = actions.verify(operator(request), one, ncic.switch(), settings.AGENCY_ORI)
        tell = messages.success if verification.answer == Answer.HIT else messages.warning
        tell(request, f"{ANSWER_TEXT[Answer(verification.answer)]}. {verification.detail}")

    return step(request, pk, "verify_form", django_forms.Form(request.POST), do)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """An encounter, an investigation or enforcement begins."""
    return step(
        request,
        pk,
        "act_form",
        forms.Act(request.POST),
        lambda one, given: actions.act(operator(request), one, ActKind(given["kind"])),
    )
