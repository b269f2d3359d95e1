"""Forms for the disposition and for the supervisor's review."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from plateward.core.pages.fields import ButtonsField, LongTextField
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.limits import set_by
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.closing.rules import NEEDS_ACT, impossible_outcomes, possible_outcomes
from plateward.work.alerts.facts import AlertOutcome, Facts
from plateward.work.alerts.models import Disposition

ALLOWED = Allow()
MAX_NARRATIVE = 10_000
MAX_WORDS = 2_000
MAX_COUNT = 99
YES_NO = [("yes", "Yes"), ("no", "No")]
WHICH_LABELS = {
    EnforcementKind.CITATION: "Citation numbers",
    EnforcementKind.TOW: "Which, and towed where",
    EnforcementKind.SEIZURE: "Of what",
    EnforcementKind.OTHER: "Which",
}


def _count(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MAX_COUNT)


def _yes_no(label: str) -> forms.ChoiceField:
    return ButtonsField(YES_NO, label, required=False)


class DispositionForm(forms.Form):
    """How it ended. Asks what was done only if the outcome says that something was."""

    outcome = forms.ChoiceField(
        label="Outcome",
        choices=[("", "Choose"), *AlertOutcome.choices],
        help_text="What the stop or check showed.",
    )
    persons_stopped = _count("Persons stopped")
    force_used = _yes_no("Was force used?")
    force = LongTextField(
        2,
        label="What force, by whom, on whom",
        max_length=MAX_WORDS,
        required=False,
        help_text="Your supervisor reads it in review. Name the use-of-force report, if there is one.",
    )
    recovered = _yes_no("Was property recovered?")
    recovery = LongTextField(
        1,
        label="What was recovered, and where it is now",
        max_length=MAX_WORDS,
        required=False,
    )
    notified_for = LongTextField(
        1,
        label="Exact reason of the notification",
        max_length=MAX_WORDS,
        required=False,
        help_text="For what the list alerted, as the entry says it. Needed if a person was stopped.",
    )
    narrative = LongTextField(
        3,
        label="Narrative",
        max_length=MAX_NARRATIVE,
        help_text="What was seen, what was done, and how it ended.",
    )

    def __init__(self, *args: Any, facts: Facts, stop: Decision = ALLOWED, **kwargs: Any) -> None:
        """`stop`: whether this person may close it with enforcement."""
        super().__init__(*args, **kwargs)
        # Offers only these. If the alert has moved on, the act refuses any other outcome submitted.
        possible = possible_outcomes(facts)
        barred = isinstance(stop, Refusal) and AlertOutcome.ENFORCEMENT in possible
        if barred:
            possible = tuple(outcome for outcome in possible if outcome != AlertOutcome.ENFORCEMENT)
        self.only = possible[0] if len(possible) == 1 else None  # then nobody has to choose it
        offered = [(outcome.value, outcome.label) for outcome in possible]
        self.fields["outcome"].widget.choices = offered if self.only else [("", "Choose"), *offered]
        self.withheld = {
            reason: [outcome.label for outcome in outcomes]
            for reason, outcomes in impossible_outcomes(facts).items()
        }
        if barred and isinstance(stop, Refusal):
            self.withheld[stop.reason] = [AlertOutcome.ENFORCEMENT.label]
        if not set_by("stop_reason"):
            del self.fields["notified_for"]
        for kind in EnforcementKind:
            self.fields[f"count_{kind}"] = _count(kind.label)
            label = WHICH_LABELS.get(kind, "Who, and why")
            self.fields[f"which_{kind}"] = forms.CharField(label=label, required=False, max_length=500)

    @property
    def kinds(self) -> Iterator[tuple[BoundField, BoundField]]:
        """The fields of each kind of enforcement action: how many, and which."""
        for kind in EnforcementKind:
            yield self[f"count_{kind}"], self[f"which_{kind}"]

    @property
    def names_any(self) -> bool:
        """Whether the fields that say which are in use, or refused."""
        return any(which.value() or which.errors for _, which in self.kinds) or bool(
            self.is_bound and self["count_other"].value()
        )

    def clean(self) -> dict[str, Any]:
        """Never assume an answer to a question left blank."""
        given = super().clean() or {}
        if given.get("outcome") in NEEDS_ACT:
            for name in ("persons_stopped", "force_used", "recovered"):
                if name not in self.errors and given.get(name) in (None, ""):
                    self.add_error(
                        name, "Enter a number; 0 if none." if name[0] == "p" else "Choose yes or no."
                    )
        for kind in EnforcementKind:
            if given.get(f"which_{kind}") and not given.get(f"count_{kind}"):
                self.add_error(f"count_{kind}", "Enter the number.")
        return given

    def account(self) -> DispositionAccount:
        """For a valid form. Leaves out text that the page hides because the question above was answered
        no."""
        given = self.cleaned_data
        counts = {kind: given[f"count_{kind}"] for kind in EnforcementKind}
        return DispositionAccount(
            outcome=AlertOutcome(given["outcome"]),
            narrative=given["narrative"],
            actions=tuple(
                EnforcementAction(kind, count, given[f"which_{kind}"])
                for kind, count in counts.items()
                if count
            ),
            persons_stopped=given["persons_stopped"] or 0,
            force_used=given["force_used"] == "yes",
            force=given["force"] if given["force_used"] == "yes" else "",
            recovered=given["recovered"] == "yes",
            recovery=given["recovery"] if given["recovered"] == "yes" else "",
            notified_for=given.get("notified_for"),
        )

    @staticmethod
    def initial_values(earlier: Disposition) -> dict[str, Any]:
        """The initial values of a form that completes an earlier disposition."""
        names = ("outcome", "narrative", "persons_stopped", "force", "recovery", "notified_for")
        initial = {name: getattr(earlier, name) for name in names}
        for question in ("force_used", "recovered"):
            initial[question] = "yes" if getattr(earlier, question) else "no"
        for action in earlier.actions.all():
            initial |= {f"count_{action.kind}": action.count, f"which_{action.kind}": action.which}
        return initial


class DispositionReviewForm(forms.Form):
    """Accept, or return with what is to be completed."""

    decision = ButtonsField([("accept", "Accept"), ("return", "Return for completion")], "Your decision")
    words = LongTextField(
        3,
        label="What is missing",
        max_length=1000,
        required=False,
        help_text="Needed if you return it. The officer reads this and completes the disposition.",
    )
