"""What an operator enters to verify an alert."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from plateward.alerts.verifying.models import NcicRecord
from plateward.links.ncic import Priority
from plateward.links.ncic.messages import OCA

DOT = re.compile(r"(?:U\.?S\.? ?)?(?:D\.?O\.?T\.?)?[ #:]*([0-9]{1,8})", re.IGNORECASE)
WRONG_DOT = "A DOT number is 1 to 8 digits. Enter it as shown on the vehicle, e.g. 1234567 (clause 5.j)."


class DoorNumberForm(forms.Form):
    """The DOT number as shown on the vehicle."""

    dot = forms.CharField(
        label="DOT number on the vehicle",
        max_length=30,
        help_text="1 to 8 digits, as shown on the door: USDOT 1234567 or 1234567.",
        error_messages={"required": WRONG_DOT, "max_length": WRONG_DOT},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_dot(self) -> str:
        """The digits without leading zeros."""
        match = DOT.fullmatch(str(self.cleaned_data["dot"]).strip())
        number = match[1].lstrip("0") if match else ""
        if not number:
            raise forms.ValidationError(WRONG_DOT)
        return number


class HitConfirmationForm(forms.Form):
    """A request to the agency that entered a record."""

    nic = forms.ChoiceField(
        label="Record",
        widget=forms.RadioSelect,
        help_text="The NCIC record that the entering agency is to confirm.",
    )
    priority = forms.ChoiceField(
        label="Priority",
        choices=[
            (Priority.URGENT, "Urgent: answer within 10 minutes"),
            (Priority.ROUTINE, "Routine: answer within an hour"),
        ],
        initial=Priority.URGENT,
        widget=forms.RadioSelect,
        help_text="How soon the entering agency must answer.",
    )
    oca = forms.CharField(
        label="Case number (OCA)",
        max_length=20,
        help_text="Letters, digits and dashes.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, records: Sequence[NcicRecord], **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial", {"nic": records[0].nic, "oca": records[0].oca} if len(records) == 1 else {}
        )
        super().__init__(*args, **kwargs)
        self.fields["nic"].choices = [(record.nic, str(record)) for record in records]  # type: ignore[attr-defined]

    def clean_oca(self) -> str:
        """As the switch takes it."""
        oca = str(self.cleaned_data["oca"]).upper()
        if not OCA.fullmatch(oca):
            raise forms.ValidationError("A case number is 1 to 20 letters, digits and dashes.")
        return oca
