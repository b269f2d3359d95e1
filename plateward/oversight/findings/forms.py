"""The forms of findings and thresholds, and the filters of the list."""

from dataclasses import fields
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import ChoiceFilter

from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.watch import NAMES
from plateward.oversight.findings.models import Finding, FindingOutcome
from plateward.oversight.findings.rules import BY_REVIEWER, MEANINGS
from plateward.pages.fields import LongTextField
from plateward.pages.lists import Filters, Words


def _grouped() -> dict[str, list[tuple[str, str]]]:
    """Names and meanings of the thresholds, by their detectors."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in fields(Thresholds):
        means = MEANINGS[item.name]
        groups.setdefault(item.metadata["of"], []).append((item.name, f"{means[:1].upper()}{means[1:]}"))
    return groups


class FindingFilters(Filters):
    """For the list of findings."""

    state = ChoiceFilter(
        label="State",
        empty_label="Any",
        choices=[("open", "Needs an outcome or an investigation"), *FindingOutcome.Kind.choices],
        method="in_state",
    )
    detector = ChoiceFilter(
        label="Detector",
        empty_label="Any",
        choices=[(name, name.capitalize()) for name in (*NAMES, BY_REVIEWER)],
    )
    q = Words("subject__full_name", "subject__username", label="Name or account")

    def in_state(self, rows: QuerySet[Finding], _: str, state: str) -> QuerySet[Finding]:
        """Findings that wait, or with this outcome."""
        return (
            rows.filter(pk__in=Finding.objects.waiting())
            if state == "open"
            else rows.filter(outcome__kind=state)
        )


class OutcomeForm(forms.Form):
    """What came of a finding."""

    kind = forms.ChoiceField(
        label="Outcome",
        choices=FindingOutcome.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an outcome."},
        help_text="It closes the finding. Possible misuse is then to be investigated.",
    )
    text = LongTextField(
        4,
        label="What you looked at, and what it showed",
        max_length=2000,
        help_text="The next reviewer must be able to follow you. It stays on record.",
    )


class ThresholdForm(forms.Form):
    """A threshold's new value."""

    name = forms.ChoiceField(
        label="Threshold",
        choices=[("", "Choose"), *_grouped().items()],
        help_text="Above or below it, the detector makes a finding. Each is explained in the list.",
    )
    value = forms.FloatField(
        label="New value",
        help_text="In the unit that the threshold names.",
    )
    reason = LongTextField(
        3,
        label="Reason",
        max_length=1000,
        help_text="Why findings were too many or too few. It stays on record.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].widget.attrs["step"] = "any"
