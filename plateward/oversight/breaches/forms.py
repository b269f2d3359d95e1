"""Forms for a report and for what is done about it."""

from functools import partial

from django import forms

from plateward.core.pages.fields import LongTextField, MinuteField, OneOfField, YesNoField
from plateward.ground import clock
from plateward.oversight.breaches.rules import (
    LONGEST_TEXT,
    BreachKind,
    Cut,
    Office,
)
from plateward.people.person_fields import BadgeOrUsernameField, PeopleField
from plateward.people.training.models import Course

Text = partial(LongTextField, max_length=LONGEST_TEXT)


class BreachForm(forms.Form):
    """What happened."""

    kind = OneOfField(
        BreachKind, "What it looks like", "Your impression is enough. Those who handle it look further."
    )
    what = Text(
        5, "What happened", "What you saw, where, and what it concerns. Do not try to repair it yourself."
    )
    noticed_at = MinuteField(
        label="When it was noticed",
        initial=clock.now,
        help_text="Now, or earlier. The deadlines to notify others run from then.",
    )
    concerns = BadgeOrUsernameField(
        label="Who may be responsible",
        required=False,
        help_text="Badge number or username, if you suspect someone. This person cannot see the report.",
    )


class ConfirmForm(forms.Form):
    """What shows that it is a breach."""

    text = Text(
        2,
        "What confirms it",
        "What you found that shows it. The state's CJIS Systems Officer is to know within an hour (IR-6).",
    )


class NotifiedForm(forms.Form):
    """Whom of an office somebody reached, and how."""

    office = OneOfField(
        Office, "Who was notified", "Each office must be notified by its deadline. This stops its clock."
    )
    text = Text(2, "Person you reached, and how", "For example: Lena Lopez, by phone.")


class CutForm(forms.Form):
    """What to cut off."""

    cut = OneOfField(Cut, "What to cut off", "It is cut off at once and stays off until someone restores it.")
    name = forms.CharField(
        label="Its name",
        max_length=150,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text="The username, or the name of the terminal or reader. Empty for all exports.",
    )
    reason = LongTextField(2, "What it stops", "What harm it stops. It stays on record.", max_length=400)


class ResumeForm(forms.Form):
    """Why exports may go on."""

    reason = LongTextField(
        2,
        "Why exports may resume",
        "What was checked, so that nothing more can leak. It stays on record.",
        max_length=400,
    )


class NoteForm(forms.Form):
    """What was learned."""

    text = Text(
        2, "What was learned", "Added to the record with your name and the time. It cannot be changed later."
    )


class SuspectForm(forms.Form):
    """Who may be responsible."""

    person = BadgeOrUsernameField(
        label="Who may be responsible",
        help_text="Badge number or username. From now on this person cannot see this breach.",
    )
    text = Text(2, "What points to them", "What you saw or found. Only those who handle this breach read it.")


class CloseForm(forms.Form):
    """The root-cause analysis."""

    confirmed = YesNoField(
        "It was a breach",
        "It was no breach",
        "Result",
        "Either way the record stays. A breach leads to retraining of those involved.",
    )
    cause = Text(5, "Root cause", "How it could happen and how you know. If it was no breach, why not.")
    remedy = Text(
        5,
        "What keeps it from happening again",
        "What was changed in rules, machines or training. Needed if it was a breach.",
        required=False,
    )
    involved = PeopleField(
        label="People involved",
        required=False,
        help_text="They retake the courses within 30 days (AT-2).",
    )
    nobody = forms.BooleanField(
        label="No one in this agency was involved",
        required=False,
        help_text="Check if no one must retrain. Then check none of the people above.",
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
