"""Query NCIC, FMCSA and the agency that entered a record, and show the answers."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest

from plateward.alerts.facts import VerificationAnswer
from plateward.alerts.models import Alert, Verification
from plateward.alerts.steps.views import step
from plateward.alerts.verifying.asking import actions, hit_confirmation, services
from plateward.alerts.verifying.asking.forms import DoorNumberForm, HitConfirmationForm
from plateward.alerts.verifying.asking.page import answer_text
from plateward.alerts.verifying.models import HitRequest
from plateward.links.ncic import Priority
from plateward.people.http import actor_of


@step("verify_form", forms.Form)
def ncic(request: HttpRequest, alert: Alert, _: forms.Form) -> None:
    """Query NCIC."""
    ori = settings.AGENCY_ORI
    _show(request, actions.ask_ncic(actor_of(request), alert, services.switch(), ori))


@step("verify_form", forms.Form)
def fmcsa(request: HttpRequest, alert: Alert, _: forms.Form) -> None:
    """Query FMCSA about the vehicle and its carrier."""
    ori = settings.AGENCY_ORI
    _show(request, actions.ask_fmcsa(actor_of(request), alert, services.switch(), services.fmcsa(), ori))


def _show(request: HttpRequest, verification: Verification) -> None:
    tell = messages.success if verification.answer == VerificationAnswer.HIT else messages.warning
    tell(request, f"{answer_text(verification)}. {verification.detail}")


@step("door_form", DoorNumberForm)
def door(request: HttpRequest, alert: Alert, form: DoorNumberForm) -> None:
    """Query FMCSA about the carrier whose number is on the vehicle."""
    answer = actions.ask_about_door(actor_of(request), alert, services.fmcsa(), form.cleaned_data["dot"])
    messages.warning(request, f"{answer.detail} A door number does not verify the plate.")


@step("hit_form", HitConfirmationForm, lambda alert: {"records": hit_confirmation.named_records(alert)})
def hit(request: HttpRequest, alert: Alert, form: HitConfirmationForm) -> None:
    """Ask the agency that entered a record whether it stands."""
    given = form.cleaned_data
    wanted = given["nic"], Priority(given["priority"]), given["oca"]
    hit_request = hit_confirmation.request_confirmation(
        actor_of(request), alert, services.switch(), settings.AGENCY_ORI, *wanted
    )
    tell = messages.success if hit_request.sending == HitRequest.State.SENT else messages.warning
    tell(request, hit_request.detail)
