"""The storage systems on one page, with what the administrator may record."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.fields import DayField, LongTextField, OneOfField
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission
from plateward.work.retention.storage import actions
from plateward.work.retention.storage.models import Storage
from plateward.work.retention.storage.rules import StorageKind

PAGE = "retention:storage"


class StorageForm(forms.Form):
    """A storage that was approved."""

    kind = OneOfField(StorageKind, "What it is", "The policy wants both: hits and reads, and evidence.")
    vendor = forms.CharField(max_length=100, help_text="The company, or the agency's own unit that runs it.")
    contract = forms.CharField(max_length=100, help_text="Its number, or the order that stands for it.")
    approved_by = forms.CharField(
        label="Approved by",
        max_length=100,
        help_text="Rank or office, and name, of the person who approved the vendor.",
    )
    approved_on = DayField(label="Approved on", help_text="The first check is due a year later.")


class CheckForm(forms.Form):
    """What a check found."""

    checked_on = DayField(label="Checked on", help_text="The next one is due a year later.")
    sound = forms.TypedChoiceField(
        label="Result",
        coerce=lambda text: text == "yes",
        choices=[("yes", "As approved"), ("no", "Not as approved")],
        widget=forms.RadioSelect,
        help_text="Whether contract, encryption and access are as they were approved.",
    )
    finding = LongTextField(
        3, label="What the check found", max_length=1000, help_text="What you looked at, and the result."
    )


class EndForm(forms.Form):
    """Why it is no longer in use."""

    reason = LongTextField(
        2, label="Why it is no longer in use", max_length=400, help_text="And where its records are now."
    )


@require_GET
@enforces("6.h.ii/storage")
def storage(request: HttpRequest) -> HttpResponse:
    """All storage systems, those in use first."""
    return _render(request, Submission(request))


@require_POST
@enforces("6.h.ii/storage")
def record_storage(request: HttpRequest) -> HttpResponse:
    """Record one."""
    sent, form = submitted(request, StorageForm)
    if sent.valid:
        with sent:
            made = actions.record_storage(actor_of(request), **form.cleaned_data)
            return sent.done(f"Recorded: {made}.", PAGE)
    return _render(request, sent)


@require_POST
@enforces("6.h.ii/storage")
def check_storage(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a check of one."""
    row = get_object_or_404(Storage, pk=pk)
    sent, form = submitted(request, CheckForm, auto_id=_auto_id("check", pk))
    if sent.valid:
        with sent:
            actions.record_check(actor_of(request), row, **form.cleaned_data)
            return sent.done(f"Check recorded: {row}.", PAGE)
    return _render(request, sent, pk)


@require_POST
@enforces("6.h.ii/storage")
def end_storage(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that one is no longer in use."""
    row = get_object_or_404(Storage, pk=pk)
    sent, form = submitted(request, EndForm, auto_id=_auto_id("end", pk))
    if sent.valid:
        with sent:
            actions.end_storage(actor_of(request), row, form.cleaned_data["reason"])
            return sent.done(f"No longer in use: {row}.", PAGE)
    return _render(request, sent, pk)


def _auto_id(act: str, pk: int) -> str:
    return f"{act}-{pk}-%s"


def _render(request: HttpRequest, sent: Submission, pk: int | None = None) -> HttpResponse:
    """Context: rows, of {storage, check and end (forms or None)}; form, to record one, or None; missing, the kinds that
    have none in use; refusal. `pk`: whose form was sent."""
    record(actor_of(request), Event.RETENTION_VIEW, "storage")
    may = Permission.RETENTION_ADMINISTER in person_of(request).permissions
    every = Storage.objects.select_related("by", "ended_by").prefetch_related("checks__by")
    used = {row.kind for row in every if row.ended_at is None}

    def forms_of(row: Storage) -> dict[str, Any]:
        blank = Submission(request) if row.pk != pk else sent
        offered = may and row.ended_at is None
        return {
            "check": blank.form_of(CheckForm, offered=offered, auto_id=_auto_id("check", row.pk)),
            "end": blank.form_of(EndForm, offered=offered, auto_id=_auto_id("end", row.pk)),
        }

    rows = [{"storage": row, **forms_of(row)} for row in every]
    return sent.render(
        "retention/storage.html",
        rows=sorted(rows, key=lambda row: row["storage"].ended_at is not None),
        missing=[kind.label for kind in StorageKind if kind not in used],
        form=sent.form_of(StorageForm, offered=may),
    )
