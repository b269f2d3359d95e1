"""Looks up a call in CAD by number, from an alert's page or the console, and shows it before it is chosen."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from plateward.alerts.audience.alerts import alert_or_404, alerts_for
from plateward.alerts.models import Alert
from plateward.alerts.page.context import alert_context
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.dispatch import adopting
from plateward.dispatch.forms import FIND_ID, FindCallForAlertForm, FindCallForm
from plateward.dispatch.views import board_context, record_board
from plateward.links.eido import CadIncident
from plateward.people.http import actor_of, person_of
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class LookUpResult:
    """The result of looking up a call by CAD's number: what may be chosen, or why nothing may. `known`: the hub
    already has alerts on it."""

    number: str = ""
    call: CadIncident | None = None
    known: bool = False
    refusal: Refusal | None = None

    @property
    def status(self) -> int:
        """HTTP status of the page."""
        return 200 if self.call else 409 if self.refusal else 422


@require_POST
@enforces("6.e.vii", "6.b.i.9")
def find_call(request: HttpRequest, pk: int) -> HttpResponse:
    """CAD's call of a number, shown on the alert's page to be chosen there. It replaces only the panel, so
    that text typed elsewhere stays."""
    alert, form = alert_or_404(request, pk), FindCallForm(request.POST, auto_id=FIND_ID)
    result = _look_up(request, alert, form)
    record(actor_of(request), Event.ALERT_VIEW, f"alert:{pk}")
    context = alert_context(alert, person_of(request)) | {"find": form, "looked": result}
    return render(request, "alerts/alert.html", context, status=result.status)


@require_POST
@enforces("6.e.vii", "6.b.i.9")
def find_call_for_alert(request: HttpRequest) -> HttpResponse:
    """The same from the console, for an alert given by number."""
    form, result = FindCallForAlertForm(request.POST), LookUpResult()
    alert = None
    if form.is_valid():
        alert = alerts_for(person_of(request)).filter(pk=form.cleaned_data["alert"]).first()
        if alert is None:
            form.add_error("alert", "You have no alert with this number.")
    if alert:
        result = _look_up(request, alert_or_404(request, alert.pk), form)
    context = record_board(request, board_context(request)) | {"find": form, "looked": result, "alert": alert}
    return render(request, "dispatch/console.html", context, status=result.status)


@enforces("6.e.vii", "6.b.i.9")
def _look_up(request: HttpRequest, alert: Alert, form: FindCallForm) -> LookUpResult:
    """Ask CAD, and log it, unless this alert cannot join any call."""
    if not form.is_valid():
        return LookUpResult()
    number = form.cleaned_data["number"]
    decision = adopting.may_tell(alert)
    if isinstance(decision, Refusal):
        return LookUpResult(refusal=decision)
    record(actor_of(request), Event.CALL_VIEW, f"alert:{alert.pk}", reason=f"asked CAD for {number}")
    answer = adopting.look_up(number)
    decision = adopting.may_add(number, answer)
    if isinstance(decision, Refusal) or answer.incident is None:
        return LookUpResult(refusal=decision if isinstance(decision, Refusal) else None)
    known = adopting.existing_call(number, answer.incident) is not None
    return LookUpResult(answer.incident.number or number, answer.incident, known)
