"""The form of an API token."""

from django import forms

from plateward.cases.forms import NumberField
from plateward.cases.rules import flaw
from plateward.people.tokens.rules import DAYS_AT_MOST
from plateward.searches.purposes import PURPOSES


class TokenForm(forms.Form):
    """What a token is for, and how long it lasts."""

    name = forms.CharField(
        label="Program",
        max_length=60,
        help_text="Which program will use it, and where it runs.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    purpose = forms.ChoiceField(
        label="Purpose",
        choices=[("", "Choose"), *((code, purpose.label) for code, purpose in PURPOSES.items())],
        help_text="Every search with this token has this purpose.",
    )
    number = NumberField(
        label="CAD or case number",
        required=False,
        help_text="With a number, the token searches in this case alone. Without, each search names its case.",
    )
    days = forms.TypedChoiceField(
        label="Ends after",
        choices=[(1, "1 day"), (7, "7 days"), (DAYS_AT_MOST, f"{DAYS_AT_MOST} days")],
        initial=7,
        coerce=int,
        help_text="Then programs that use it are refused. Make a new one in time.",
    )

    def clean_number(self) -> str:
        """A number that can be one, or none."""
        number = str(self.cleaned_data["number"])
        if number and (wrong := flaw(number)):
            raise forms.ValidationError(f"“{number}” {wrong}.")
        return number
