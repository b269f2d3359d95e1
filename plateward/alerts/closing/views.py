"""Closing an alert, and the supervisor's pages: what waits for a look, and one disposition."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.alerts.audience.alerts import theirs
from plateward.alerts.closing import actions, forms
from plateward.alerts.closing.page import versions
from plateward.alerts.facts import Outcome
from plateward.alerts.models import Alert, Disposition
from plateward.alerts.reviewing.routing import waiting_for
from plateward.alerts.steps.views import operator, step
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.people.http import person_of, who_is

RECENT = 20


@require_POST
def dispose(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the alert with a disposition."""
    form = forms.Dispose(request.POST, facts=theirs(request, pk).facts())

    def do(one: Alert, _: dict[str, Any]) -> None:
        made = actions.dispose(operator(request), one, form.account())
        owed = " DEMS export is due, see below." if made.outcome == Outcome.ENFORCEMENT else ""
        messages.success(request, f"Alert {pk} is closed.{owed}")

    return step(request, pk, "dispose_form", form, do)


@require_GET
def to_review(request: HttpRequest) -> HttpResponse:
    """What waits, and what I looked at lately. Context: waiting and done, of Disposition."""
    me = person_of(request)
    waiting = list(waiting_for(me))
    record(who_is(request), Event.ALERT_VIEW, "dispositions to review", waiting=len(waiting))
    done = Disposition.objects.filter(review__by=me).select_related("by", "review").order_by("-review__pk")
    context = {"waiting": waiting, "done": done[:RECENT]}
    return render(request, "alerts/to_review.html", context)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One disposition with all its versions, and the decision on the last. Context: alert; dispositions; form (None
    where nothing waits); refusal."""
    found = get_object_or_404(Disposition.objects.select_related("by"), pk=pk)
    alert = theirs(request, found.alert_id)
    form = forms.Reviewing(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            _decide(request, found, form.cleaned_data)
            return redirect("closing:to_review")
    record(who_is(request), Event.ALERT_VIEW, f"alert:{alert.pk}")
    open_still = waiting_for(person_of(request)).filter(pk=pk).exists()
    context = {
        "alert": alert,
        "dispositions": versions(alert),
        "form": form if open_still else None,
        "refusal": sent.refusal,
    }
    return render(request, "alerts/review.html", context, status=sent.status)


def _decide(request: HttpRequest, found: Disposition, given: dict[str, Any]) -> None:
    if given["decision"] == "accept":
        actions.accept(operator(request), found)
        messages.success(request, f"The disposition of alert {found.alert_id} is accepted.")
    else:
        actions.send_back(operator(request), found, given["words"])
        messages.success(request, f"The disposition of alert {found.alert_id} is returned to {found.by}.")
