"""The guided check as a form: a yes or no for each step, and what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from plateward.fleet.checks.hub_facts import HubFact
from plateward.fleet.checks.rules import CLAUSE, GUIDE, MOST_WORDS, CheckStep, StepGuide


@dataclass(frozen=True)
class StepRow:
    """One step on the page."""

    guide: StepGuide
    hub_fact: HubFact | None
    answer: BoundField
    words: BoundField


class CheckForm(forms.Form):
    """All steps, without preset answers."""

    def __init__(self, *args: Any, known: Mapping[CheckStep, HubFact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        for step in CheckStep:
            self.fields[step] = forms.ChoiceField(
                label=GUIDE[step].asks,
                choices=[("yes", "Yes"), ("no", "No")],
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose yes or no (clause {CLAUSE})."},
            )
            self.fields[f"{step}_words"] = forms.CharField(
                label="If no: what is wrong", required=False, max_length=MOST_WORDS
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for step in CheckStep:
            field = f"{step}_words"
            if data.get(step) == "no" and not data.get(field) and field not in self.errors:
                self.add_error(field, f"Describe briefly what you see (clause {CLAUSE}).")
        return data

    @property
    def answers(self) -> dict[CheckStep, tuple[bool, str]]:
        """The answers of a valid form."""
        data = self.cleaned_data
        return {step: (data[step] == "yes", data[f"{step}_words"]) for step in CheckStep}

    @property
    def steps(self) -> Iterator[StepRow]:
        """The steps for the page."""
        for step in CheckStep:
            yield StepRow(GUIDE[step], self.known.get(step), self[step], self[f"{step}_words"])
