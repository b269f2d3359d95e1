"""DEMS exports due: the list, and one duty with the owner's export and the supervisor's review."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.cases.forms import NumberField
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.fields import ButtonsField, LongTextField, MinuteField
from plateward.ground.policy.decision import Allow
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.evidence.dems import actions, page, rules
from plateward.work.evidence.dems.duties import is_reviewer
from plateward.work.evidence.dems.models import Duty
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.service import client
from plateward.work.evidence.numbers import number_of


class NumberForm(forms.Form):
    """The number of an export."""

    number = NumberField(label="Case or CAD number", help_text="The number that tags the DEMS record.")


class RecordForm(forms.Form):
    """Where DEMS has what was exported by hand."""

    number = NumberField(label="Case or CAD number", help_text="The number that tags the DEMS record.")
    item = forms.CharField(
        label="DEMS item number",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="The number that DEMS gave the item. Your supervisor finds the export by it.",
    )
    exported_at = MinuteField(label="Time of the export", help_text="As DEMS shows it.")


class ExportReviewForm(forms.Form):
    """Seen in DEMS, or not."""

    seen = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    decision = ButtonsField(
        [("confirm", "Confirm: found under that number"), ("return", "Return: not there as recorded")],
        "In DEMS",
    )
    words = LongTextField(
        3,
        label="What is wrong",
        max_length=1000,
        required=False,
        help_text="Needed if you return it. The export is due again, and its owner reads this.",
    )


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
    return _page(request, pk, Submission(request))


def _duty_or_404(request: HttpRequest, pk: int) -> Duty:
    duty = get_object_or_404(page.all_duties(), pk=pk)
    if not page.may_open(duty, person_of(request)):
        raise Http404
    return duty


def _page(request: HttpRequest, pk: int, sent: Submission) -> HttpResponse:
    """Context: duty; upload, its last; steps, each a Step; waits, for a supervisor; may_open (the alert's page);
    connected; export_form, record_form and look_form, or None; refusal."""
    me, duty = person_of(request), _duty_or_404(request, pk)
    record(actor_of(request), Event.DEMS_VIEW, duty.thing)
    status, connected, last = duty.standing, client() is not None, duty.export
    initial: dict[str, Any] = {"number": duty.tag or (number_of(duty.alert) if duty.alert else "")}
    if last:
        initial |= {"item": last.item, "exported_at": last.exported_at}
    waits = status.kind == DutyStepKind.EXPORTED
    reviews = (
        waits and me.pk not in (status.owner, status.recorder) and Permission.ALERT_REVIEW in me.permissions
    )
    exports = rules.may_export(status, me.pk, looks=is_reviewer(me, duty), connected=connected)

    def form(kind: type[forms.Form], *, offered: bool, **values: Any) -> forms.Form | None:
        """With what was typed, unless it is closed now: then the page says why."""
        return sent.form_of(kind, initial=values) if offered else None

    return sent.render(
        "dems/duty.html",
        form=None,
        duty=duty,
        steps=list(duty.steps.all()),
        waits=waits,
        upload=duty.upload,
        connected=connected,
        may_open=Permission.ALERT_VIEW in me.permissions
        and alerts_for(me).filter(pk__in=duty.alerts).exists(),
        export_form=form(NumberForm, offered=isinstance(exports, Allow), **initial),
        record_form=form(RecordForm, offered=status.open and not connected, **initial),
        look_form=form(ExportReviewForm, offered=reviews, seen=status.last),
    )


@require_POST
@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the hub export it; its page then shows the progress."""
    duty, (sent, form) = _duty_or_404(request, pk), submitted(request, NumberForm)
    if sent.valid:
        with sent:
            actions.start_export(actor_of(request), duty, form.cleaned_data["number"])
            begun = f"The export of {duty.subject} has begun. You may leave this page; the export continues."
            return sent.done(begun, "dems:duty", pk)
    return _page(request, pk, sent)


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
    record(actor_of(request), Event.DEMS_VIEW, duty.thing, progress=True)
    return render(request, "dems/progress.html", {"duty": duty, "upload": upload})


@require_POST
@enforces("6.a.iv/download", "6.e.iv.4/evidence")
def request_package(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the evidence package made for an export by hand; it is downloaded on a page of its own."""
    duty, sent = _duty_or_404(request, pk), Submission(request)
    with sent:
        return redirect(actions.request_package(actor_of(request), duty))
    return _page(request, pk, sent)


@require_POST
def record_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an export made by hand in DEMS."""
    duty, (sent, form) = _duty_or_404(request, pk), submitted(request, RecordForm)
    if sent.valid:
        with sent:
            actions.record_export(actor_of(request), duty, **form.cleaned_data)
            recorded = f"The export of {duty.subject} is recorded. A supervisor must confirm it."
            return sent.done(recorded, "dems:index")
    return _page(request, pk, sent)


@require_POST
def review_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The supervisor saw it in DEMS, or returns it."""
    duty, (sent, form) = _duty_or_404(request, pk), submitted(request, ExportReviewForm)
    if sent.valid:
        given = form.cleaned_data
        with sent:
            if given["decision"] == "confirm":
                actions.confirm_export(actor_of(request), duty, given["seen"])
                return sent.done(f"{duty.subject.capitalize()} is in DEMS; no export is due.", "dems:index")
            actions.return_export(actor_of(request), duty, given["seen"], given["words"])
            returned = f"The export of {duty.subject} is returned to {duty.by}."
            return sent.done(returned, "dems:index")
    return _page(request, pk, sent)
