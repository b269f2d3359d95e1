"""Forms that open an investigation, and for what is done about it."""

from functools import partial
from typing import Any

from django import forms

from plateward.core.audit.models import AuditEntry
from plateward.core.pages.fields import (
    ButtonsField,
    ClauseField,
    DayField,
    LongTextField,
    MinuteField,
    OneOfField,
    YesNoField,
)
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.investigations.models import Allegation, Investigation, InvestigationStep
from plateward.oversight.investigations.rules import LONGEST_TEXT, DisciplinaryAction, Result
from plateward.people.models import Person
from plateward.people.penalties.models import Offense
from plateward.people.penalties.rules import policy_clauses
from plateward.people.person_fields import BadgeOrUsernameField
from plateward.work.alerts.audience.alerts import alerts_for

Text = partial(LongTextField, max_length=LONGEST_TEXT)


class OpenForm(forms.Form):
    """Who, what, when, and how it is known."""

    subject = BadgeOrUsernameField(
        label="Who", help_text="Badge number or username. This person cannot see it."
    )
    what = Text(5, "What happened", "Conduct, place and what it concerns. The investigator begins with this.")
    happened_on = DayField(
        label="When, or since when", help_text="The first day, if it went on for some time."
    )
    known = Text(2, "How it is known", "What you saw yourself, who told you, or which record shows it.")


class ActForm(forms.Form):
    """A form on the page of an investigation, for this viewer."""

    def __init__(self, *args: Any, investigation: Investigation, viewer: Person, **more: Any) -> None:
        more.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **more)
        self.investigation, self.viewer = investigation, viewer
        self.prepare()

    def prepare(self) -> None:
        """Fill in what may be chosen."""


class AllegeForm(ActForm):
    """What is alleged."""

    clause = ClauseField(policy_clauses, "The requirement that was violated.")
    text = Text(3, "What is alleged", "Conduct, day and place. Each allegation gets an outcome of its own.")


class NoteForm(ActForm):
    """What was learned."""

    text = Text(
        2, "What was learned", "Added to the file with your name and the time. It cannot be changed later."
    )


class InterviewForm(ActForm):
    """An interview."""

    number = forms.CharField(label="With whom", max_length=60, help_text="Rank and name, or badge number.")
    happened_at = MinuteField(label="When they were interviewed", help_text="When it began.")
    text = Text(5, "What was said", "In substance; a recording is kept with the case, and named here.")


class AttachForm(ActForm):
    """A finding or an alert, by its number."""

    kind = ButtonsField(
        [("finding", "A finding"), ("alert", "An alert")],
        "What it is",
        "A finding of a detector, or an alert that shows what was done.",
    )
    number = forms.IntegerField(
        label="Its number",
        min_value=1,
        max_value=10**12,
        help_text="As its own page shows it. You can attach only what you may see.",
    )
    text = Text(2, "What it shows", "Why it matters for the allegation.")

    def clean(self) -> dict[str, Any]:
        """The thing, if this viewer may see it."""
        data = super().clean() or {}
        kind, number = data.get("kind"), data.get("number")
        if kind and number:
            rows: Any = {"finding": findings_for, "alert": alerts_for}[kind](self.viewer)
            thing = rows.filter(pk=number).first()
            if thing is None:
                self.add_error("number", f"There is no {kind} {number} that you may see.")
            return {"things": [thing], "text": data.get("text", "")}
        return data


class EntriesForm(ActForm):
    """Entries of the audit log, chosen on their own page."""

    things = forms.ModelMultipleChoiceField(
        label="Entries",
        queryset=AuditEntry.objects.none(),
        widget=forms.CheckboxSelectMultiple,  # drawn beside each entry
        error_messages={"required": "Choose one or more entries."},
        help_text="Acts of the subject on the audit log. They are kept with the investigation.",
    )
    text = Text(2, "What they show", "Why these acts matter for the allegation.")

    def prepare(self) -> None:
        theirs = AuditEntry.objects.filter(actor_kind="person", actor_id=self.investigation.subject.username)
        self.fields["things"].queryset = theirs  # type: ignore[attr-defined]


class PersonForm(ActForm):
    """Who may be part of it."""

    person = BadgeOrUsernameField(
        label="Who", help_text="Badge number or username. From now on this person cannot see it."
    )
    text = Text(
        2, "What points to them", "What you saw or found. Only those who handle this investigation read it."
    )


class AssignForm(ActForm):
    """Who investigates from now on."""

    person = BadgeOrUsernameField(label="Investigator", help_text="Badge number or username.")
    text = Text(
        2,
        "Why it is given to them",
        "Such as rank, independence or knowledge of the matter. It stays on record.",
    )


class SuspendForm(ActForm):
    """Why access is suspended at once."""

    reason = LongTextField(2, "Risk", "Everyone who sees the suspension sees this, too.", max_length=400)


class ConcludeForm(ActForm):
    """The outcome of an allegation."""

    allegation = forms.ModelChoiceField(
        label="Allegation", queryset=Allegation.objects.none(), help_text="Each is concluded separately."
    )
    result = OneOfField(Result, "Outcome", "Someone above you accepts or returns it before it takes effect.")
    text = Text(
        6, "Why", "What you reviewed, whom you interviewed, what it shows, and what speaks against it."
    )

    def prepare(self) -> None:
        self.fields["allegation"].queryset = self.investigation.allegations.all()  # type: ignore[attr-defined]


class ReviewForm(ActForm):
    """What a reviewer says of an outcome."""

    seen = forms.ModelChoiceField(
        label="Outcome",
        queryset=InvestigationStep.objects.none(),
        help_text="The outcome that you accept or return, with its allegation.",
    )
    accepted = YesNoField("Accept", "Return to the investigator", "Your decision")
    text = Text(3, "Why", "If you return it: what to look at again. The investigator reads it.")

    def prepare(self) -> None:
        rulings = self.investigation.progress.rulings.values()
        pending = {ruling.seen for ruling in rulings if not ruling.accepted}
        steps = InvestigationStep.objects.filter(
            investigation=self.investigation, kind=InvestigationStep.Kind.CONCLUDED
        )
        field: Any = self.fields["seen"]
        field.queryset = steps  # an outcome that was reviewed meanwhile is refused with its reason
        field.widget.choices = [
            (step.pk, f"{step.get_result_display()} — {step.allegation}"[:160])
            for step in steps.select_related("allegation")
            if step.pk in pending
        ]


class DisciplineForm(ActForm):
    """The offense that the administrator recorded."""

    offense = forms.ModelChoiceField(
        label="Offense",
        queryset=Offense.objects.none(),
        help_text="The ALPR administrator records it on the person's page.",
    )
    action = OneOfField(
        DisciplinaryAction,
        "Discipline",
        "Tampering that was intended leads to discipline up to termination (clause 6.j.i).",
    )
    text = Text(3, "Decision", "What was decided in detail, by whom, and when.")

    def prepare(self) -> None:
        offenses = Offense.objects.filter(
            person=self.investigation.subject, begins__gte=self.investigation.opened_at
        )
        self.fields["offense"].queryset = offenses  # type: ignore[attr-defined]


class ReportForm(ActForm):
    """The report to the CJIS Security Officer."""

    recipient = forms.CharField(
        label="To whom, by name",
        max_length=100,
        help_text="The CJIS Security Officer or, if that is the subject or may be involved, the state's CJIS Systems "
        "Officer.",
    )
    text = Text(2, "How", "For example: by phone at once, and by letter.")
    happened_at = MinuteField(
        label="When it was reported", help_text="When the officer was reached, not when you record it."
    )
    number = forms.CharField(
        label="Incident number", max_length=60, help_text="The number the officer gave the report."
    )


class NotifyForm(ActForm):
    """What the subject is told."""

    text = Text(
        4,
        "What the subject reads",
        "From then on they know of the investigation. They see this text, and whether it is closed.",
    )


class CloseForm(ActForm):
    """Nothing more is asked."""
