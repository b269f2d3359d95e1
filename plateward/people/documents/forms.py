"""Forms of protocols: a draft, a decision, a question as of a moment."""

from typing import Any

from django import forms

from plateward.core.pages.documents import DocumentField
from plateward.core.pages.fields import DayField, FoundField, LongTextField
from plateward.people.documents.actions import CONTENT, Draft
from plateward.people.documents.models import ProtocolVersion
from plateward.people.documents.rules import RETRAIN_WITHIN, clean_text, first_bad_line
from plateward.people.models import Unit
from plateward.people.person_fields import BadgeOrUsernameField, PastField, RolesField
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
    review_on = DayField(
        label="Review by", required=False,
        help_text="When it must be reviewed at the latest. Blank: a year after it takes effect.",
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
            return fields | {"summary": "", "effective_on": None, "review_on": None, "courses": []}
        return fields | {"seen": version.sha256}

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        first, last = given.get("effective_on"), given.get("review_on")
        if first and last and last <= first:
            self.add_error("review_on", "Enter a day after it takes effect.")
        return given

    def draft(self) -> Draft:
        """From a valid form."""
        given = self.cleaned_data
        return Draft(
            **{name: given[name] for name in ("title", "kind", "summary", "text", "effective_on")},
            acknowledge_within=given["acknowledge_within"],
            review_on=given["review_on"],
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


class ReviewForm(forms.Form):
    note = ProtocolTextField(
        3,
        max_length=400,
        label="What you reviewed",
        help_text="Such as the policy, incidents and findings of the year. To change the protocol, revise it instead.",
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
    at = PastField(
        label="As of",
        help_text="Which version was in force then, and whether this person had acknowledged it.",
    )
