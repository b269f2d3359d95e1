"""Which case, which of its alerts, and for what."""

from collections.abc import Sequence

from django import forms

from plateward.alerts.models import Alert
from plateward.cases.forms import NumberField
from plateward.people import days


class CaseForm(forms.Form):
    """The case whose alerts are listed."""

    number = NumberField(
        label="Case or CAD number",
        help_text="Of the call, the hot list entry, or the DEMS export of its alerts.",
    )


class PackageForm(forms.Form):
    """The alerts, and who gets the package."""

    number = forms.CharField(max_length=60, widget=forms.HiddenInput)
    alerts = forms.TypedMultipleChoiceField(label="Alerts", coerce=int, widget=forms.CheckboxSelectMultiple)
    use = forms.CharField(
        label="Who gets it, and for what",
        max_length=400,
        help_text="Saved in the audit log. Records handles any release outside law enforcement (clause 6.h.iii).",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: object, number: str, of_case: Sequence[Alert]) -> None:
        chosen = [alert.pk for alert in of_case]
        super().__init__(data, initial={"number": number, "alerts": chosen})  # type: ignore[arg-type]
        choices = [(alert.pk, _words(alert)) for alert in of_case]
        self.fields["alerts"].choices = choices  # type: ignore[attr-defined]


def _words(alert: Alert) -> str:
    seen = days.format_time(alert.captured_at)
    return f"Alert {alert.pk}, {seen}, {alert.reader.camera}, {alert.get_stage_display()}"
