"""Sharing an alert from its page, and ending a share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from plateward.alerts.audience.alerts import alert_or_404
from plateward.alerts.models import Alert
from plateward.alerts.sharing import actions, forms
from plateward.alerts.steps.views import step
from plateward.pages.acts import failure_as_message
from plateward.people import days
from plateward.people.http import actor_of


@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Share it with a colleague."""

    def do(alert: Alert, given: dict[str, Any]) -> None:
        made = actions.share(actor_of(request), alert, given["to"], given["purpose"], given["days"])
        messages.success(
            request, f"{made.to} can see this alert until {days.format_time(made.ends_at)} and was notified."
        )

    return step(request, pk, "share_form", forms.ShareForm(request.POST, auto_id="share_%s"), do)


@require_POST
def end(request: HttpRequest, pk: int, share: int) -> HttpResponse:
    """Stop sharing it."""
    current = get_object_or_404(alert_or_404(request, pk).shares.select_related("to"), pk=share)
    with failure_as_message(request):
        actions.end_share(actor_of(request), current)
        messages.success(request, f"{current.to} no longer sees this alert.")
    return redirect("alerts:alert", pk=pk)
