"""Sharing an alert from its page, and ending a share."""

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


@step("share_form", forms.ShareForm, lambda _: {"auto_id": "share_%s"})
def share(request: HttpRequest, alert: Alert, form: forms.ShareForm) -> None:
    """Share it with a colleague."""
    given = form.cleaned_data
    made = actions.share(actor_of(request), alert, given["to"], given["purpose"], given["days"])
    until = days.format_time(made.ends_at)
    messages.success(request, f"{made.to} can see this alert until {until} and was notified.")


@require_POST
def end(request: HttpRequest, pk: int, share: int) -> HttpResponse:
    """Stop sharing it."""
    current = get_object_or_404(alert_or_404(request, pk).shares.select_related("to"), pk=share)
    with failure_as_message(request):
        actions.end_share(actor_of(request), current)
        messages.success(request, f"{current.to} no longer sees this alert.")
    return redirect("alerts:alert", pk=pk)
