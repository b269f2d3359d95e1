"""Answers to an alert, each by one key or button; and what an open page requests by itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from plateward.alerts.confirming import actions
from plateward.alerts.facts import FAULT_TEXT, FaultKind
from plateward.alerts.models import Alert
from plateward.alerts.steps.views import step
from plateward.people.http import actor_of


class FaultForm(forms.Form):
    """What is wrong."""

    kind = forms.ChoiceField(choices=list(FAULT_TEXT.items()))


@require_POST
def fault(request: HttpRequest, pk: int) -> HttpResponse:
    """Something is wrong with this alert; the closing form opens next."""

    def do(alert: Alert, given: dict[str, Any]) -> None:
        made = actions.record_fault(actor_of(request), alert, FaultKind(given["kind"]))
        messages.success(
            request,
            f"“{made.get_kind_display()}” is recorded for the {made.of}. Step 5 is ready to close the alert with "
            "it.",
        )

    return step(request, pk, "answer_form", FaultForm(request.POST), do)
