"""Answers to an alert, each by one key or button; and what an open page requests by itself."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from plateward.alerts.confirming import actions
from plateward.alerts.facts import FaultKind
from plateward.alerts.models import Alert
from plateward.alerts.steps.views import step
from plateward.people.http import actor_of


class FaultForm(forms.Form):
    """What is wrong."""

    kind = forms.ChoiceField(choices=FaultKind)


@step("answer_form", FaultForm)
def fault(request: HttpRequest, alert: Alert, form: FaultForm) -> None:
    """Something is wrong with this alert; the closing form opens next."""
    made = actions.record_fault(actor_of(request), alert, FaultKind(form.cleaned_data["kind"]))
    kind = made.get_kind_display()
    messages.success(
        request, f"“{kind}” is recorded for the {made.of}. Step 5 is ready to close the alert with it."
    )
