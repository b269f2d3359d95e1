"""Forms about an offense and what followed."""

from django import forms

from plateward.people.offenses.models import Note
from plateward.people.offenses.rules import policy_clauses

LONG_TEXT = forms.Textarea(attrs={"rows": 5})


class OffenseForm(forms.Form):
    """What a person did, against which clause."""

    what = forms.CharField(
        label="What happened",
        max_length=2000,
        widget=LONG_TEXT,
        help_text="What was done, when, and how it is known. It cannot be changed afterward.",
    )
    clause = forms.ChoiceField(
        label="Clause offended against",
        choices=lambda: [
            ("", "Choose"),
            *((id, f"{id}: {asks}"[:110]) for id, asks in policy_clauses().items()),
        ],
    )


class NoteForm(forms.Form):
    """Who decided, and what."""

    kind = forms.ChoiceField(
        label="What is noted",
        choices=[(kind.value, kind.label) for kind in Note.Kind if kind is not Note.Kind.GRANTED],
        widget=forms.RadioSelect,
    )
    by = forms.CharField(
        label="By whom",
        max_length=100,
        help_text="Who in the chain of command handled it or decided, by rank and name.",
    )
    text = forms.CharField(
        label="How",
        max_length=2000,
        widget=LONG_TEXT,
        help_text="For instance: letter of reprimand of 3 March.",
    )


class GrantAppealForm(forms.Form):
    """Why the Chief grants an appeal."""

    text = forms.CharField(label="Why the appeal is granted", max_length=2000, widget=LONG_TEXT)
