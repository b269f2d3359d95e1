"""The guided check as a form: for each step a yes or no, and what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from plateward.fleet.checks.known import Known
from plateward.fleet.checks.rules import CLAUSE, GUIDE, WORDS, Guide, Step


@dataclass(frozen=True)
class Asked:
    """One step on the page."""

    guide: Guide
    known: Known | None
    answer: BoundField
    words: BoundField


class Guided(forms.Form):
    """All steps; nothing is answered before a person answers it."""

    def __init__(self, *args: Any, known: Mapping[Step, Known], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        for step in Step:
            self.fields[step] = forms.ChoiceField(
                label=GUIDE[step].asks,
                choices=[("yes", "Yes"), ("no", "No")],
                widget=forms.RadioSelect,
                error_messages={"required": f"Say yes or no (clause {CLAUSE})."},
            )
            self.fields[f"{step}_words"] = forms.CharField(
                label="If not: what is wrong", required=False, max_length=WORDS
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for step in Step:
            field = f"{step}_words"
            if given.get(step) == "no" and not given.get(field) and field not in self.errors:
                self.add_error(field, f"Say in a few words what you see (clause {CLAUSE}).")
        return given

    @property
    def answers(self) -> dict[Step, tuple[bool, str]]:
        """What a valid form says."""
        given = self.cleaned_data
        return {step: (given[step] == "yes", given[f"{step}_words"]) for step in Step}

    @property
    def steps(self) -> Iterator[Asked]:
        """For the page."""
        for step in Step:
            yield Asked(GUIDE[step], self.known.get(step), self[step], self[f"{step}_words"])
