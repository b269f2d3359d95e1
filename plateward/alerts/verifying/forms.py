"""What is asked of an operator to verify an alert."""

from collections.abc import Sequence
from typing import Any

from django import forms

from plateward.alerts.verifying.models import Found
from plateward.links.ncic import Priority
from plateward.links.ncic.messages import OCA


class HitConfirmation(forms.Form):
    """A request to the agency that entered a record."""

    nic = forms.ChoiceField(label="Record", widget=forms.RadioSelect)
    priority = forms.ChoiceField(
        label="Priority",
        choices=[
            (Priority.URGENT, "Urgent: answer within 10 minutes"),
            (Priority.ROUTINE, "Routine: answer within an hour"),
        ],
        initial=Priority.URGENT,
        widget=forms.RadioSelect,
    )
    oca = forms.CharField(
        label="Case number (OCA)",
        max_length=20,
        help_text="Letters, digits and dashes.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, found: Sequence[Found], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"nic": found[0].nic, "oca": found[0].oca} if len(found) == 1 else {})
        super().__init__(*args, **kwargs)
        self.fields["nic"].choices = [(one.nic, str(one)) for one in found]  # type: ignore[attr-defined]

    def clean_oca(self) -> str:
        """As the switch takes it."""
        oca = str(self.cleaned_data["oca"]).upper()
        if not OCA.fullmatch(oca):
            raise forms.ValidationError("A case number is 1 to 20 letters, digits and dashes.")
        return oca
