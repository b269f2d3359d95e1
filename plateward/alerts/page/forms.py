"""Forms for the steps of an alert."""

from django import forms

from plateward.alerts.facts import ActKind
from plateward.hotlists.states import STATES
from plateward.matching.written import why_no_plate


class ConfirmationForm(forms.Form):
    """Plate and state as read from the image."""

    plate = forms.CharField(
        label="Plate as you read it",
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    state = forms.ChoiceField(label="State", choices=[("", "Choose"), *STATES.items()])

    def clean_plate(self) -> str:
        """In normal plate form."""
        plate = str(self.cleaned_data["plate"])
        if problem := why_no_plate(plate):
            raise forms.ValidationError(problem)
        return plate.upper()


class ActForm(forms.Form):
    """The action taken."""

    kind = forms.ChoiceField(
        label="Action taken",
        choices=[
            (ActKind.ENCOUNTER, "Encounter: a stop or contact"),
            (ActKind.INVESTIGATION, "Investigation"),
            (ActKind.ENFORCEMENT, "Enforcement action"),
        ],
        widget=forms.RadioSelect,
    )
