"""A call is looked up in CAD by its number, from an alert's page or the console, and shown before it is chosen."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from plateward.alerts.audience.alerts import alerts_for, theirs
from plateward.alerts.facts import OVER
from plateward.alerts.models import Alert
from plateward.alerts.page.story import page
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.dispatch import adopting, rules
from plateward.dispatch.adopting import Found
from plateward.dispatch.forms import FIND_ID, Find, FindFor
from plateward.dispatch.models import CallAlert
from plateward.dispatch.views import board_of, recorded
from plateward.people.http import person_of, who_is
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Looked:
    """What came of looking a call up: what may be chosen, or why nothing may."""

    found: Found | None = None
    refusal: Refusal | None = None

    @property
    def status(self) -> int:
        """Of the page that shows it."""
        return 200 if self.found else 409 if self.refusal else 422


@require_POST
@enforces("6.e.vii", "6.b.i.9")
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """CAD's call of a number, shown on the alert's page to be chosen there. What is typed elsewhere on the page stays:
    it takes the panel alone."""
    alert, form = theirs(request, pk), Find(request.POST, auto_id=FIND_ID)
    looked = _looked(request, alert, form)
    record(who_is(request), Event.ALERT_VIEW, f"alert:{pk}")
    context = page(alert, person_of(request)) | {"find": form, "looked": looked}
    return render(request, "alerts/alert.html", context, status=looked.status)


@require_POST
@enforces("6.e.vii", "6.b.i.9")
def find_for(request: HttpRequest) -> HttpResponse:
    """The same from the console, for an alert that is given by its number."""
    form, looked = FindFor(request.POST), Looked()
    alert = None
    if form.is_valid():
        alert = alerts_for(person_of(request)).filter(pk=form.cleaned_data["alert"]).first()
        if alert is None:
            form.add_error("alert", "There is no alert of this number that you may see.")
    if alert:
        looked = _looked(request, theirs(request, alert.pk), form)
    context = recorded(request, board_of(request)) | {"find": form, "looked": looked, "alert": alert}
    return render(request, "dispatch/console.html", context, status=looked.status)


@enforces("6.e.vii", "6.b.i.9")
def _looked(request: HttpRequest, alert: Alert, form: Find) -> Looked:
    """Ask CAD, on the log, unless this alert cannot be added to any call."""
    if not form.is_valid():
        return Looked()
    number = form.cleaned_data["number"]
    decision = rules.may_tell(
        closed=alert.stage in OVER,
        covert=alert.entry.hotlist.covert,
        linked=CallAlert.objects.filter(alert=alert).exists(),
    )
    if isinstance(decision, Refusal):
        return Looked(refusal=decision)
    record(who_is(request), Event.CALL_VIEW, f"alert:{alert.pk}", reason=f"asked CAD for {number}")
    answer = adopting.look_up(number)
    decision = adopting.may_add(number, answer)
    if isinstance(decision, Refusal) or answer.heard is None:
        return Looked(refusal=decision if isinstance(decision, Refusal) else None)
    return Looked(found=adopting.found(number, answer.heard))
