"""Units and districts on one page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, failure_as_message
from plateward.people.http import actor_of
from plateward.people.models import District, Unit
from plateward.people.units import actions


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Unit
        fields = ["name", "district"]
        labels = {"name": "Unit"}
        help_texts = {
            "name": "As in Unit 12. Shown on alerts; readers belong to it.",
            "district": "Where the unit works. A reader goes to another district only by an approved transfer.",
        }


class DistrictForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = District
        fields = ["name"]
        labels = {"name": "District"}
        help_texts = {"name": "As in District 5. Units, with their people and readers, belong to it."}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every unit and district, with how many people are there, and two forms to add one."""
    return _render_index(request, {})


def _render_index(request: HttpRequest, refused: dict[str, Any]) -> HttpResponse:
    record(actor_of(request), Event.PERSON_VIEW, "units and districts")
    context = {
        "units": Unit.objects.select_related("district").annotate(count=Count("people")),
        "districts": District.objects.annotate(count=Count("units__people")),
        "unit_form": UnitForm(auto_id="unit_%s"),
        "district_form": DistrictForm(auto_id="district_%s"),
    } | refused
    return render(request, "people/places.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
def edit_unit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk) if pk else Unit()
    return _handle_edit(request, UnitForm(request.POST or None, instance=unit, auto_id="unit_%s"), "unit")


@require_http_methods(["GET", "POST"])
def edit_district(request: HttpRequest, pk: int = 0) -> HttpResponse:
    district = get_object_or_404(District, pk=pk) if pk else District()
    form = DistrictForm(request.POST or None, instance=district, auto_id="district_%s")
    return _handle_edit(request, form, "district")


def _handle_edit(request: HttpRequest, form: UnitForm | DistrictForm, kind: str) -> HttpResponse:
    place: actions.UnitOrDistrict = form.instance
    if request.method == "POST" and "remove" in request.POST and place.pk:
        name = place.name
        with failure_as_message(request):
            actions.remove_place(actor_of(request), place)
            messages.success(request, f"{name} is removed.")
        return redirect("people:places")
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            actions.save_place(actor_of(request), place)
            return sent.done(f"{place.name} is saved.", "people:places")
    if not place.pk and request.method == "POST":
        return _render_index(request, {f"{kind}_form": form})
    if place.pk:
        record(actor_of(request), Event.PERSON_VIEW, f"{kind}:{place.pk}")
    return sent.render("people/place.html", place=place, kind=kind)
