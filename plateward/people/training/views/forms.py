"""Forms about courses, their materials, who must take them, duties, and records."""

from decimal import Decimal
from typing import Any

from django import forms

from plateward.core.pages.bulk import MOST_TOGETHER
from plateward.core.pages.documents import DocumentField
from plateward.core.pages.fields import DayField
from plateward.people.permissions import Permission
from plateward.people.person_fields import BadgeOrUsernameField, PeopleField, RolesField
from plateward.people.training.models import Course, Duty

LONGEST_VALIDITY = 3660  # days


class OwnerField(BadgeOrUsernameField):
    """A person who may release materials."""

    def clean(self, value: Any) -> Any:
        person = super().clean(value)
        if Permission.TRAINING_MANAGE not in person.permissions:
            raise forms.ValidationError(
                f"{person.full_name} cannot release materials; the owner is an ALPR administrator."
            )
        return person


VALIDITY_FIELD: dict[str, Any] = {
    "label": "Valid for (days)",
    "required": False,
    "min_value": 1,
    "max_value": LONGEST_VALIDITY,
    "help_text": "From completion to the end of the last day. Blank: does not expire.",
}
PASS_MARK_FIELD: dict[str, Any] = {
    "label": "Pass mark of its exam (percent)",
    "required": False,
    "min_value": 1,
    "max_value": 100,
    "help_text": "A record counts only with this score or a higher one (clause 5.d). Blank: it has no exam.",
}


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Course
        fields = ["name", "clause", "how"]
        labels = {"clause": "Clause that requires it", "how": "How to get it"}
        help_texts = {
            "name": "As shown on people's training.",
            "how": "Shown to people without it.",
            "clause": "For example 5.d.",
        }
        widgets = {"how": forms.Textarea(attrs={"rows": 3})}


class NewCourseForm(CourseForm):
    valid_days = forms.IntegerField(**VALIDITY_FIELD)
    pass_mark = forms.IntegerField(**PASS_MARK_FIELD)

    class Meta(CourseForm.Meta):
        fields = ["code", "name", "valid_days", "pass_mark", "clause", "how"]
        help_texts = {
            **CourseForm.Meta.help_texts,
            "code": "Code for CSV files: letters, digits and dashes. Cannot be changed.",
        }

    def clean_code(self) -> str:
        """Lower case, as a file's codes are compared."""
        return str(self.cleaned_data["code"]).lower()


class ReleaseVersionForm(forms.Form):
    summary = forms.CharField(
        max_length=400, label="What is new", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown to everyone who must acknowledge it.",
    )  # fmt: skip
    file = DocumentField(
        label="File",
        help_text="A PDF or UTF-8 text; at most 10 MiB.",
        accept=".pdf,.txt,.md,application/pdf,text/plain",
    )


class NewMaterialForm(ReleaseVersionForm):
    title = forms.CharField(max_length=100, help_text="For example: Handbook.")
    field_order = ["title", "summary", "file"]


class RequirementsForm(forms.Form):
    roles = RolesField(
        label="Roles that must have it",
        required=False,
        help_text="Without this course, people of these roles cannot work in Plateward.",
    )
    valid_days = forms.IntegerField(**VALIDITY_FIELD)
    pass_mark = forms.IntegerField(**PASS_MARK_FIELD)
    agreed_with = forms.CharField(
        max_length=100, label="Agreed with", help_text="Advanced Training Bureau contact."
    )
    agreed_on = DayField(label="Agreed on", help_text="The day of the agreement with the Bureau.")
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)


class NewDutyForm(forms.Form):
    kind = forms.TypedChoiceField(
        choices=Duty.Kind.choices,
        coerce=Duty.Kind,
        widget=forms.RadioSelect,
        label="After a",
        help_text="A change of law or policy, or an incident. After an incident, retraining is due within 30 days.",
    )
    title = forms.CharField(max_length=100, help_text="As shown to the people concerned.")
    what = forms.CharField(
        max_length=2000,
        label="What happened, or changed",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Those who must retrain read it.",
    )
    reference = forms.CharField(
        max_length=60, required=False, help_text="The order or incident report, as filed."
    )
    happened_on = DayField(
        label="Day of the change or incident", help_text="The times for update and retraining count from it."
    )
    course = forms.ModelChoiceField(
        Course.objects.all(),
        empty_label="Choose a course",
        label="Course",
        help_text="The course that must be retaken, with its updated material.",
    )
    owner = OwnerField(label="Who updates the material", help_text="Badge number or username.")
    update_due = DayField(
        label="Material updated by", help_text="By then its owner releases the new version."
    )
    retrain_due = DayField(
        label="Retrained by",
        help_text="Anyone who has not retaken the course by the end of that day is refused. After an incident: "
        "within 30 days (AT-2).",
    )
    roles = RolesField(
        label="Roles it concerns",
        required=False,
        help_text="Everyone with one of these roles must retake the course.",
    )
    people = PeopleField(
        label="People it concerns", required=False, help_text="They retake the course, besides those roles."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned["roles"] and not cleaned["people"]:
            raise forms.ValidationError("No one would have to retrain: choose roles or people.")
        return cleaned


class ExemptForm(forms.Form):
    person = BadgeOrUsernameField(widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=400,
        label="Why retraining is not needed",
        help_text="For example: not affected by the change. It stays on record.",
    )


class HandOverDutyForm(forms.Form):
    owner = OwnerField(label="Who updates the material", help_text="Badge number or username.")


class NewRecordForm(forms.Form):
    people = PeopleField(help_text="One person, or a whole class.")
    courses = forms.ModelMultipleChoiceField(
        Course.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        help_text="What each person completed that day. It is valid for as long as the course is.",
    )
    completed_on = DayField(label="Completed on", help_text="It is valid from this day.")
    issuer = forms.CharField(max_length=100, help_text="Who taught or certified the course.")
    score = forms.DecimalField(
        required=False, min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2,
        help_text="Percent. Required after an exam; below its pass mark the record does not count (clause 5.d).",
    )  # fmt: skip
    document = forms.CharField(
        max_length=200, required=False, help_text="Certificate number, or where it is filed."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        count = len(cleaned.get("people", ())) * len(cleaned.get("courses", ()))
        if count > MOST_TOGETHER:
            self.add_error(
                "people", f"These would be {count} records; record at most {MOST_TOGETHER} at once."
            )
        if count > 1 and cleaned.get("score") is not None:
            self.add_error(
                "score",
                "A score is of one person in one course. Record it alone, or import a class as a file.",
            )
        return cleaned


class WithdrawRecordForm(forms.Form):
    reason = forms.CharField(
        max_length=400,
        label="What is wrong with it",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The record is no longer valid, and the person may lose access. The reason stays on record.",
    )
