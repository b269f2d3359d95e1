"""Forms for a report and for what is done about it."""

from django import forms

from plateward.oversight.breaches.rules import (
    CUT_TEXTS,
    KIND_TEXTS,
    LONGEST_TEXT,
    OFFICE_TEXTS,
    BreachKind,
    Cut,
    Office,
)
from plateward.pages.fields import MinuteField, TextField
from plateward.people.courses.models import Course
from plateward.people.person_fields import BadgeOrUsernameField, PeopleField


class BreachForm(forms.Form):
    """What happened."""

    kind = forms.TypedChoiceField(
        label="What it looks like",
        coerce=BreachKind,
        choices=list(KIND_TEXTS.items()),
        widget=forms.RadioSelect,
    )
    what = TextField(
        "What happened",
        LONGEST_TEXT,
        rows=5,
        help_text="What you saw, where, and what it concerns. Do not try to repair it yourself.",
    )
    noticed_at = MinuteField(
        label="When it was noticed", help_text="The times to notify others count from then."
    )
    concerns = BadgeOrUsernameField(
        label="Whose doing it may be",
        required=False,
        help_text="Badge number or username, if you suspect somebody. This person sees nothing of the report.",
    )


class NotifiedForm(forms.Form):
    """Whom of an office somebody reached, and how."""

    office = forms.TypedChoiceField(
        label="Who was notified", coerce=Office, choices=list(OFFICE_TEXTS.items()), widget=forms.RadioSelect
    )
    text = TextField(
        "Whom you reached, and how",
        LONGEST_TEXT,
        rows=2,
        help_text="For example: Lena Lopez, by phone.",
    )


class CutForm(forms.Form):
    """What to cut off."""

    cut = forms.TypedChoiceField(
        label="What to cut off", coerce=Cut, choices=list(CUT_TEXTS.items()), widget=forms.RadioSelect
    )
    name = forms.CharField(
        label="Its name",
        max_length=150,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text="The username, or the name of the terminal or reader. Empty for all exports.",
    )
    reason = TextField("What it stops", 400, rows=2)


class ResumeForm(forms.Form):
    """Why exports may go on."""

    reason = TextField("Why exports may go on", 400, rows=2)


class NoteForm(forms.Form):
    """What was learned."""

    text = TextField("What was learned", LONGEST_TEXT, rows=2)


class CloseForm(forms.Form):
    """The root-cause analysis."""

    confirmed = forms.TypedChoiceField(
        label="Result",
        coerce=lambda text: text == "yes",
        choices=[("yes", "It was a breach"), ("no", "It was no breach")],
        widget=forms.RadioSelect,
    )
    cause = TextField(
        "Root cause",
        LONGEST_TEXT,
        rows=5,
        help_text="How it could happen and how you know. If it was no breach, why not.",
    )
    remedy = TextField("What keeps it from happening again", LONGEST_TEXT, rows=5, required=False)
    involved = PeopleField(
        label="People involved",
        required=False,
        help_text="Badge numbers or usernames, each on its own line: they retake the courses within 30 days (AT-2).",
    )
    courses = forms.ModelMultipleChoiceField(
        label="Courses to bring up to date and retake",
        queryset=Course.objects.all(),
        to_field_name="code",
        required=False,
        initial=["cjis"],
        widget=forms.CheckboxSelectMultiple,
    )
