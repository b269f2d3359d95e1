"""Forms of protocols: a draft, a decision, a question as of a moment."""

from datetime import datetime
from typing import Any

from django import forms

from plateward.core.pages.documents import DocumentField
from plateward.core.pages.fields import DayField, FoundField, LongTextField, MinuteField
from plateward.ground import clock
from plateward.people.documents.actions import CONTENT, Draft
from plateward.people.documents.models import ProtocolVersion
from plateward.people.documents.rules import RETRAIN_WITHIN, clean_text, first_bad_line
from plateward.people.models import Unit
from plateward.people.person_fields import BadgeOrUsernameField, RolesField
from plateward.people.training.models import Course
from plateward.people.training.rules import MAX_DUTY_PERIOD

LONGEST = 90  # days to acknowledge


class ProtocolTextField(LongTextField):
    """A text of several lines without characters that cannot be shown."""

    def to_python(self, value: Any) -> str:
        text = clean_text(super().to_python(value) or "")
        if line := first_bad_line(text):
            raise forms.ValidationError(
                f"Line {line} has a character that cannot be shown. Type the line again."
            )
        return text


class DraftForm(forms.Form):
    title = forms.CharField(max_length=100, help_text="For example: Storage of reads and images.")
    kind = forms.ChoiceField(
        choices=[("", "Choose"), *ProtocolVersion.Kind.choices],
        label="About",
        help_text="What the protocol governs.",
    )
    summary = ProtocolTextField(
        3, max_length=400, label="What is new", help_text="Shown to everyone it applies to."
    )
    text = ProtocolTextField(
        18, max_length=60_000,
        help_text="Start a heading with #, a bullet with -, a step with 1. Leave a line blank between paragraphs.",
    )  # fmt: skip
    original = DocumentField(
        label="Signed original", required=False, accept=".pdf,application/pdf",
        help_text="A PDF of at most 10 MiB. The text above is what people read and acknowledge.",
    )  # fmt: skip
    effective_on = DayField(
        label="Takes effect on",
        help_text="It is in force from this day on. The people it applies to are notified once it is approved.",
    )
    acknowledge_within = forms.IntegerField(
        label="Days to acknowledge", required=False, min_value=1, max_value=LONGEST,
        help_text="From the day it takes effect; then access stops until they do. Blank: it never stops.",
    )  # fmt: skip
    roles = RolesField(label="Roles it binds", required=False, help_text="None checked: every role.")
    units = FoundField(
        Unit.objects.all(), required=False, label="Units it binds", help_text="None checked: every unit."
    )
    courses = forms.ModelMultipleChoiceField(
        Course.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Training it changes",
        help_text="Approval opens a duty to update its material and to retrain those it binds (clause 6.d.iv). "
        "Required when a protocol changes.",
    )
    retrain_within = forms.IntegerField(
        label="Days to retrain", required=False, min_value=1, max_value=MAX_DUTY_PERIOD.days,
        help_text=f"From the day it takes effect; then access stops until they have. Blank: {RETRAIN_WITHIN}.",
    )  # fmt: skip
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    @classmethod
    def initial_from(cls, version: ProtocolVersion | None) -> dict[str, Any]:
        """The fields of the draft, or of the version that is revised: its summary is of its own."""
        if version is None:
            return {}
        fields = {name: getattr(version, name) for name in CONTENT}
        if version.approved_at is not None:
            return fields | {"summary": "", "effective_on": None, "courses": []}
        return fields | {"seen": version.sha256}

    def draft(self) -> Draft:
        """From a valid form."""
        given = self.cleaned_data
        return Draft(
            **{name: given[name] for name in ("title", "kind", "summary", "text", "effective_on")},
            acknowledge_within=given["acknowledge_within"],
            roles=[role.value for role in given["roles"]],
            units=[str(unit.pk) for unit in given["units"]],
            courses=[course.code for course in given["courses"]],
            retrain_within=given["retrain_within"],
            original=given["original"],
        )


class DecisionForm(forms.Form):
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = ProtocolTextField(
        3,
        max_length=400,
        required=False,
        label="What to change, if you return it",
        help_text="Needed if you return it. The person who drafted it reads this.",
    )


class WithdrawForm(forms.Form):
    reason = ProtocolTextField(
        3,
        max_length=400,
        label="Why it no longer applies",
        help_text="It no longer applies to anyone. Its versions and the reason stay on record.",
    )


class AsOfForm(forms.Form):
    person = BadgeOrUsernameField(
        label="Badge number or username", help_text="The person whose protocols you want to see."
    )
    at = MinuteField(
        label="As of",
        help_text="Which version was in force then, and whether this person had acknowledged it.",
    )

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at > clock.now():
            raise forms.ValidationError("That time is still to come.")
        return at
