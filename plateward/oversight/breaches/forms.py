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
from plateward.pages.fields import LongTextField, MinuteField
from plateward.people.courses.models import Course
from plateward.people.person_fields import BadgeOrUsernameField, PeopleField


class BreachForm(forms.Form):
    """What happened."""

    kind = forms.TypedChoiceField(
        label="What it looks like",
        coerce=BreachKind,
        choices=list(KIND_TEXTS.items()),
        widget=forms.RadioSelect,
        help_text="Your impression is enough. Those who handle it look further.",
    )
    what = LongTextField(
        5,
        label="What happened",
        max_length=LONGEST_TEXT,
        help_text="What you saw, where, and what it concerns. Do not try to repair it yourself.",
    )
    noticed_at = MinuteField(
        label="When it was noticed", help_text="The times to notify others count from then."
    )
    concerns = BadgeOrUsernameField(
        label="Who may be responsible",
        required=False,
        help_text="Badge number or username, if you suspect someone. This person cannot see the report.",
    )


class NotifiedForm(forms.Form):
    """Whom of an office somebody reached, and how."""

    office = forms.TypedChoiceField(
        label="Who was notified",
        coerce=Office,
        choices=list(OFFICE_TEXTS.items()),
        widget=forms.RadioSelect,
        help_text="Each office must be notified in its time; this ends its clock.",
    )
    text = LongTextField(
        2,
        label="Whom you reached, and how",
        max_length=LONGEST_TEXT,
        help_text="For example: Lena Lopez, by phone.",
    )


class CutForm(forms.Form):
    """What to cut off."""

    cut = forms.TypedChoiceField(
        label="What to cut off",
        coerce=Cut,
        choices=list(CUT_TEXTS.items()),
        widget=forms.RadioSelect,
        help_text="It ends at once and stays off until somebody restores it.",
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
    reason = LongTextField(
        2,
        label="What it stops",
        max_length=400,
        help_text="What harm it stops. It stays on record.",
    )


class ResumeForm(forms.Form):
    """Why exports may go on."""

    reason = LongTextField(
        2,
        label="Why exports may resume",
        max_length=400,
        help_text="What was checked, so that nothing more can leak. It stays on record.",
    )


class NoteForm(forms.Form):
    """What was learned."""

    text = LongTextField(
        2,
        label="What was learned",
        max_length=LONGEST_TEXT,
        help_text="Added to the record with your name and the time. It cannot be changed later.",
    )


class SuspectForm(forms.Form):
    """Who may be responsible."""

    person = BadgeOrUsernameField(
        label="Who may be responsible",
        help_text="Badge number or username. From now on this person cannot see this breach.",
    )
    text = LongTextField(
        2,
        label="What points to them",
        max_length=LONGEST_TEXT,
        help_text="What you saw or found. Only those who handle this breach read it.",
    )


class CloseForm(forms.Form):
    """The root-cause analysis."""

    confirmed = forms.TypedChoiceField(
        label="Result",
        coerce=lambda text: text == "yes",
        choices=[("yes", "It was a breach"), ("no", "It was no breach")],
        widget=forms.RadioSelect,
        help_text="Either way the record stays. A breach leads to retraining of those involved.",
    )
    cause = LongTextField(
        5,
        label="Root cause",
        max_length=LONGEST_TEXT,
        help_text="How it could happen and how you know. If it was no breach, why not.",
    )
    remedy = LongTextField(
        5,
        label="What keeps it from happening again",
        max_length=LONGEST_TEXT,
        required=False,
        help_text="What was changed in rules, machines or training. Needed if it was a breach.",
    )
    involved = PeopleField(
        label="People involved",
        required=False,
        help_text="Badge numbers or usernames, each on its own line: they retake the courses within 30 days (AT-2).",
    )
    nobody = forms.BooleanField(
        label="Nobody of this agency was involved",
        required=False,
        help_text="Check it if nobody has to retrain. Then leave the people above empty.",
    )
    courses = forms.ModelMultipleChoiceField(
        label="Courses to bring up to date and retake",
        queryset=Course.objects.all(),
        to_field_name="code",
        required=False,
        initial=["cjis"],
        widget=forms.CheckboxSelectMultiple,
        help_text="Their material is updated first. Those involved have 30 days from when the breach was noticed.",
    )
