"""Answers to an alert, each by one key or button; and what an open page asks by itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from plateward.alerts.audience import theirs
from plateward.alerts.confirming import actions
from plateward.alerts.facts import FAULT_TEXT, FaultKind
from plateward.alerts.models import Alert
from plateward.alerts.story import history
from plateward.alerts.views import operator, step
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.middleware import who_is
from plateward.policy.trace import enforces


class Answer(forms.Form):
    """What is wrong."""

    kind = forms.ChoiceField(choices=list(FAULT_TEXT.items()))


@require_POST
def fault(request: HttpRequest, pk: int) -> HttpResponse:
    """Something is wrong with this alert; the form that closes it is open afterward."""

    def do(one: Alert, given: dict[str, Any]) -> None:
        made = actions.fault(operator(request), one, FaultKind(given["kind"]))
        messages.success(
            request,
            f"“{made.get_kind_display()}” is recorded, in the record of the {made.of}. "
            "Look at step 5: it is ready to close the alert so.",
        )

    return step(request, pk, "answer_form", Answer(request.POST), do)


@require_GET
@enforces("6.e.iv.3", "6.b.i.9")
def moved(request: HttpRequest, pk: int) -> HttpResponse:
    """Who did what to this alert, as JSON `told`, the earliest first: an open page asks when it hears of a change."""
    one = theirs(request, pk)
    record(who_is(request), Event.ALERT_VIEW, f"alert:{pk}", history_alone=True)
    told = [
        {"at": line.at.isoformat(), "by": line.by, "what": line.what} for line in history(one) if line.step
    ]
    return JsonResponse({"told": told})
