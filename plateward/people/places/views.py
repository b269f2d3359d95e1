"""Units and districts on one page."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission, failure_as_message
from plateward.people.http import who_is
from plateward.people.models import District, Unit
from plateward.people.places import actions
from plateward.people.places.forms import DistrictForm, UnitForm


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every unit and district, with how many people are there, and two forms to add one."""
    return _index(request, {})


def _index(request: HttpRequest, forms: dict[str, Any]) -> HttpResponse:
    record(who_is(request), Event.PERSON_VIEW, "units and districts")
    context = {
        "units": Unit.objects.select_related("district").annotate(count=Count("people")),
        "districts": District.objects.annotate(count=Count("units__people")),
        "unit_form": UnitForm(auto_id="unit_%s"),
        "district_form": DistrictForm(auto_id="district_%s"),
    } | forms
    return render(request, "people/places.html", context, status=422 if forms else 200)


@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Add a unit, or rename, move or remove one."""
    found = get_object_or_404(Unit, pk=pk) if pk else Unit()
    initial = {"name": found.name, "district": found.district_id}
    form = UnitForm(request.POST or None, initial=initial, auto_id="unit_%s")
    return _edit(request, found, form, "unit")


@require_http_methods(["GET", "POST"])
def district(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Add a district, or rename or remove one."""
    found = get_object_or_404(District, pk=pk) if pk else District()
    form = DistrictForm(request.POST or None, initial={"name": found.name}, auto_id="district_%s")
    return _edit(request, found, form, "district")


def _edit(request: HttpRequest, found: actions.Place, form: Any, kind: str) -> HttpResponse:
    if request.method == "POST" and "remove" in request.POST and found.pk:
        name = found.name
        with failure_as_message(request):
            actions.remove(who_is(request), found)
            messages.success(request, f"{name} is removed.")
        return redirect("people:places")
    sent = Submission(request, form)
    if sent.valid:
        given = form.cleaned_data
        found.name = given["name"]
        if isinstance(found, Unit):
            found.district = given["district"]
        with sent:
            actions.keep(who_is(request), found)
            messages.success(request, f"{found.name} is stored.")
            return redirect("people:places")
    if not found.pk and request.method == "POST":
        return _index(request, {f"{kind}_form": form})
    if found.pk:
        record(who_is(request), Event.PERSON_VIEW, f"{kind}:{found.pk}")
    context = {"form": form, "place": found, "kind": kind}
    return render(request, "people/place.html", context, status=sent.status)
