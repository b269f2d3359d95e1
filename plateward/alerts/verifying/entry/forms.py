"""Form for whether an entry is active."""

from django import forms

from plateward.pages.fields import TextField


class EntryAnswerForm(forms.Form):
    """The entering unit's or dispatch's answer: two buttons, and a reason for a no."""

    active = forms.ChoiceField(choices=[("yes", "Active"), ("no", "No longer active")])
    inactive_why = TextField(
        "Why it is no longer active",
        1000,
        rows=2,
        required=False,
        help_text="Required for a no. The alert ends, and a supervisor decides from it whether to remove the entry.",
    )
