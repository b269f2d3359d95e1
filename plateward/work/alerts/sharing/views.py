"""Sharing an alert from its page, and ending a share."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from plateward.core.pages.acts import failure_as_message
from plateward.core.pages.fields import LongTextField
from plateward.field.hotlists.audience import lists_for
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.people.person_fields import ColleagueField
from plateward.work.alerts.audience.alerts import active_shares, alert_or_404
from plateward.work.alerts.models import Alert
from plateward.work.alerts.sharing import actions
from plateward.work.alerts.sharing.rules import DURATIONS
from plateward.work.alerts.step import step_form


class ShareForm(forms.Form):
    """One colleague, by their account."""

    to = ColleagueField(
        Permission.ALERT_VIEW,
        "does not have alert duties",
        help_text="Name, badge number or username. They see this alert even though its list is not for them.",
    )
    purpose = LongTextField(
        2, label="Purpose", max_length=1000, help_text="What your colleague needs it for, and in which case."
    )
    days = forms.TypedChoiceField(
        label="For",
        choices=list(DURATIONS.items()),
        coerce=int,
        help_text="After that day they no longer see it.",
    )


@enforces("6.e.ii/share")
def template_context(alert: Alert, person: Person) -> dict[str, Any]:
    """Template context: active shares; shared_with_me, the share without which this person would not see it;
    and the form, if they may share it."""
    live = active_shares(alert.shares.select_related("by", "to"))
    in_audience = lists_for(person).filter(pk=alert.entry.hotlist_id).exists()
    own = next((share for share in live if share.to_id == person.pk), None)
    return {
        "shares": live if in_audience else [],
        "shared_with_me": None if in_audience else own,
        "share_form": ShareForm(auto_id="share_%s")
        if in_audience and not alert.entry.hotlist.covert
        else None,
    }


@step_form("sharing", "share_form", ShareForm, lambda _: {"auto_id": "share_%s"})
def share(request: HttpRequest, alert: Alert, form: ShareForm) -> None:
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
