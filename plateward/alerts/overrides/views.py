"""The override on the alert's page, the banner that tells of it, and its review."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.alerts.models import Alert
from plateward.alerts.overrides import actions, forms, routing
from plateward.alerts.overrides.page import Shown, shown
from plateward.alerts.steps.views import operator, step
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.people.chain import people_below
from plateward.people.http import person_of, who_is
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces

RECENT = 20


@require_POST
def override(request: HttpRequest, pk: int) -> HttpResponse:
    """In imminent danger: go on without what is missing."""

    def do(one: Alert, given: dict[str, Any]) -> None:
        made = shown(actions.override(operator(request), one, given["why"]))
        messages.warning(
            request,
            f"The checks are overridden. Told, and to review it: {made.is_with}. Record the action taken.",
        )

    return step(request, pk, "override_form", forms.Override(request.POST), do)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What is mine to review, and the latest of my people or reviewed by me. Context: waiting and past, each a list
    of page.Shown."""
    me = person_of(request)
    record(who_is(request), Event.OVERRIDE_VIEW, "overrides")
    waiting = routing.waiting_for(me)
    ours = (
        routing.every()
        .filter(Q(by__in=people_below(me)) | Q(referrals__to=me) | Q(finding__by=me))
        .distinct()
    )
    past = ours.exclude(pk__in=[one.pk for one in waiting]).order_by("-pk")[:RECENT]
    context = {
        "waiting": [shown(one) for one in waiting],
        "past": [shown(one) for one in past if routing.may_see(me, one)],
    }
    return render(request, "overrides/index.html", context)


@enforces("6.e.iv.3", "6.b.i.9")
def told(request: HttpRequest) -> list[Shown]:
    """For the banner on every page of whoever is to review them; on the log before they show."""
    waiting = routing.waiting_for(person_of(request))
    if waiting:
        keys = [one.pk for one in waiting]
        record(who_is(request), Event.OVERRIDE_VIEW, "overrides:banner", overrides=keys)
    return [shown(one) for one in waiting]


@require_GET
def banner(request: HttpRequest) -> HttpResponse:
    """For an open page that asks again and again: the banner anew, or nothing where it is still the same."""
    keys = _keys(one.pk for one in routing.waiting_for(person_of(request)))
    if keys == request.GET.get("shown", ""):
        return HttpResponse(status=204)
    rows = told(request)
    html = render_to_string("overrides/banner.html", {"overrides": rows}, request)
    return JsonResponse({"shown": _keys(row.one.pk for row in rows), "html": html})


def _keys(overrides: Iterable[int]) -> str:
    return ",".join(map(str, overrides))


@require_http_methods(["GET", "POST"])
@enforces("6.c.ii")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One override with all that is needed to review it. Context: override (page.Shown), alert, form or None,
    may_open (the alert's page), refusal."""
    me = person_of(request)
    one = get_object_or_404(routing.every(), pk=pk)
    if not routing.may_see(me, one):
        raise Http404
    form = forms.Review(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        justified, text = form.cleaned_data["justified"] == "yes", form.cleaned_data["text"]
        with sent:
            actions.review(operator(request), one, justified=justified, text=text)
            messages.success(request, f"Your finding on alert {one.alert_id} is recorded; {one.by} is told.")
            return redirect("overrides:index")
        one = get_object_or_404(routing.every(), pk=pk)
    record(who_is(request), Event.OVERRIDE_VIEW, f"override:{pk}", alert=one.alert_id)
    open_to = routing.is_theirs(me, one) and not hasattr(one, "finding")
    context = {
        "override": shown(one),
        "alert": one.alert,
        "form": form if open_to else None,
        "may_open": Permission.ALERT_VIEW in me.permissions,
        "refusal": sent.refusal,
    }
    return render(request, "overrides/review.html", context, status=sent.status)
