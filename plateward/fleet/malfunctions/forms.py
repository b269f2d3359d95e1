"""Forms for a malfunction, a repair and an authorization."""

from typing import Any

from django import forms

from plateward.fleet.malfunctions.models import Authorization
from plateward.fleet.malfunctions.rules import KIND_TEXTS, LONGEST_TEXT
from plateward.people.models import Person
from plateward.people.permissions import Role

LONG_TEXT = forms.Textarea(attrs={"rows": 4})


class ReportForm(forms.Form):
    """What is broken."""

    what = forms.MultipleChoiceField(
        label="What is broken", choices=list(KIND_TEXTS.items()), widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label="What you see",
        max_length=LONGEST_TEXT,
        widget=LONG_TEXT,
        help_text="What happens, and since when. Do not name persons or plates.",
    )
    alert = forms.IntegerField(required=False, min_value=1, max_value=2**53, widget=forms.HiddenInput)


class RepairForm(forms.Form):
    """What was done, and by whom."""

    vendor = forms.ModelChoiceField(
        label="Done by",
        queryset=Authorization.objects.none(),
        required=False,
        empty_label="Me",
        help_text="You, or a vendor authorized by the ALPR administrator.",
    )
    done = forms.CharField(label="What was done", max_length=LONGEST_TEXT, widget=LONG_TEXT)
    parts = forms.CharField(label="Parts", max_length=200, required=False)
    working = forms.ChoiceField(
        label="Does the reader work again",
        choices=[("yes", "Yes: its unit does a start-of-shift check next"), ("no", "No, not yet")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vendors = Authorization.objects.live().filter(person=None)
        self.fields["vendor"].queryset = vendors  # type: ignore[attr-defined]


class AuthorizationForm(forms.Form):
    """A technician, or a vendor."""

    technician = forms.ModelChoiceField(
        label="Technician", queryset=Person.objects.none(), required=False, empty_label="None (vendor)"
    )
    vendor = forms.CharField(label="Vendor (if not a technician)", max_length=100, required=False)
    why = forms.CharField(
        label="Basis",
        max_length=400,
        help_text="Training, certificate or contract number.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        technicians = Person.objects.filter(role=Role.IT_SUPPORT)
        self.fields["technician"].queryset = technicians  # type: ignore[attr-defined]


class EndAuthorizationForm(forms.Form):
    """Why an authorization ends."""

    why = forms.CharField(label="Why it ends", max_length=400)
