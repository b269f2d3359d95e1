"""What every form on an alert's page does: take its step, or show the page again."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from plateward.alerts.audience.alerts import alert_or_404
from plateward.alerts.models import Alert
from plateward.alerts.signals import page_asked
from plateward.pages.acts import Submission


def step(
    request: HttpRequest,
    pk: int,
    name: str,
    form: forms.Form,
    do: Callable[[Alert, dict[str, Any]], None],
) -> HttpResponse:
    """Do one step from a form; invalid input shows the page again with what was typed, a refusal says why."""
    sent = Submission(request, form)
    alert = alert_or_404(request, pk)
    if sent.valid:
        with sent:
            do(alert, form.cleaned_data)
            return redirect("alerts:alert", pk=pk)
    step = {"request": request, "alert": alert_or_404(request, pk), "sent": sent, "name": name, "form": form}
    [(_, response)] = page_asked.send(sender=Alert, **step)
    return cast(HttpResponse, response)
