"""Form for whether an entry is active."""

from django import forms


class EntryAnswerForm(forms.Form):
    """The entering unit's or dispatch's answer: two buttons, and a reason for a no."""

    active = forms.ChoiceField(choices=[("yes", "Active"), ("no", "No longer active")])
    inactive_why = forms.CharField(
        label="Why it is no longer active",
        help_text="Required for a no. The alert ends, and a supervisor decides from it whether to remove the entry.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
