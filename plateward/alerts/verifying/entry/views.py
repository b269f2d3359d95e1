"""Asking the entering unit, and its answer."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from plateward.alerts.models import Alert
from plateward.alerts.steps.views import step
from plateward.alerts.verifying.entry import actions, forms
from plateward.people.http import actor_of


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the entering unit whether its entry is active."""

    def do(alert: Alert, _: dict[str, Any]) -> None:
        actions.ask_entering_unit(actor_of(request), alert)
        messages.success(
            request, "The entering unit and dispatch were asked. The answer appears here automatically."
        )

    return step(request, pk, "entry_ask_form", django_forms.Form(request.POST), do)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """It is active, or no longer."""

    def do(alert: Alert, given: dict[str, Any]) -> None:
        active = given["active"] == "yes"
        removal = actions.answer_request(
            actor_of(request), alert, active=active, reason=given["inactive_why"]
        )
        if active:
            messages.success(request, "Recorded: the entry is active. The requester is notified.")
        else:
            more = f"Request {removal.pk} for its removal is waiting for review." if removal else ""
            messages.warning(request, f"Recorded: the entry is no longer active. {more}")

    return step(request, pk, "entry_answer_form", forms.EntryAnswerForm(request.POST), do)
