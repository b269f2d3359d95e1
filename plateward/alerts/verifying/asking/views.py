"""Query NCIC, FMCSA and the agency that entered a record, and show the answers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from plateward.alerts.audience.alerts import alert_or_404
from plateward.alerts.facts import VerificationAnswer
from plateward.alerts.models import Alert, Verification
from plateward.alerts.steps.views import step
from plateward.alerts.verifying.asking import actions, hit_confirmation, services
from plateward.alerts.verifying.asking import door as asking
from plateward.alerts.verifying.asking.forms import DoorNumberForm, HitConfirmationForm
from plateward.alerts.verifying.asking.page import answer_text
from plateward.alerts.verifying.models import HitRequest
from plateward.links.ncic import Priority
from plateward.people.actor import PersonActor
from plateward.people.http import actor_of


@require_POST
def ncic(request: HttpRequest, pk: int) -> HttpResponse:
    """Query NCIC."""
    return _ask(
        request,
        pk,
        lambda actor, alert: actions.ask_ncic(actor, alert, services.switch(), settings.AGENCY_ORI),
    )


@require_POST
def fmcsa(request: HttpRequest, pk: int) -> HttpResponse:
    """Query FMCSA about the vehicle and its carrier."""
    return _ask(
        request,
        pk,
        lambda actor, alert: actions.ask_fmcsa(
            actor, alert, services.switch(), services.fmcsa(), settings.AGENCY_ORI
        ),
    )


@require_POST
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """Query FMCSA about the carrier whose number is on the vehicle."""

    def do(alert: Alert, given: dict[str, Any]) -> None:
        answer = asking.ask_about_door(actor_of(request), alert, services.fmcsa(), given["dot"])
        messages.warning(request, f"{answer.detail} A door number does not verify the plate.")

    return step(request, pk, "door_form", DoorNumberForm(request.POST), do)


def _ask(request: HttpRequest, pk: int, ask: Callable[[PersonActor, Alert], Verification]) -> HttpResponse:
    def do(alert: Alert, _: dict[str, Any]) -> None:
        verification = ask(actor_of(request), alert)
        tell = messages.success if verification.answer == VerificationAnswer.HIT else messages.warning
        tell(request, f"{answer_text(verification)}. {verification.detail}")

    return step(request, pk, "verify_form", forms.Form(request.POST), do)


@require_POST
def hit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the agency that entered a record whether it stands."""

    def do(alert: Alert, given: dict[str, Any]) -> None:
        wanted = hit_confirmation.WantedConfirmation(given["nic"], Priority(given["priority"]), given["oca"])
        hit_request = hit_confirmation.request_confirmation(
            actor_of(request), alert, services.switch(), settings.AGENCY_ORI, wanted
        )
        tell = messages.success if hit_request.sending == HitRequest.State.SENT else messages.warning
        tell(request, hit_request.detail)

    form = HitConfirmationForm(
        request.POST, records=hit_confirmation.named_records(alert_or_404(request, pk))
    )
    return step(request, pk, "hit_form", form, do)
