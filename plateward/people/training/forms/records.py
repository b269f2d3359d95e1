"""Records: a new one, a withdrawal, a file of them."""

from decimal import Decimal

from django import forms

from plateward.people.courses.models import Course
from plateward.people.training.forms.fields import BadgeOrUsernameField, TrainingDayField


class NewRecordForm(forms.Form):
    """Record that a person has taken a course."""

    person = BadgeOrUsernameField(label="Person", help_text="Badge number or username.")
    course = forms.ModelChoiceField(Course.objects.all(), empty_label="Choose a course")
    completed_on = TrainingDayField(label="Completed on", help_text="The day from which it counts.")
    issuer = forms.CharField(max_length=100, help_text="Who gave the course, or certified it.")
    score = forms.DecimalField(
        required=False, min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2,
        help_text="Per cent.",
    )  # fmt: skip
    document = forms.CharField(
        max_length=200, required=False, help_text="The certificate's number, or where it is filed."
    )


class WithdrawRecordForm(forms.Form):
    """Why a record was wrong."""

    reason = forms.CharField(
        max_length=400, label="What is wrong with it", widget=forms.Textarea(attrs={"rows": 3})
    )
