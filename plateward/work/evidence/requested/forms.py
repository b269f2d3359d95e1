"""Which case, which of its alerts, and for what."""

from typing import Any

from django import forms
from django.core.paginator import Page

from plateward.core.cases.forms import NumberField
from plateward.people import days
from plateward.people.models import Person
from plateward.work.alerts.leaving import ReleaseForm, release_initial
from plateward.work.alerts.models import Alert

ALL, CHOSEN = "all", "chosen"


class CaseForm(forms.Form):
    """The case whose alerts are listed."""

    number = NumberField(
        label="Case or CAD number",
        help_text="Of the call, the hot list entry, or the DEMS export of its alerts.",
    )


class PackageForm(ReleaseForm):
    """The alerts, and who gets the package."""

    number = forms.CharField(max_length=60, widget=forms.HiddenInput)
    page = forms.CharField(required=False, widget=forms.HiddenInput)  # that lists the alerts
    scope = forms.ChoiceField(
        label="What goes into the package",
        widget=forms.RadioSelect,
        help_text="A case with many alerts is on several pages. Choose whether those of the other pages go along.",
    )
    alerts = forms.TypedMultipleChoiceField(
        label="Alerts",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each with its reads, pictures and chain of custody. Uncheck what does not belong to this release.",
    )

    def __init__(self, data: object, number: str, page: "Page[Alert]", person: Person) -> None:
        chosen = [alert.pk for alert in page]
        initial = {"number": number, "page": page.number, "scope": ALL, "alerts": chosen}
        initial |= release_initial(person)
        super().__init__(data, initial=initial)
        choices = [(alert.pk, _words(alert)) for alert in page]
        self.fields["alerts"].choices = choices  # type: ignore[attr-defined]
        if not page.has_other_pages():
            del self.fields["scope"]
        else:
            in_all = page.paginator.count
            scopes = [(ALL, f"All {in_all:,} alerts of the case"), (CHOSEN, "Those chosen below")]
            self.fields["scope"].choices = scopes  # type: ignore[attr-defined]

    @property
    def covers_all(self) -> bool:
        """Whether all alerts of the case go into it, also those of other pages."""
        return self.cleaned_data.get("scope") == ALL

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.covers_all and not given.get("alerts") and "alerts" not in self.errors:
            self.add_error("alerts", "Choose at least one alert of the case.")
        return given


def _words(alert: Alert) -> str:
    seen = days.format_time(alert.captured_at)
    return f"Alert {alert.pk}, {seen}, {alert.reader.camera}, {alert.get_stage_display()}"
