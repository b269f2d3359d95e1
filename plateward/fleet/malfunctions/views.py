"""Malfunctions: the list, a report, one with its repairs; and whom the administrator authorized to repair."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.fleet.checks.models import Check
from plateward.fleet.malfunctions import actions, forms
from plateward.fleet.malfunctions.listing import theirs
from plateward.fleet.malfunctions.models import Authorization, Malfunction
from plateward.fleet.models import Reader
from plateward.fleet.reach import readers_for
from plateward.pages.acts import Submission, failure_as_message
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces

LAST = 20


@require_GET
@enforces("6.e.iv.2")
def index(request: HttpRequest) -> HttpResponse:
    """Open malfunctions, the oldest first, and the last that were repaired. Context: open, past, administers."""
    person = person_of(request)
    record(who_is(request), Event.MALFUNCTION_VIEW, "malfunctions")
    every = theirs(person)
    open_ones = list(every.open().order_by("pk"))
    past = every.exclude(pk__in=[one.pk for one in open_ones]).order_by("-pk")[:LAST]
    return render(request, "fleet/malfunctions.html", {"open": open_ones, "past": past})


@require_http_methods(["GET", "POST"])
@enforces("6.e.iv.2")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a malfunction of any reader. Context: reader, form, refusal."""
    reader = get_object_or_404(Reader.objects.select_related("unit"), pk=pk)
    given = request.GET.get("alert", "")
    number = given if given.isascii() and given.isdigit() and len(given) < 16 else None
    form = forms.Report(request.POST or None, initial={"alert": number})
    sent = Submission(request, form)
    if sent.valid:
        said = form.cleaned_data
        with sent:
            made = actions.report(
                who_is(request), person_of(request), reader, said["what"], said["words"], alert=said["alert"]
            )
            messages.success(request, _told(made))
            return redirect("malfunctions:one", made.pk)
    else:
        record(who_is(request), Event.MALFUNCTION_VIEW, f"reader:{reader.name}")
    context = {"reader": reader, "form": form, "refusal": sent.refusal, "alert": form["alert"].value()}
    return render(request, "fleet/report.html", context, status=sent.status)


@require_POST
@enforces("6.e.iv.1", "6.e.iv.2")
def report_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Report what a failed check found, by one press."""
    person = person_of(request)
    check = get_object_or_404(Check.objects.select_related("reader"), pk=pk, reader__in=readers_for(person))
    with failure_as_message(request):
        made = actions.report_check(who_is(request), person, check)
        messages.success(request, _told(made))
        return redirect("malfunctions:one", made.pk)
    return redirect("checks:reader", check.reader_id)


def _told(made: Malfunction) -> str:
    return f"Reported: {made.told}. Your supervisor and the ALPR administrator are told. Repair nothing yourself."


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One malfunction with its repairs."""
    found = get_object_or_404(theirs(person_of(request)), pk=pk)
    return _one(request, found, Submission(request))


@require_POST
@enforces("6.e.iv.2")
def repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a repair. Whoever is not authorized is refused, whatever the form says, and on the log."""
    person = person_of(request)
    found = get_object_or_404(theirs(person), pk=pk)
    form = forms.Repaired(request.POST)
    sent = Submission(request, form)
    if not sent.valid and _own(person):
        return _one(request, found, sent, form=form)
    said = form.cleaned_data
    with sent:
        made = actions.repair(
            who_is(request),
            person,
            found,
            said.get("done", ""),
            said.get("parts", ""),
            working=said.get("working") == "yes",
            vendor=said.get("vendor"),
        )
        became = (
            "It works again: its unit is asked for a function check." if made.working else "It stays open."
        )
        messages.success(request, f"Recorded. {became}")
        return redirect("malfunctions:one", pk)
    return _one(request, found, sent, form=form)


def _own(person: Person) -> Authorization | None:
    """The authorization under which this person repairs."""
    if Permission.REPAIR_RECORD not in person.permissions:
        return None
    return Authorization.objects.live().filter(person=person).first()


def _one(
    request: HttpRequest, found: Malfunction, sent: Submission, form: forms.Repaired | None = None
) -> HttpResponse:
    """Context: malfunction, form or None, unsaved (what was typed where no form is offered), technician, alerts and
    may_open (whether the alert's and the reader's pages are open to this person), refusal."""
    person = person_of(request)
    record(who_is(request), Event.MALFUNCTION_VIEW, f"reader:{found.reader.name}", malfunction=found.pk)
    offered = _own(person) is not None and found.repaired_at is None
    context = {
        "malfunction": found,
        "form": (form or forms.Repaired()) if offered else None,
        "unsaved": [
            {"label": field.label, "value": field.value()}
            for field in (form if form and not offered else ())
            if field.name in ("done", "parts") and field.value()
        ],
        "technician": Permission.REPAIR_RECORD in person.permissions,
        "alerts": Permission.ALERT_VIEW in person.permissions,
        "may_open": readers_for(person).filter(pk=found.reader_id).exists()
        and Permission.CHECK_VIEW in person.permissions,
        "refusal": sent.refusal,
    }
    return render(request, "fleet/malfunction.html", context, status=sent.status)


@require_http_methods(["GET", "POST"])
@enforces("6.e.iv.2")
def technicians(request: HttpRequest) -> HttpResponse:
    """Who may repair, and one more."""
    form = forms.Authorize(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            made = actions.authorize(who_is(request), person_of(request), **form.cleaned_data)
            messages.success(request, f"{made} may repair readers from now on.")
            return redirect("malfunctions:technicians")
    return _technicians(request, sent, form=form)


@require_POST
@enforces("6.e.iv.2")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an authorization."""
    found = get_object_or_404(Authorization.objects.select_related("person"), pk=pk)
    form = forms.End(request.POST)
    sent = Submission(request, form)
    if not sent.valid:
        return _technicians(request, sent, ending=found.pk, end_errors=form.errors["why"])
    with sent:
        actions.end(who_is(request), person_of(request), found, form.cleaned_data["why"])
        messages.success(request, f"{found} may repair no reader any more.")
        return redirect("malfunctions:technicians")
    return _technicians(request, sent, ending=found.pk, typed=form.data["why"])


def _technicians(request: HttpRequest, sent: Submission, **more: Any) -> HttpResponse:
    """Context: authorizations, form; of an end that was not recorded its key (ending), end_errors, typed; refusal."""
    record(who_is(request), Event.MALFUNCTION_VIEW, "technicians")
    every = Authorization.objects.select_related("person", "by", "ending__by").order_by("-pk")
    context = {"authorizations": every, "form": forms.Authorize(), "refusal": sent.refusal} | more
    return render(request, "fleet/technicians.html", context, status=sent.status)
