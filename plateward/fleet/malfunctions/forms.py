"""Forms for a malfunction, a repair and an authorization."""

from django import forms

from plateward.fleet.malfunctions.models import Authorization
from plateward.fleet.malfunctions.rules import LONGEST_TEXT, MalfunctionKind
from plateward.pages.fields import LongTextField
from plateward.people.models import Person
from plateward.people.permissions import Role


class ReportForm(forms.Form):
    """What is broken."""

    what = forms.MultipleChoiceField(
        label="What is broken", choices=MalfunctionKind.choices, widget=forms.CheckboxSelectMultiple
    )
    words = LongTextField(
        4,
        label="What you see",
        max_length=LONGEST_TEXT,
        help_text="What happens, and since when. Do not name persons or plates.",
    )
    alert = forms.IntegerField(required=False, min_value=1, max_value=2**53, widget=forms.HiddenInput)


class RepairForm(forms.Form):
    """What was done, and by whom."""

    vendor = forms.ModelChoiceField(
        label="Done by",
        queryset=Authorization.objects.live().filter(person=None),
        required=False,
        empty_label="Me",
        help_text="You, or a vendor authorized by the ALPR administrator.",
    )
    done = LongTextField(4, label="What was done", max_length=LONGEST_TEXT)
    parts = forms.CharField(label="Parts", max_length=200, required=False)
    working = forms.ChoiceField(
        label="Does the reader work again",
        choices=[("yes", "Yes: its unit does a start-of-shift check next"), ("no", "No, not yet")],
        widget=forms.RadioSelect,
    )


class AuthorizationForm(forms.Form):
    """A technician, or a vendor."""

    technician = forms.ModelChoiceField(
        label="Technician",
        queryset=Person.objects.filter(role=Role.IT_SUPPORT),
        required=False,
        empty_label="None (vendor)",
    )
    vendor = forms.CharField(label="Vendor (if not a technician)", max_length=100, required=False)
    why = forms.CharField(
        label="Basis",
        max_length=400,
        help_text="Training, certificate or contract number.",
    )


class EndAuthorizationForm(forms.Form):
    """Why an authorization ends."""

    why = forms.CharField(label="Why it ends", max_length=400)
