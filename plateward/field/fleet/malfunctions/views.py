"""Malfunctions: the list, reporting, one with its repairs; modifications; and the authorized technicians."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, failure_as_message, submitted
from plateward.core.pages.fields import LongTextField, OneOfField, parse_number
from plateward.core.pages.lists import page_of
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.malfunctions import actions
from plateward.field.fleet.malfunctions.models import (
    Authorization,
    EquipmentChange,
    Malfunction,
    Malfunctions,
    Modification,
)
from plateward.field.fleet.malfunctions.rules import LONGEST_TEXT, MalfunctionKind, RepairOutcome, Severity
from plateward.field.fleet.models import Reader
from plateward.field.fleet.reach import SEES_ALL_READERS, readers_for
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role

MOST_REPAIRED = 20


class ReportForm(forms.Form):
    """What is broken."""

    what = forms.MultipleChoiceField(
        label="What is broken",
        choices=MalfunctionKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Check all that apply. Alerts of this reader say that it has a malfunction until it is repaired.",
    )
    severity = OneOfField(
        Severity,
        "How severe",
        "It sets by when the reader is to be repaired or replaced: within 1, 3 or 14 days.",
    )
    words = LongTextField(
        4,
        label="What you see",
        max_length=LONGEST_TEXT,
        help_text="What happens, and since when. Do not name persons or plates.",
    )
    alert = forms.IntegerField(required=False, min_value=1, max_value=2**53, widget=forms.HiddenInput)


class WorkForm(forms.Form):
    """What was done, and by whom."""

    vendor = forms.ModelChoiceField(
        label="Done by",
        queryset=Authorization.objects.live().filter(person=None),
        required=False,
        empty_label="Me",
        help_text="You, or a vendor authorized by the ALPR administrator.",
    )
    done = LongTextField(
        4,
        label="What was done",
        max_length=LONGEST_TEXT,
        help_text="Enough for the next technician: what was wrong, and what you changed.",
    )
    parts = forms.CharField(
        label="Parts",
        max_length=200,
        required=False,
        help_text="Replaced parts, with serial numbers if they have any.",
    )


class RepairForm(WorkForm):
    """What came of it, too."""

    outcome = OneOfField(
        RepairOutcome,
        "Outcome",
        "Repaired or replaced, the malfunction is closed, and its unit does a start-of-shift check next.",
    )
    replacement = forms.CharField(
        label="Replacing unit",
        max_length=100,
        required=False,
        help_text="If replaced: its serial number or asset tag or, if it is enrolled as another reader, that name.",
    )


class ModificationForm(WorkForm):
    """Of what, too."""

    reader = forms.ModelChoiceField(
        label="Modified",
        queryset=Reader.objects.filter(revoked_at=None),
        required=False,
        empty_label="The system: servers, network or software",
        help_text="A modified reader needs a start-of-shift check before its alerts count as checked.",
    )
    field_order = ("reader",)


class AuthorizationForm(forms.Form):
    """A technician, or a vendor."""

    technician = forms.ModelChoiceField(
        label="Technician",
        queryset=Person.objects.filter(role=Role.IT_SUPPORT),
        required=False,
        empty_label="None (vendor)",
        help_text="An account with the role IT support. This person may then record repairs.",
    )
    vendor = forms.CharField(
        label="Vendor (if not a technician)",
        max_length=100,
        required=False,
        help_text="A company without accounts. A technician records the repair and names it.",
    )
    why = forms.CharField(
        label="Basis", max_length=400, help_text="Training, certificate or contract number."
    )


class EndAuthorizationForm(forms.Form):
    """Why an authorization ends."""

    why = forms.CharField(
        label="Why it ends",
        max_length=400,
        help_text="They can no longer record repairs. Earlier repairs stay on record.",
    )


@enforces("6.b.i.8/scope")
def malfunctions_for(person: Person) -> Malfunctions:
    """Malfunctions of readers that the person may see, and those that they reported."""
    every: Malfunctions = Malfunction.objects.all()
    every = every.select_related("reader__unit", "by").prefetch_related(
        "repairs__by", "repairs__under__person"
    )
    return every.filter(Q(reader__in=readers_for(person)) | Q(by=person))


@require_GET
@enforces("6.e.iv.2/report", "6.e.iv.2/repairs")
def list_malfunctions(request: HttpRequest) -> HttpResponse:
    """Open malfunctions, oldest first, and the last repaired ones. Context: open, past."""
    record(actor_of(request), Event.MALFUNCTION_VIEW, "malfunctions")
    malfunctions = malfunctions_for(person_of(request))
    still_open = Malfunction.objects.open()
    past = malfunctions.exclude(pk__in=still_open.values("pk")).order_by("-pk")[:MOST_REPAIRED]
    context = {"open": malfunctions.open().order_by("pk"), "past": past}
    return render(request, "fleet/malfunctions.html", context)


@require_http_methods(["GET", "POST"])
@enforces("6.e.iv.2/report")
def report_malfunction(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a malfunction of any reader. Context: reader, form, refusal."""
    reader = get_object_or_404(Reader.objects.select_related("unit"), pk=pk)
    sent, form = submitted(request, ReportForm, initial={"alert": parse_number(request.GET.get("alert", ""))})
    if sent.valid:
        data = form.cleaned_data
        with sent:
            malfunction = actions.report_malfunction(
                actor_of(request),
                reader,
                data["what"],
                data["severity"],
                data["words"],
                alert=data["alert"],
            )
            return sent.done(_reported_message(malfunction), "malfunctions:malfunction", malfunction.pk)
    else:
        record(actor_of(request), Event.MALFUNCTION_VIEW, f"reader:{reader.name}")
    return sent.render("fleet/report.html", reader=reader, alert=form["alert"].value())


@require_POST
@enforces("6.e.iv.2/report")
def report_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Report what a failed check found, with one press."""
    person = person_of(request)
    check = get_object_or_404(
        ReaderCheck.objects.select_related("reader"), pk=pk, reader__in=readers_for(person)
    )
    with failure_as_message(request):
        malfunction = actions.report_check(actor_of(request), check)
        messages.success(request, _reported_message(malfunction))
        return redirect("malfunctions:malfunction", malfunction.pk)
    return redirect("checks:reader", check.reader_id)


def _reported_message(malfunction: Malfunction) -> str:
    return (
        f"Reported: {malfunction.summary}. Your supervisor and the ALPR administrator were notified. Do not "
        f"repair it yourself."
    )


@require_GET
def show_malfunction(request: HttpRequest, pk: int) -> HttpResponse:
    """One malfunction with its repairs."""
    malfunction = get_object_or_404(malfunctions_for(person_of(request)), pk=pk)
    return _render_malfunction(request, malfunction, Submission(request))


@require_POST
@enforces("6.e.iv.2/repairs")
def record_repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a repair. People without authorization are refused, whatever the form says, and it is logged."""
    person = person_of(request)
    malfunction = get_object_or_404(malfunctions_for(person), pk=pk)
    sent, form = submitted(request, RepairForm)
    if not sent.valid and _own_authorization(person):
        return _render_malfunction(request, malfunction, sent)
    data = form.cleaned_data
    with sent:
        repair = actions.record_repair(
            actor_of(request),
            malfunction,
            data.get("done", ""),
            data.get("parts", ""),
            data.get("outcome", ""),
            data.get("replacement", ""),
            vendor=data.get("vendor"),
        )
        became = "Its unit was asked for a start-of-shift check." if repair.working else "It stays open."
        return sent.done(f"Recorded: {repair.outcome_text}. {became}", "malfunctions:malfunction", pk)
    return _render_malfunction(request, malfunction, sent)


def _own_authorization(person: Person) -> Authorization | None:
    """This person's own authorization to repair."""
    if Permission.REPAIR_RECORD not in person.permissions:
        return None
    return Authorization.objects.live().filter(person=person).first()


def _render_malfunction(request: HttpRequest, malfunction: Malfunction, sent: Submission) -> HttpResponse:
    """Context: malfunction, form or None, unsaved (what was typed if no form is offered), may_open (whether
    this person may open the reader's page), refusal."""
    person = person_of(request)
    record(
        actor_of(request),
        Event.MALFUNCTION_VIEW,
        f"reader:{malfunction.reader.name}",
        malfunction=malfunction.pk,
    )
    offered = _own_authorization(person) is not None and malfunction.over_at is None
    typed = sent.form_of(RepairForm, offered=False)
    reachable = readers_for(person).filter(pk=malfunction.reader_id).exists()
    return sent.render(
        "fleet/malfunction.html",
        malfunction=malfunction,
        form=(typed or RepairForm()) if offered else None,
        unsaved=[] if offered else _unsaved(typed),
        may_open=reachable and Permission.CHECK_VIEW in person.permissions,
    )


def _unsaved(typed: forms.Form | None) -> list[dict[str, Any]]:
    """What was typed into a form that is no longer offered."""
    return [
        {"label": field.label, "value": field.value()}
        for field in typed or ()
        if field.name in ("done", "parts") and field.value()
    ]


@require_http_methods(["GET", "POST"])
@enforces("6.e.iv.2/repairs", "6.b.i.8/matrix")
def manage_modifications(request: HttpRequest) -> HttpResponse:
    """Modifications of the viewer's readers and, for those who see all readers, of the system; a form for authorized
    technicians. Others are refused, whatever the form says, and it is logged. Context: page, changes, form or None,
    unsaved, refusal."""
    person = person_of(request)
    offered = _own_authorization(person) is not None
    sent, form = submitted(request, ModificationForm)
    if request.method == "POST" and (sent.valid or not offered):
        data = form.cleaned_data
        with sent:
            made = actions.record_modification(
                actor_of(request),
                data.get("reader"),
                data.get("done", ""),
                data.get("parts", ""),
                vendor=data.get("vendor"),
            )
            return sent.done(f"Recorded: {made}.", "malfunctions:modifications")
    record(actor_of(request), Event.MALFUNCTION_VIEW, "modifications")
    rows = Modification.objects.select_related("reader", "under__person", "by").order_by("-pk")
    changes = EquipmentChange.objects.unrecorded().select_related("reader")
    if person.role not in SEES_ALL_READERS:
        rows = rows.filter(reader__in=readers_for(person))
        changes = changes.filter(reader__in=readers_for(person))
    typed = sent.form_of(ModificationForm)
    return sent.render(
        "fleet/modifications.html",
        page=page_of(request, rows.prefetch_related("changes")),
        changes=changes,
        form=typed if offered else None,
        unsaved=[] if offered else _unsaved(typed),
    )


@require_http_methods(["GET", "POST"])
@enforces("6.e.iv.2/repairs")
def manage_technicians(request: HttpRequest) -> HttpResponse:
    """The authorized technicians, and a form to add one."""
    sent, form = submitted(request, AuthorizationForm)
    if sent.valid:
        with sent:
            authorization = actions.authorize_technician(actor_of(request), **form.cleaned_data)
            return sent.done(
                f"{authorization} may now repair and modify readers.", "malfunctions:technicians"
            )
    return _render_technicians(request, sent)


@require_POST
@enforces("6.e.iv.2/repairs")
def end_authorization(request: HttpRequest, pk: int) -> HttpResponse:
    """End an authorization."""
    authorization = get_object_or_404(Authorization.objects.select_related("person"), pk=pk)
    sent, form = submitted(request, EndAuthorizationForm)
    if not sent.valid:
        return _render_technicians(request, sent, ending=authorization.pk, end_errors=form.errors["why"])
    with sent:
        actions.end_authorization(actor_of(request), authorization, form.cleaned_data["why"])
        return sent.done(
            f"{authorization} may no longer repair or modify readers.", "malfunctions:technicians"
        )
    return _render_technicians(request, sent, ending=authorization.pk, typed=form.data["why"])


def _render_technicians(request: HttpRequest, sent: Submission, **more: Any) -> HttpResponse:
    """Context: authorizations, form, refusal; of a failed end its key (ending), end_errors, typed."""
    record(actor_of(request), Event.MALFUNCTION_VIEW, "technicians")
    authorizations = Authorization.objects.select_related("person", "by", "ending__by").order_by("-pk")
    form = sent.form_of(AuthorizationForm)
    return sent.render("fleet/technicians.html", authorizations=authorizations, form=form, **more)
