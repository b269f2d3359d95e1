"""The forms of findings and thresholds, and the filters of the list."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import ChoiceFilter

from plateward.oversight.findings.models import Finding, FindingOutcome
from plateward.oversight.findings.rules import LARGEST, MEANINGS
from plateward.pages.fields import LongTextField
from plateward.pages.lists import Filters, Words

DETECTORS = (
    *("another agency's log-in", "barred purpose", "before leaving", "bulk export", "colleague's plate"),
    *("family plate", "impossible travel", "no case", "no later action", "off-shift", "own plate"),
    *("plausible lie", "reason reuse", "repeated plate", "shared account", "sharing drift", "unused access"),
    *("vague reasons", "volume"),
)


class FindingFilters(Filters):
    """For the list of findings."""

    state = ChoiceFilter(
        label="State",
        empty_label="Any",
        choices=[("open", "Needs an outcome"), *FindingOutcome.Kind.choices],
        method="in_state",
    )
    detector = ChoiceFilter(
        label="Detector", empty_label="Any", choices=[(name, name.capitalize()) for name in DETECTORS]
    )
    q = Words("subject__full_name", "subject__username", label="Name or account")

    def in_state(self, rows: QuerySet[Finding], _: str, state: str) -> QuerySet[Finding]:
        """Findings without an outcome, or with this one."""
        return rows.filter(outcome=None) if state == "open" else rows.filter(outcome__kind=state)


class OutcomeForm(forms.Form):
    """What came of a finding."""

    kind = forms.ChoiceField(
        label="Outcome",
        choices=FindingOutcome.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an outcome."},
    )
    text = LongTextField(4, label="What you looked at, and what it showed", max_length=2000)


class ThresholdForm(forms.Form):
    """A threshold's new value."""

    name = forms.ChoiceField(
        label="Threshold", choices=[(name, f"{name}: {means}") for name, means in MEANINGS.items()]
    )
    value = forms.FloatField(label="New value", max_value=LARGEST)
    reason = LongTextField(3, label="Reason", max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].widget.attrs["step"] = "any"
