"""DEMS exports due: the list, and one duty with the owner's export and the supervisor's review."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward.alerts.audience.alerts import alerts_for
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.evidence.dems import actions, forms, page, rules
from plateward.evidence.dems.duties import is_reviewer
from plateward.evidence.dems.models import Duty
from plateward.evidence.dems.rules import DutyStepKind
from plateward.evidence.dems.service import client
from plateward.evidence.numbers import number_of
from plateward.pages.acts import Submission
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.decision import Allow
from plateward.policy.trace import enforces


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The viewer's duties and their people's, overdue first. Context: mine, theirs and past, each a list of
    Duty; reviews: whether the viewer can have people; connected: whether the hub exports to DEMS itself."""
    me = person_of(request)
    own, reviewable = page.open_duties(me)
    record(actor_of(request), Event.DEMS_VIEW, "DEMS exports due", mine=len(own), theirs=len(reviewable))
    context = {
        "mine": own,
        "theirs": reviewable,
        "past": page.ended_duties(me),
        "reviews": Permission.ALERT_REVIEW in me.permissions,
        "connected": client() is not None,
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
    """Context: duty; upload, its last; steps, each a Step; waits, for a supervisor; may_open (the alert's page);
    connected; export_form, record_form and look_form, or None; refusal."""
    me = person_of(request)
    record(actor_of(request), Event.DEMS_VIEW, f"alert:{duty.alert_id}")
    context = {
        "duty": duty,
        "steps": list(duty.steps.all()),
        "waits": duty.standing.kind == DutyStepKind.EXPORTED,
        "upload": duty.upload,
        "connected": client() is not None,
        "may_open": Permission.ALERT_VIEW in me.permissions
        and alerts_for(me).filter(pk=duty.alert_id).exists(),
        **_forms(me, duty),
    }
    # Give back what was typed unless its form is closed now: then the page says why.
    changed = {key: value for key, value in changed.items() if context.get(key, True)}
    return sent.render("dems/duty.html", form=None, **context | changed)


def _forms(me: Person, duty: Duty) -> dict[str, Any]:
    status, export = duty.standing, duty.export
    initial: dict[str, Any] = {"number": duty.tag or number_of(duty.alert)}
    if export:
        initial |= {"item": export.item, "exported_at": export.exported_at}
    looks = status.kind == DutyStepKind.EXPORTED and me.pk not in (status.owner, status.recorder)
    connected = client() is not None
    exports = rules.may_export(status, me.pk, looks=is_reviewer(me, duty), connected=connected)
    return {
        "export_form": forms.NumberForm(initial=initial) if isinstance(exports, Allow) else None,
        "record_form": forms.RecordForm(initial=initial) if status.open and not connected else None,
        "look_form": forms.ExportReviewForm(initial={"looked_at": status.last})
        if looks and Permission.ALERT_REVIEW in me.permissions
        else None,
    }


@require_POST
@enforces("6.a.iv", "6.e.iv.4")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the hub export it; its page then shows the progress."""

    def do(duty: Duty, given: dict[str, Any]) -> None:
        actions.start_export(actor_of(request), duty, given["number"])
        messages.success(
            request,
            f"The export of alert {duty.alert_id} has begun. You may leave this page: the hub goes on.",
        )

    return _act(request, pk, "export_form", forms.NumberForm(request.POST), do, back="dems:duty")


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the hub try again now."""
    duty = _duty_or_404(request, pk)
    actions.try_now(actor_of(request), duty)
    return redirect("dems:duty", pk)


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far its export is, for its open page, which asks again and again: nothing, while that page is right."""
    duty = _duty_or_404(request, pk)
    upload = duty.upload
    if upload and upload.fingerprint == request.GET.get("shown"):
        return HttpResponse(status=204)
    record(actor_of(request), Event.DEMS_VIEW, f"alert:{duty.alert_id}", progress=True)
    return render(request, "dems/progress.html", {"duty": duty, "upload": upload})


@require_POST
@enforces("6.a.iv", "6.e.iv.4")
def request_package(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the evidence package made for an export by hand; it is downloaded on a page of its own."""
    duty, sent = _duty_or_404(request, pk), Submission(request)
    with sent:
        return redirect(actions.request_package(actor_of(request), duty))
    return _page(request, duty, sent)


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

    return _act(request, pk, "record_form", forms.RecordForm(request.POST), do)


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
    back: str = "dems:index",
) -> HttpResponse:
    duty, sent = _duty_or_404(request, pk), Submission(request, form)
    if sent.valid:
        with sent:
            do(duty, form.cleaned_data)
            return redirect(back, pk) if back == "dems:duty" else redirect(back)
    return _page(request, _duty_or_404(request, pk), sent, **{name: form})
