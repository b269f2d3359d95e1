"""Forms for the override and its review."""

from django import forms

from plateward.pages.fields import TextField


class OverrideForm(forms.Form):
    """Why there is no time."""

    why = TextField(
        "Danger that leaves no time for the checks",
        2000,
        help_text="Who is in danger, from whom, and what you see. Your supervisor is notified at once.",
    )


class OverrideReviewForm(forms.Form):
    """What the review found."""

    justified = forms.ChoiceField(
        label="Finding",
        choices=[("yes", "Justified: the danger left no time"), ("no", "Not justified")],
        widget=forms.RadioSelect,
    )
    text = TextField("What you reviewed, and why", 2000, rows=4)
