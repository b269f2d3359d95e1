"""What every form of an alert's page does: take its step, or show the page again."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from plateward.alerts.audience.alerts import theirs
from plateward.alerts.models import Alert
from plateward.alerts.signals import page_asked
from plateward.alerts.steps.actions import Operator
from plateward.people.http import person_of, who_is
from plateward.policy.decision import Refused


def operator(request: HttpRequest) -> Operator:
    """Whoever acts by this request."""
    return Operator(person_of(request), who_is(request))


def step(
    request: HttpRequest,
    pk: int,
    name: str,
    form: forms.Form,
    do: Callable[[Alert, dict[str, Any]], None],
) -> HttpResponse:
    """Do one step with a form; a wrong field shows the page again with what was typed, a refusal says why."""
    one = theirs(request, pk)
    if not form.is_valid():
        return _again(request, one, 422, {name: form})
    try:
        do(one, form.cleaned_data)
    except Refused as refused:
        return _again(request, theirs(request, pk), 409, {name: form, "refusal": refused.refusal})
    return redirect("alerts:alert", pk=pk)


def _again(request: HttpRequest, alert: Alert, status: int, changed: dict[str, Any]) -> HttpResponse:
    asked = {"request": request, "alert": alert, "status": status, "changed": changed}
    [(_, response)] = page_asked.send(sender=Alert, **asked)
    return cast(HttpResponse, response)
