"""What is asked about a reader's place."""

from typing import Any

from django import forms

from plateward.core.pages.fields import LongTextField, MinuteField
from plateward.field.fleet.placements.rules import LARGEST_RADIUS_M
from plateward.field.fleet.where import Basis
from plateward.ground.policy.parameters import PlaceKind
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person, Unit

AREA = ("lat", "lon", "radius_m")


def _degrees(label: str, most: int, help_text: str, *, required: bool = True) -> forms.FloatField:
    return forms.FloatField(
        label=label, min_value=-most, max_value=most, help_text=help_text, required=required
    )


@enforces("6.a.ii.1/basis")
class DeploymentForm(forms.Form):
    """Where it records, why it may, and from when until when."""

    place = forms.CharField(
        label="Place", max_length=120, help_text="A road, a lot, or the area that it patrols."
    )
    basis = forms.ChoiceField(
        label="Basis",
        choices=Basis.choices,
        widget=forms.RadioSelect,
        help_text="Once approved, a court order ends the reader’s deployments in public view that overlap it. After "
        "it, the reader records again only under a new deployment.",
    )
    grounds = LongTextField(
        2,
        label="Grounds",
        max_length=400,
        help_text="How the place is exposed to public view; or the court, the number and the scope of its order.",
    )
    begins_at = MinuteField(
        label="Begins",
        help_text="Reads from before then are dropped, unless an earlier deployment covers them.",
    )
    ends_at = MinuteField(
        label="Ends", required=False, help_text="A court order or warrant always has an end."
    )
    lat = _degrees(
        "Latitude", 90, "Of the center of its area, in degrees. Or select it on the map.", required=False
    )
    lon = _degrees("Longitude", 180, "Of the center, in degrees; negative in New Mexico.", required=False)
    radius_m = forms.IntegerField(
        label="Radius in meters",
        required=False,
        min_value=1,
        max_value=LARGEST_RADIUS_M,
        help_text="How far its area goes. A deployment in public view is shown on the map with its area; a court order "
        "is not. It goes before exclusion zones only within its area: enter the scope of the order.",
    )

    def clean(self) -> dict[str, Any]:
        """An area is whole, or there is none."""
        data = super().clean() or {}
        given = {name: data.get(name) for name in AREA}
        if any(value is not None for value in given.values()):
            for name, value in given.items():
                if value is None and name not in self.errors:
                    self.add_error(name, "An area needs its center and its radius. Enter all three, or none.")
        return data

    def values(self) -> dict[str, Any]:
        """What actions.record_deployment takes, from a valid form."""
        data = dict(self.cleaned_data)
        area = tuple(data.pop(name) for name in AREA)
        return {**data, "area": None if area[0] is None else area}


class ZoneForm(forms.Form):
    """A circle in which no read is kept."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="What is there, such as a clinic or a place of worship. It is on the map and on record.",
    )
    kind = forms.ChoiceField(
        label="Kind of place",
        choices=[("", "Choose"), *PlaceKind.choices()],
        help_text="Laws name kinds of places at which readers may not record.",
    )
    lat = _degrees("Latitude", 90, "Of its center, in degrees. Or select the place on the map.")
    lon = _degrees("Longitude", 180, "Of its center, in degrees; negative in New Mexico.")
    radius_m = forms.IntegerField(
        label="Radius in meters",
        min_value=1,
        help_text="Reads from within this distance of the center are dropped, except under a court order for it.",
    )
    reason = LongTextField(
        2, label="Reason", max_length=400, help_text="What is not exposed to public view there."
    )


class EndForm(forms.Form):
    """Why it ends."""

    reason = forms.CharField(
        label="Why it ends",
        max_length=400,
        help_text="It stays on record.",
    )


class TransferForm(forms.Form):
    """To which unit, in which vehicle, and why."""

    to = forms.ModelChoiceField(
        label="To unit",
        queryset=Unit.objects.select_related("district"),
        help_text="The unit that gets the reader: one of another area, or any for a first installation. Command staff "
        "must approve.",
    )
    vehicle = forms.CharField(label="Vehicle", max_length=60, help_text="Its fleet number.")
    reason = LongTextField(
        2,
        label="Reason",
        max_length=400,
        help_text="Why the reader is needed there. Command staff decide based on this.",
    )


class DecisionForm(forms.Form):
    """Command staff's decision on a deployment, or on a transfer with the reader's present unit."""

    approved = forms.ChoiceField(
        label="Decision", choices=[("yes", "Approve"), ("no", "Deny")], widget=forms.RadioSelect
    )
    answer = LongTextField(
        2, label="Reason", max_length=400, required=False, help_text="Required if you deny it."
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**53, widget=forms.HiddenInput)


class AssignForm(forms.Form):
    """Who gets the vehicle."""

    person = forms.ModelChoiceField(
        label="Officer or inspector",
        queryset=Person.objects.exclude(role="").exclude(unit=None),
        help_text="Someone in the reader’s own area.",
    )


class IncidentForm(forms.Form):
    """What happened, and when."""

    happened_at = MinuteField(
        label="When it happened", help_text="When the event took place, not when you record it."
    )
    number = forms.CharField(
        label="CAD or case number",
        max_length=40,
        required=False,
        help_text="The case or call that the incident belongs to, so that others find its record.",
    )
    text = LongTextField(
        3, label="What happened", max_length=2000, help_text="Do not name persons or plates."
    )
