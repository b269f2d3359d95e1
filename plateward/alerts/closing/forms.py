"""The disposition, and the supervisor's look at it, as forms."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from plateward.alerts.closing.account import ENFORCED_TEXT, Account, Action, Enforced
from plateward.alerts.closing.rules import NEEDS_ACT, offered, withheld
from plateward.alerts.facts import OUTCOME_TEXT, Facts, Outcome

MAX_NARRATIVE = 10_000
MAX_WORDS = 2_000
MAX_COUNT = 99
YES_NO = [("yes", "Yes"), ("no", "No")]
WHICH = {
    Enforced.CITATION: "Their numbers",
    Enforced.TOW: "Which, and where to",
    Enforced.SEIZURE: "Of what",
    Enforced.OTHER: "Which",
}


def _count(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MAX_COUNT)


def _words(label: str, rows: int = 2) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=MAX_WORDS, widget=area)


class Dispose(forms.Form):
    """How it ended. What was done is asked where the outcome says that something was."""

    outcome = forms.ChoiceField(
        label="Outcome", choices=[("", "Choose"), *((o.value, OUTCOME_TEXT[o]) for o in Outcome)]
    )
    persons_stopped = _count("Persons stopped")
    force_used = forms.ChoiceField(
        label="Was force used?", choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    force = _words("What force, by whom, on whom")
    recovered = forms.ChoiceField(
        label="Was property recovered?", choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    recovery = _words("What was recovered, and where it is")
    narrative = forms.CharField(
        label="Narrative",
        help_text="What was seen, what was done, and how it ended.",
        max_length=MAX_NARRATIVE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only these are shown. Another that somebody sends, since the alert has moved on, is the act's to refuse.
        shown = [("", "Choose"), *((one.value, OUTCOME_TEXT[one]) for one in offered(facts))]
        self.fields["outcome"].widget.choices = shown
        self.withheld = {
            reason: [OUTCOME_TEXT[one] for one in those] for reason, those in withheld(facts).items()
        }
        for kind in Enforced:
            self.fields[f"count_{kind}"] = _count(ENFORCED_TEXT[kind])
            label = WHICH.get(kind, "Who, and for what")
            self.fields[f"which_{kind}"] = forms.CharField(label=label, required=False, max_length=500)

    @property
    def kinds(self) -> Iterator[tuple[BoundField, BoundField]]:
        """The fields of each kind of enforcement action: how many, and which."""
        for kind in Enforced:
            yield self[f"count_{kind}"], self[f"which_{kind}"]

    def clean(self) -> dict[str, Any]:
        """Nobody is taken to have said what they were asked and did not answer."""
        given = super().clean() or {}
        if given.get("outcome") in NEEDS_ACT:
            for name in ("persons_stopped", "force_used", "recovered"):
                if name not in self.errors and given.get(name) in (None, ""):
                    self.add_error(
                        name, "Answer this: 0 if nobody was." if name[0] == "p" else "Answer yes or no."
                    )
        for kind in Enforced:
            if given.get(f"which_{kind}") and not given.get(f"count_{kind}"):
                self.add_error(f"count_{kind}", "Say how many.")
        return given

    def account(self) -> Account:
        """Of a form that is valid. Words that the page hides, since the question above them was answered by no, are
        left out."""
        given = self.cleaned_data
        counts = {kind: given[f"count_{kind}"] for kind in Enforced}
        return Account(
            outcome=Outcome(given["outcome"]),
            narrative=given["narrative"],
            actions=tuple(
                Action(kind, count, given[f"which_{kind}"]) for kind, count in counts.items() if count
            ),
            persons_stopped=given["persons_stopped"] or 0,
            force_used=given["force_used"] == "yes",
            force=given["force"] if given["force_used"] == "yes" else "",
            recovered=given["recovered"] == "yes",
            recovery=given["recovery"] if given["recovered"] == "yes" else "",
        )

    @staticmethod
    def said(account: Account) -> dict[str, Any]:
        """The initial values of a form that completes an earlier disposition."""
        yes_no = {True: "yes", False: "no"}
        found: dict[str, Any] = {
            "outcome": account.outcome.value,
            "narrative": account.narrative,
            "persons_stopped": account.persons_stopped,
            "force_used": yes_no[account.force_used],
            "force": account.force,
            "recovered": yes_no[account.recovered],
            "recovery": account.recovery,
        }
        for one in account.actions:
            found |= {f"count_{one.kind}": one.count, f"which_{one.kind}": one.which}
        return found


class Reviewing(forms.Form):
    """Accepted, or returned with what is to be completed."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("accept", "Accept: complete"), ("return", "Return it, to be completed")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="What is to be completed",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
