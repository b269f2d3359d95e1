"""What is asked about a reader's place."""

from django import forms

from plateward.fleet.where import Basis
from plateward.pages.fields import LongTextField, MinuteField
from plateward.people.models import Person, Unit
from plateward.policy.trace import enforces


@enforces("6.a.ii.1")
class DeploymentForm(forms.Form):
    """Where it records, why it may, and from when until when."""

    place = forms.CharField(
        label="Place", max_length=120, help_text="A road, a lot, or the area that it patrols."
    )
    basis = forms.ChoiceField(
        label="Basis",
        choices=Basis.choices,
        widget=forms.RadioSelect,
        help_text="A court order ends the reader’s deployments in public view that overlap it. After it, the reader "
        "records again only under a new deployment.",
    )
    grounds = LongTextField(
        2,
        label="Grounds",
        max_length=400,
        help_text="How the place is exposed to public view; or the court, the number and the scope of its order.",
    )
    begins_at = MinuteField(label="Begins")
    ends_at = MinuteField(
        label="Ends", required=False, help_text="A court order or warrant always has an end."
    )


class ZoneForm(forms.Form):
    """A circle in which no read is kept."""

    name = forms.CharField(label="Name", max_length=120)
    lat = forms.FloatField(label="Latitude", min_value=-90, max_value=90)
    lon = forms.FloatField(label="Longitude", min_value=-180, max_value=180)
    radius_m = forms.IntegerField(label="Radius in meters", min_value=1)
    reason = LongTextField(
        2, label="Reason", max_length=400, help_text="What is not exposed to public view there."
    )


class EndForm(forms.Form):
    """Why it ends."""

    reason = forms.CharField(label="Why it ends", max_length=400)


class TransferForm(forms.Form):
    """To which unit, in which vehicle, and why."""

    to = forms.ModelChoiceField(label="To unit", queryset=Unit.objects.select_related("district"))
    vehicle = forms.CharField(label="Vehicle", max_length=60, help_text="Its fleet number.")
    reason = LongTextField(2, label="Reason", max_length=400)


class DecisionForm(forms.Form):
    """Command staff's decision, on the reader's present unit."""

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
        help_text="Somebody of the reader’s own area.",
    )


class IncidentForm(forms.Form):
    """What happened, and when."""

    happened_at = MinuteField(label="When it happened")
    number = forms.CharField(label="CAD or case number", max_length=40, required=False)
    text = LongTextField(
        3, label="What happened", max_length=2000, help_text="Do not name persons or plates."
    )
