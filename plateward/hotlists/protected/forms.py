"""Browser forms for a registered vehicle and for a file of them."""

from typing import Any

from django import forms

from plateward.hotlists.protected.models import Vehicle
from plateward.hotlists.states import STATES
from plateward.matching.written import why_no_plate
from plateward.people.models import Person, Unit


class VehicleForm(forms.Form):
    """One vehicle."""

    plate = forms.CharField(
        label="Plate",
        help_text="As written.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    state = forms.ChoiceField(label="State", choices=[("", "Choose"), *STATES.items()])
    kind = forms.ChoiceField(label="Kind", choices=Vehicle.Kind.choices, widget=forms.RadioSelect)
    person = forms.ModelChoiceField(
        Person.objects.none(),
        required=False,
        label="Person",
        help_text="Owner or assigned person. They can neither list it nor decide on it.",
    )
    unit = forms.ModelChoiceField(Unit.objects, required=False, label="Unit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = Person.objects.order_by("full_name")

    def clean_plate(self) -> str:
        """A whole plate."""
        plate = str(self.cleaned_data["plate"])
        if objection := why_no_plate(plate):
            raise forms.ValidationError(objection)
        return plate.upper()
