"""The register's page, and importing a file of vehicles in two steps: preview, then apply."""

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages import uploads
from plateward.core.pages.acts import Submission, failure_as_message, submitted
from plateward.core.pages.fields import ButtonsField, PlateField
from plateward.core.pages.lists import page_of
from plateward.core.pages.uploads import SHOWN, TableFile
from plateward.field.hotlists.protected import actions
from plateward.field.hotlists.protected.lookup import listed_vehicles
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.protected.table import COLUMNS
from plateward.field.hotlists.states import STATES
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person, Unit

HELP = "Columns: plate, state, kind (agency or personal); if known, person (the account) and unit."
ORDER = (F("ended_at").desc(nulls_first=True), "bare", "state", "pk")


class VehicleForm(forms.Form):
    """One vehicle."""

    plate = PlateField(label="Plate", help_text="As written.")
    state = forms.ChoiceField(
        label="State",
        choices=[("", "Choose"), *STATES.items()],
        help_text="The issuing state.",
    )
    kind = ButtonsField(
        Vehicle.Kind.choices,
        "Kind",
        "Who owns it. Requests and files that name it are held for a second look.",
    )
    person = forms.ModelChoiceField(
        Person.objects.order_by("full_name"),
        required=False,
        label="Person",
        help_text="Owner or assigned person. They can neither list it nor decide on it.",
    )
    unit = forms.ModelChoiceField(
        Unit.objects,
        required=False,
        label="Unit",
        help_text="The unit that drives it, if it is the agency's.",
    )


@require_http_methods(["GET", "POST"])
def show_register(request: HttpRequest) -> HttpResponse:
    """The vehicles, those in force first, the entries that name one now, and a form to add one. Context:
    page, listed (pairs of Entry and vehicles), limit, names, form, refusal."""
    sent, form = submitted(request, VehicleForm)
    if sent.valid:
        with sent:
            vehicle = actions.add_vehicle(actor_of(request), **form.cleaned_data)
            return sent.done(f"{vehicle} is in the register.", "hotlists:protected")
    every = Vehicle.objects.select_related("person", "unit").order_by(*ORDER)
    page = page_of(request, every, 100)
    listed = listed_vehicles(person_of(request))
    record(
        actor_of(request), Event.PROTECTED_VIEW, "protected-vehicles", page=page.number, listed=len(listed)
    )
    names = names_of(key for vehicle in page for key in (vehicle.added_by, vehicle.ended_by))
    return sent.render("hotlists/protected/register.html", page=page, listed=listed, limit=SHOWN, names=names)


@require_POST
def end_vehicle(request: HttpRequest, pk: int) -> HttpResponse:
    """The vehicle no longer belongs to the agency or the person."""
    vehicle = get_object_or_404(Vehicle, pk=pk)
    with failure_as_message(request):
        actions.end_vehicle(actor_of(request), vehicle)
        messages.success(request, f"{vehicle} has ended in the register. Its row is kept.")
    return redirect("hotlists:protected")


@require_http_methods(["GET", "POST"])
def import_vehicles(request: HttpRequest) -> HttpResponse:
    """Preview a file: what it would add and which lines are rejected; with `upload`, import it. Context:
    form; preview, or None; limit."""
    if "upload" in request.POST:
        return _import(request)
    form = TableFile(COLUMNS, HELP, request.POST or None, request.FILES or None)
    preview, sent = None, Submission(request, form)
    if sent.valid:
        with sent:
            preview = actions.preview_vehicles(actor_of(request), form.file_name, form.cleaned_data["file"])
    return sent.render("hotlists/protected/import.html", preview=preview, limit=SHOWN)


def _import(request: HttpRequest) -> HttpResponse:
    with failure_as_message(request):
        upload = uploads.waiting(actor_of(request), actions.PURPOSE, request.POST["upload"])
        done = actions.import_vehicles(actor_of(request), upload)
        added, bad = len(done.rows), len(done.rejections)
        messages.success(
            request, f"{added:,} vehicle{'s' * (added != 1)} added; {bad:,} line{'s' * (bad != 1)} rejected."
        )
        return redirect("hotlists:protected")
    return redirect("hotlists:protected_import")
