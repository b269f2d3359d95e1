"""Where an officer's alert goes."""

from collections.abc import Iterable
from typing import Any

from django import forms

from plateward.cases.forms import NumberField
from plateward.cases.rules import flaw
from plateward.dispatch.models import Call

FIND_ID = "find_%s"  # ids of fields, on a page with other rooms' forms
LARGEST = 2**63 - 1  # largest key


class NotifyDispatchForm(forms.Form):
    """To the call that it belongs to, or to a chosen one."""

    call = forms.ChoiceField(
        label="Call",
        required=False,
        help_text="The call for service on which Communications sees this alert.",
    )

    def __init__(self, calls: Iterable[Call], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["call"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            ("", "The open call of this plate nearby, or a new one"),
            *((str(call.pk), str(call).capitalize()) for call in calls),
        ]


class FindCallForm(forms.Form):
    """A call by CAD's number."""

    number = NumberField(
        label="CAD number",
        help_text="Number of the call for service, as CAD shows it: letters, digits and dashes.",
        error_messages={"required": "Enter the call number as CAD shows it (clause 6.e.vii)."},
    )

    def clean_number(self) -> str:
        """A number that CAD can know."""
        number: str = self.cleaned_data["number"]
        if flaw(number):
            raise forms.ValidationError(
                "This is not a CAD number: 5 to 40 letters, digits and dashes, with at least 4 digits, not all "
                "the same. Enter it as CAD shows it (clause 6.e.vii)."
            )
        return number


class FindCallForAlertForm(FindCallForm):
    """The same on the console, for an alert by its number."""

    alert = forms.IntegerField(
        label="Alert",
        min_value=1,
        max_value=LARGEST,
        help_text="Its number.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            "Enter the alert number as the console shows it.",
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    field_order = ("alert", "number")
