"""Forms for the override and its review."""

from django import forms


class OverrideForm(forms.Form):
    """Why there is no time."""

    why = forms.CharField(
        label="Danger that leaves no time for the checks",
        help_text="Who is in danger, from whom, and what you see. Your supervisor is notified at once.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OverrideReviewForm(forms.Form):
    """What the review found."""

    justified = forms.ChoiceField(
        label="Finding",
        choices=[("yes", "Justified: the danger left no time"), ("no", "Not justified")],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="What you reviewed, and why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
