"""Forms for an export made in DEMS and for the supervisor's review."""

from django import forms

from plateward.core.cases.forms import NumberField
from plateward.core.pages.fields import LongTextField, MinuteField


class NumberForm(forms.Form):
    """The number of an export."""

    number = NumberField(label="Case or CAD number", help_text="The number that tags the DEMS record.")


class RecordForm(forms.Form):
    """Where DEMS has what was exported by hand."""

    number = NumberField(label="Case or CAD number", help_text="The number that tags the DEMS record.")
    item = forms.CharField(
        label="DEMS item number",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="The number that DEMS gave the item. Your supervisor finds the export by it.",
    )
    exported_at = MinuteField(label="Time of the export", help_text="As DEMS shows it.")


class ExportReviewForm(forms.Form):
    """Seen in DEMS, or not."""

    seen = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label="In DEMS",
        choices=[
            ("confirm", "Confirm: found under that number"),
            ("return", "Return: not there as recorded"),
        ],
        widget=forms.RadioSelect,
    )
    words = LongTextField(
        3,
        label="What is wrong",
        max_length=1000,
        required=False,
        help_text="Needed if you return it. The export is due again, and its owner reads this.",
    )
