"""Asking the entering unit, and its answer."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from plateward.alerts.models import Alert
from plateward.alerts.steps.views import step
from plateward.alerts.verifying.entry import actions
from plateward.alerts.verifying.entry.forms import EntryAnswerForm
from plateward.people.http import actor_of


@step("entry_ask_form", forms.Form)
def ask(request: HttpRequest, alert: Alert, _: forms.Form) -> None:
    """Ask the entering unit whether its entry is active."""
    actions.ask_entering_unit(actor_of(request), alert)
    messages.success(
        request, "The entering unit and dispatch were asked. The answer appears here automatically."
    )


@step("entry_answer_form", EntryAnswerForm)
def answer(request: HttpRequest, alert: Alert, form: EntryAnswerForm) -> None:
    """It is active, or no longer."""
    active, reason = form.cleaned_data["active"] == "yes", form.cleaned_data["inactive_why"]
    removal = actions.answer_request(actor_of(request), alert, active=active, reason=reason)
    if active:
        messages.success(request, "Recorded: the entry is active. The requester is notified.")
    else:
        more = f"Request {removal.pk} for its removal is waiting for review." if removal else ""
        messages.warning(request, f"Recorded: the entry is no longer active. {more}")
