"""The forms about an outside agency."""

from datetime import datetime
from typing import Any

from django import forms

from plateward.core.pages.documents import DocumentField
from plateward.core.pages.fields import ClauseField, DayField, LongTextField
from plateward.ground.policy.packs import packs
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES
from plateward.people import days
from plateward.people.agencies.actions import AskedScope
from plateward.people.agencies.models import AgencyRequest
from plateward.people.agencies.rules import MOST_DAYS_BACK, MOST_QUERIES
from plateward.people.models import District


def _several(label: str, help_text: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, help_text=help_text, widget=forms.CheckboxSelectMultiple)


def _purposes(help_text: str) -> forms.MultipleChoiceField:
    field = _several("Purposes", help_text)
    field.choices = [(code, purpose.label) for code, purpose in PURPOSES.items()]
    return field


class AgencyForm(forms.Form):
    name = forms.CharField(label="Name", max_length=100, help_text="In full, as in the FBI’s list of ORIs.")
    ori = forms.CharField(
        label="ORI", max_length=9, help_text="Nine letters and digits; begins with its state."
    )
    federal = forms.BooleanField(
        label="Federal agency",
        required=False,
        help_text="Like an agency of another state, it declares in writing before it gets anything.",
    )
    contact = LongTextField(2, "Contact", "Who answers there, with telephone.", max_length=400)


class RequestForm(forms.Form):
    asked_by = forms.CharField(
        label="Requested by", max_length=120, help_text="Name and title, at the agency."
    )
    purposes = _purposes("What the agency needs it for.")
    what = LongTextField(
        4, "What it asks for", "What it looks for, and why its own sources are not enough.", max_length=2000
    )


class DeclarationForm(forms.Form):
    signed_by = forms.CharField(label="Signed by", max_length=120, help_text="Name and title, at the agency.")
    purposes = _purposes("As the declaration names them.")
    file = DocumentField(
        accept=".pdf,.jpg,.jpeg,.png",
        label="Letter",
        help_text="Scanned: PDF, JPEG or PNG of at most 10 MiB. It cannot be changed later.",
    )
    first_day = DayField(label="First day", help_text="From when it holds.")
    last_day = DayField(label="Last day", help_text="At most a year later.")

    @property
    def term(self) -> tuple[datetime, datetime]:
        return days.start_of(self.cleaned_data["first_day"]), days.end_of(self.cleaned_data["last_day"])


class ConsultForm(forms.Form):
    text = LongTextField(
        4, "Your reasons", "The ALPR administrator decides with these. They stay on record.", max_length=1000
    )
    favors = forms.TypedChoiceField(
        label="Your answer",
        coerce=lambda value: value == "yes",
        empty_value=None,
        choices=[("yes", "Advise to grant"), ("no", "Advise against")],
        help_text="It does not bind the ALPR administrator; it is shown beside the decision.",
    )


class DecideForm(forms.Form):
    """The scope is needed to grant alone."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    purposes = _several("Purposes", "Only what the agency asked for.")
    offenses = _several("Offenses and events", "A search for any other is refused.")
    places = _several("Districts", "Only reads of their units’ readers are found.")
    days_back = forms.IntegerField(
        label="Days back", help_text=f"Older reads are not found. At most {MOST_DAYS_BACK}."
    )
    queries_a_day = forms.IntegerField(
        label="Searches a day", help_text=f"Of all its people together. At most {MOST_QUERIES}."
    )
    images = forms.BooleanField(
        label="With pictures", required=False, help_text="Otherwise plate, time and place."
    )
    last_day = DayField(label="Last day", help_text="At most a year away, and within the declaration.")
    reason = LongTextField(
        3, "Why", "Kept with the decision. Who entered the request reads it.", max_length=1000
    )
    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("grant", "Grant"), ("deny", "Deny")],
        help_text="A grant replaces the agency’s earlier access at once.",
    )

    def __init__(self, data: Any = None, *, of: AgencyRequest) -> None:
        earlier = of.agency.grant
        names = ("offenses", "places", "days_back", "queries_a_day", "images")
        known = {name: getattr(earlier, name) for name in names} if earlier else {}
        super().__init__(
            data, initial={"seen": earlier.pk if earlier else 0, "purposes": of.purposes, **known}
        )
        fields: Any = self.fields
        fields["purposes"].choices = [(code, PURPOSES[code].label) for code in of.purposes]
        fields["offenses"].choices = [(code, offense.label) for code, offense in OFFENSES.items()]
        fields["places"].choices = [(name, name) for name in District.objects.values_list("name", flat=True)]
        if self.data.get("decision") == "deny":
            for name in ("purposes", *names, "last_day"):
                fields[name].required = False

    @property
    def scope(self) -> AskedScope | None:
        """None: it is denied."""
        given = self.cleaned_data
        if given["decision"] == "deny":
            return None
        names = ("purposes", "offenses", "places", "days_back", "queries_a_day", "images")
        return AskedScope(**{name: given[name] for name in names}, ends=days.end_of(given["last_day"]))


class RevokeForm(forms.Form):
    clause = ClauseField(
        lambda: {row.id: row.mechanism for pack in packs() for row in pack.rows},
        "Of the policy, or of a law.",
    )
    reason = LongTextField(4, "What happened", "Cannot be changed later.", max_length=1000)
