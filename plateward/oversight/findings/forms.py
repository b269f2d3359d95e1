"""The forms of findings and thresholds, and the filters of the list."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import ChoiceFilter

from plateward.core.pages.fields import LongTextField, MinuteField, OneOfField
from plateward.core.pages.lists import Filters, Words
from plateward.ground import clock
from plateward.oversight.detectors.every import DETECTORS
from plateward.oversight.findings.models import Finding, FindingOutcome
from plateward.oversight.findings.rules import BY_PERSON, BY_REVIEWER, names, words_of
from plateward.people.person_fields import BadgeOrUsernameField


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
        choices=[(name, name.capitalize()) for name in (*sorted(DETECTORS), BY_PERSON, BY_REVIEWER)],
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

    kind = OneOfField(
        FindingOutcome.Kind,
        "Outcome",
        "A mistake broke a rule without intent and was discussed with the person. Legitimate police use "
        "was for a case. Either closes the finding. Possible misuse needs an investigation.",
        error_messages={"required": "Choose an outcome."},
    )
    text = LongTextField(
        4,
        "What you looked at, and what it showed",
        "Enough for the next reviewer to follow. It stays on record.",
        max_length=2000,
    )


class MisuseForm(forms.Form):
    """Who misused the system, as somebody saw it."""

    subject = BadgeOrUsernameField(
        label="Who", help_text="Badge number or username. This person cannot see the report."
    )
    what = LongTextField(
        5,
        "What they did",
        "What you saw or heard, when, and what it concerns. Your name stays with it.",
        max_length=1500,
    )
    noticed_at = MinuteField(
        label="When you noticed it", initial=clock.now, help_text="Now, or when you saw it."
    )


class ThresholdForm(forms.Form):
    """A threshold's new value."""

    name = forms.ChoiceField(
        label="Threshold",
        choices=[("", "Choose"), *((name, words_of(name)) for name in names())],
        help_text="The list above says what each number does.",
    )
    value = forms.FloatField(label="New value", help_text="A number. It applies from now on.")
    reason = LongTextField(
        3, "Reason", "Why findings were too many or too few. It stays on record.", max_length=1000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].widget.attrs["step"] = "any"
