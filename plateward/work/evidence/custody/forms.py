"""What is asked before an image is copied, and to find a read."""

from uuid import UUID

from django import forms

from plateward.core.cases.forms import NumberField
from plateward.core.pages.fields import DayField
from plateward.work.alerts.leaving import ReleaseForm


class CopyForm(ReleaseForm):
    """Why an image is taken along, and which, unless both are printed."""

    image = forms.ChoiceField(
        label="Picture to download",
        choices=[("context", "The vehicle"), ("plate", "The plate")],
        widget=forms.RadioSelect,
        initial="context",
        help_text="Printing takes both.",
    )
    number = NumberField(
        label="CAD or case number",
        help_text="The case that the copy is for. Saved in the audit log.",
    )


class FindForm(forms.Form):
    """A read, by the number of its alert or by its own id."""

    what = forms.CharField(
        label="Alert number or read ID",
        max_length=60,
        help_text="As the audit log names it: 12 for alert:12, or the letters and digits of read:…",
    )
    day = DayField(
        label="Day of capture (UTC), if known",
        required=False,
        help_text="Needed only if the read is not found without it.",
    )

    def clean_what(self) -> int | UUID:
        """An alert's number, or a read's id."""
        text = str(self.cleaned_data["what"]).strip().lower().removeprefix("alert:").removeprefix("read:")
        if text.isascii() and text.isdigit() and len(text) < 15:
            return int(text)
        try:
            return UUID(text)
        except ValueError:
            raise forms.ValidationError("Enter an alert's number or a read's ID.") from None
