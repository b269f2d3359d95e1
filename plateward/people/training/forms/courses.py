"""Courses, their materials, and who must take them."""

from typing import Any

from django import forms

from plateward.people.courses.models import Course
from plateward.people.training.actions.courses import MAX_BYTES
from plateward.people.training.forms.fields import LONGEST_VALIDITY, RolesField, TrainingDayField

VALIDITY_FIELD: dict[str, Any] = {
    "label": "Valid for (days)",
    "required": False,
    "min_value": 1,
    "max_value": LONGEST_VALIDITY,
    "help_text": "From the day of its completion, to the end of the last day. Empty: it does not expire.",
}


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a course is, and how people take it."""

    class Meta:
        model = Course
        fields = ["name", "clause", "how"]
        labels = {"clause": "Clause that asks for it", "how": "How a person gets it"}
        help_texts = {"how": "Shown to whoever lacks it.", "clause": "For example 5.d."}
        widgets = {"how": forms.Textarea(attrs={"rows": 3})}


class NewCourseForm(CourseForm):
    """A new course."""

    valid_days = forms.IntegerField(**VALIDITY_FIELD)

    class Meta(CourseForm.Meta):
        fields = ["code", "name", "valid_days", "clause", "how"]
        help_texts = {
            **CourseForm.Meta.help_texts,
            "code": "How a CSV file names it: letters, digits and dashes. It stays.",
        }

    def clean_code(self) -> str:
        """Lower case, as a file's codes are compared."""
        return str(self.cleaned_data["code"]).lower()


class ReleaseVersionForm(forms.Form):
    """A new version of a material."""

    summary = forms.CharField(
        max_length=400, label="What is new", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown to everybody who is asked to acknowledge it.",
    )  # fmt: skip
    file = forms.FileField(
        label="File",
        help_text="A PDF, or text in UTF-8; at most 10 MiB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.txt,.md,application/pdf,text/plain"}),
    )

    def clean_file(self) -> bytes:
        """The file's bytes, with the size checked before the read."""
        file: Any = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB.")
        self.file_name = str(file.name)
        return bytes(file.read())


class NewMaterialForm(ReleaseVersionForm):
    """The first version of a material."""

    title = forms.CharField(max_length=100, help_text="For example: Handbook.")
    field_order = ["title", "summary", "file"]


class RequirementsForm(forms.Form):
    """Who must have a course, and for how long it is valid."""

    roles = RolesField(label="Roles that must have it", required=False)
    valid_days = forms.IntegerField(**VALIDITY_FIELD)
    agreed_with = forms.CharField(
        max_length=100, label="Agreed with", help_text="Whoever of the Advanced Training Bureau."
    )
    agreed_on = TrainingDayField(label="Agreed on")
    looked_at = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
