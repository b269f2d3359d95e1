"""DEMS exports due: the list, and one duty with the owner's export and the supervisor's review."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.dems import actions, forms, page
from plateward.alerts.dems.models import Duty
from plateward.alerts.dems.rules import DutyStepKind
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The viewer's duties and their people's, overdue first. Context: mine, theirs and past, each a list of
    Duty; reviews: whether the viewer can have people."""
    me = person_of(request)
    own, reviewable = page.open_duties(me)
    record(actor_of(request), Event.DEMS_VIEW, "DEMS exports due", mine=len(own), theirs=len(reviewable))
    context = {
        "mine": own,
        "theirs": reviewable,
        "past": page.ended_duties(me),
        "reviews": Permission.ALERT_REVIEW in me.permissions,
    }
    return render(request, "dems/index.html", context)


@require_GET
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty."""
    return _page(request, _duty_or_404(request, pk), Submission(request))


def _duty_or_404(request: HttpRequest, pk: int) -> Duty:
    duty = get_object_or_404(page.all_duties(), pk=pk)
    if not page.may_open(duty, person_of(request)):
        raise Http404
    return duty


def _page(request: HttpRequest, duty: Duty, sent: Submission, **changed: Any) -> HttpResponse:
    """Context: duty; steps, each a Step; waits, for a supervisor; may_open (the alert's
    page); record_form and look_form, or None; refusal."""
    me = person_of(request)
    record(actor_of(request), Event.DEMS_VIEW, f"alert:{duty.alert_id}")
    context = {
        "duty": duty,
        "steps": list(duty.steps.all()),
        "waits": duty.standing.kind == DutyStepKind.EXPORTED,
        "refusal": sent.refusal,
        "may_open": Permission.ALERT_VIEW in me.permissions
        and alerts_for(me).filter(pk=duty.alert_id).exists(),
        **_forms(me, duty),
    }
    # Give back what was typed unless its form is closed now: then the page says why.
    changed = {key: value for key, value in changed.items() if context.get(key, True)}
    return render(request, "dems/duty.html", context | changed, status=sent.status)


def _forms(me: Person, duty: Duty) -> dict[str, Any]:
    status, export = duty.standing, duty.export
    number = export.number if export else duty.number or actions.number_of(duty.alert)
    initial: dict[str, Any] = {"number": number}
    if export:
        initial |= {"item": export.item, "exported_at": export.exported_at}
    looks = status.kind == DutyStepKind.EXPORTED and me.pk not in (status.owner, status.recorder)
    return {
        "record_form": forms.ExportForm(initial=initial) if status.open else None,
        "look_form": forms.ExportReviewForm(initial={"looked_at": status.last})
        if looks and Permission.ALERT_REVIEW in me.permissions
        else None,
    }


@require_POST
def record_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an export made by hand in DEMS."""

    def do(duty: Duty, given: dict[str, Any]) -> None:
        actions.record_export(
            actor_of(request), duty, given["number"], given["item"].strip(), given["exported_at"]
        )
        messages.success(
            request, f"The export of alert {duty.alert_id} is recorded. A supervisor must confirm it."
        )

    return _act(request, pk, "record_form", forms.ExportForm(request.POST), do)


@require_POST
def review_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The supervisor saw it in DEMS, or returns it."""

    def do(duty: Duty, given: dict[str, Any]) -> None:
        if given["decision"] == "confirm":
            actions.confirm_export(actor_of(request), duty, given["looked_at"])
            messages.success(request, f"Alert {duty.alert_id} is in DEMS; no export is due.")
        else:
            actions.return_export(actor_of(request), duty, given["looked_at"], given["words"])
            messages.success(request, f"The export of alert {duty.alert_id} is returned to {duty.by}.")

    return _act(request, pk, "look_form", forms.ExportReviewForm(request.POST), do)


def _act(
    request: HttpRequest,
    pk: int,
    name: str,
    form: django_forms.Form,
    do: Callable[[Duty, dict[str, Any]], None],
) -> HttpResponse:
    duty, sent = _duty_or_404(request, pk), Submission(request, form)
    if sent.valid:
        with sent:
            do(duty, form.cleaned_data)
            return redirect("dems:index")
    return _page(request, _duty_or_404(request, pk), sent, **{name: form})
