"""What every form on an alert's page does: take its step, or show the page again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from plateward.alerts.audience.alerts import alert_or_404
from plateward.alerts.models import Alert
from plateward.alerts.signals import page_asked
from plateward.pages.acts import submitted

F = TypeVar("F", bound=forms.Form)


def step(
    name: str, form: Callable[..., F], more: Callable[[Alert], dict[str, Any]] = lambda _: {}
) -> Callable[[Callable[[HttpRequest, Alert, F], None]], Callable[[HttpRequest, int], HttpResponse]]:
    """A view of one step, from what it does with its valid form; `name` is the form's in the page's context, `more`
    what it needs to know of the alert. Invalid input shows the page again with what was typed, a refusal says why."""

    def view_of(do: Callable[[HttpRequest, Alert, F], None]) -> Callable[[HttpRequest, int], HttpResponse]:
        @require_POST
        @wraps(do)
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            alert = alert_or_404(request, pk)
            sent, filled = submitted(request, form, **more(alert))
            if sent.valid:
                with sent:
                    do(request, alert, filled)
                    return redirect("alerts:alert", pk=pk)
                alert = alert_or_404(request, pk)  # the refused step may have changed it here
            again = {"alert": alert, "sent": sent, "name": name, "form": filled}
            [(_, response)] = page_asked.send(sender=Alert, request=request, **again)
            return cast(HttpResponse, response)

        return view

    return view_of
