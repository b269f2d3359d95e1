"""Records: one, one withdrawn, a file of them."""

from decimal import Decimal
from typing import Any

from django import forms

from plateward.people.courses.csv_file import MAX_BYTES
from plateward.people.courses.models import Course
from plateward.people.training.forms.fields import Day, Somebody


class NewRecord(forms.Form):
    """That somebody has taken a course."""

    person = Somebody(label="Person", help_text="Badge number or username.")
    course = forms.ModelChoiceField(Course.objects.all(), empty_label="Choose a course")
    completed_on = Day(label="Completed on", help_text="The day from which it counts.")
    issuer = forms.CharField(max_length=100, help_text="Who gave the course, or certified it.")
    score = forms.DecimalField(
        required=False, min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2,
        help_text="Per cent.",
    )  # fmt: skip
    document = forms.CharField(
        max_length=200, required=False, help_text="The certificate's number, or where it is filed."
    )


class Withdrawal(forms.Form):
    """Why a record was wrong."""

    reason = forms.CharField(
        max_length=400, label="What is wrong with it", widget=forms.Textarea(attrs={"rows": 3})
    )


class RecordsFile(forms.Form):
    """A CSV file."""

    file = forms.FileField(
        label="CSV file",
        help_text="Columns: badge or username, course, date, issuer; score and document if there are any.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean_file(self) -> bytes:
        """The file's bytes; bounded before it is read."""
        file: Any = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB. Split it.")
        self.file_name = str(file.name)
        return bytes(file.read())
