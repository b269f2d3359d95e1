"""NCIC, FMCSA and the agency that entered a record are asked, and the page shows what they say."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from plateward.alerts.audience.alerts import theirs
from plateward.alerts.facts import Answer
from plateward.alerts.models import Alert, Verification
from plateward.alerts.steps.actions import Operator
from plateward.alerts.steps.views import operator, step
from plateward.alerts.verifying.asking import actions, confirmation, outside
from plateward.alerts.verifying.asking import door as asking
from plateward.alerts.verifying.asking.forms import DoorNumber, HitConfirmation
from plateward.alerts.verifying.asking.page import text
from plateward.alerts.verifying.models import HitRequest
from plateward.links.ncic import Priority


@require_POST
def ncic(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask NCIC."""
    return _ask(
        request,
        pk,
        lambda who, one: actions.ask_ncic(who, one, outside.switch(), settings.AGENCY_ORI),
    )


@require_POST
def fmcsa(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask FMCSA of the vehicle, and of its carrier."""
    return _ask(
        request,
        pk,
        lambda who, one: actions.ask_fmcsa(who, one, outside.switch(), outside.fmcsa(), settings.AGENCY_ORI),
    )


@require_POST
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask FMCSA of the carrier whose number is on the vehicle."""

    def do(one: Alert, given: dict[str, Any]) -> None:
        said = asking.ask(operator(request), one, outside.fmcsa(), given["dot"])
        messages.warning(request, f"{said.detail} A number on the door verifies nothing of the plate.")

    return step(request, pk, "door_form", DoorNumber(request.POST), do)


def _ask(request: HttpRequest, pk: int, ask: Callable[[Operator, Alert], Verification]) -> HttpResponse:
    def do(one: Alert, _: dict[str, Any]) -> None:
        said = ask(operator(request), one)
        tell = messages.success if said.answer == Answer.HIT else messages.warning
        tell(request, f"{text(said)}. {said.detail}")

    return step(request, pk, "verify_form", forms.Form(request.POST), do)


@require_POST
def hit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the agency that entered a record whether it stands."""

    def do(one: Alert, given: dict[str, Any]) -> None:
        wanted = confirmation.Wanted(given["nic"], Priority(given["priority"]), given["oca"])
        made = confirmation.request(operator(request), one, outside.switch(), settings.AGENCY_ORI, wanted)
        tell = messages.success if made.sending == HitRequest.State.SENT else messages.warning
        tell(request, made.detail)

    form = HitConfirmation(request.POST, found=confirmation.found(theirs(request, pk)))
    return step(request, pk, "hit_form", form, do)
