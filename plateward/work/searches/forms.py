"""The forms of a search, of the decision on it, and on a stopped one."""

import re
from datetime import UTC, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from uuid_utils.compat import uuid7

from plateward.core.cases.forms import NumberField
from plateward.core.pages.fields import ButtonsField, DayField, FoundNameField, LongTextField, MinuteField
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.requests.forms import PLAIN, SingleUseForm
from plateward.field.hotlists.states import STATES
from plateward.field.reads.areas import BadQuery, read_area
from plateward.ground import clock
from plateward.ground.links.ncic.vehicle import CLASS_TEXT, COLOR_TEXT
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES, USUAL
from plateward.people import days
from plateward.people.models import Unit
from plateward.work.searches.actions import SearchRequest
from plateward.work.searches.models import Basis, StoppedDecision
from plateward.work.searches.offenses import Tie, offense_of
from plateward.work.searches.query import SearchQuery, written
from plateward.work.searches.records import RecentCase
from plateward.work.searches.rules import MOST_PLATES, OLDER

USUAL_SPAN = timedelta(days=30)
NEW_CASE = ""
BETWEEN_PLATES = re.compile(r"[\r\n,;\t]+")
MATCHES = [
    ("exact", "Exactly as written"),
    ("folded", "Also look-alikes: O/0, I/1, Z/2, S/5, G/6, B/8"),
    ("near", "Also one character different"),
]
ADVANCED = {
    "Several plates": ("match", "more_plates"),
    "Older reads": ("why_older",),
    "Where it was read": ("area", "cameras", "units", "deployments"),
    "Warrant or emergency": ("basis", "basis_text", "warrant_court", "warrant_on"),
    "Vehicle": ("kinds", "colors", "makes", "hits_only"),
}


class SearchForm(SingleUseForm):
    """A search: the plate first, then the case. What is seldom needed is in `advanced`."""

    plate = forms.CharField(
        label="Plate",
        max_length=40,
        error_messages={"required": "Enter a plate; or, in an emergency or with a warrant, a place."},
        help_text="? is one unknown character, * any number of them.",
        widget=forms.TextInput(attrs=PLAIN | {"autofocus": True}),
    )
    state = forms.ChoiceField(
        label="State",
        choices=[("", "Any"), *STATES.items()],
        required=False,
        help_text="The issuing state. Any: also plates whose state was not read.",
    )
    case = ButtonsField(
        (),
        "Case",
        "A case you searched for recently, or another. Each search is kept with its case.",
        required=False,
    )
    purpose = forms.ChoiceField(
        label="Purpose",
        choices=[("", "Choose"), *((code, purpose.label) for code, purpose in PURPOSES.items())],
        help_text="The kind of police work. It is kept with the search and reviewed.",
    )
    number = NumberField(label="CAD or case number", help_text="It is checked with CAD.")
    offense = forms.ChoiceField(
        label="Offense or event",
        choices=[("", "Choose"), *((code, offense.label) for code, offense in OFFENSES.items())],
        help_text="Set from CAD's type of incident, if CAD has one.",
    )
    tie = ButtonsField(
        [(tie.value, tie.label) for tie in Tie],
        "What ties this vehicle to the case, unless CAD names its plate",
        required=False,
    )
    tie_to = forms.CharField(
        label="Of whom, or what",
        required=False,
        max_length=200,
        help_text="The suspect, victim or missing person; the agency that broadcast it; or what else.",
    )
    reason = LongTextField(
        2,
        label="Reason, in a sentence",
        max_length=2000,
        help_text="What happened, and why this vehicle. It is kept with the search.",
        error_messages={"required": "Say in a sentence what happened, and why this vehicle."},
    )
    since = MinuteField(
        label="From",
        help_text=f"Reads from more than {OLDER.days} days ago need your supervisor's approval.",
    )
    until = MinuteField(label="To", required=False, help_text="Empty: until now.")
    match = forms.ChoiceField(
        label="Compare the plate",
        choices=MATCHES,
        initial="exact",
        required=False,
        help_text="Look-alikes find misread plates, but also more unrelated vehicles.",
    )
    more_plates = forms.CharField(
        label="More plates",
        required=False,
        max_length=400_000,
        help_text=f"One on each line, at most {MOST_PLATES} in all. Several plates need your supervisor's approval.",
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "characters", "spellcheck": "false"}),
    )
    area = forms.CharField(
        label="Area on the map", required=False, max_length=20_000, widget=forms.HiddenInput
    )
    cameras = FoundNameField(
        label="Cameras",
        required=False,
        help_text="None checked: all cameras.",
    )
    units = FoundNameField(
        label="Units",
        required=False,
        help_text="Readers of these units only. None checked: all.",
    )
    deployments = forms.CharField(
        label="Deployments",
        required=False,
        max_length=400,
        help_text="Their names, separated by commas.",
    )
    kinds = forms.MultipleChoiceField(
        label="Class",
        required=False,
        choices=list(CLASS_TEXT.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="As the reader saw the vehicle. Reads without a class are left out.",
    )
    colors = forms.MultipleChoiceField(
        label="Color",
        required=False,
        choices=list(COLOR_TEXT.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="As the reader saw the vehicle. Reads without a color are left out.",
    )
    makes = forms.CharField(
        label="Make", required=False, max_length=200, help_text="Separate several with commas."
    )
    hits_only = forms.BooleanField(
        label="Only reads that were hits",
        required=False,
        help_text="Leaves out reads that matched no hot list.",
    )
    basis = forms.ChoiceField(
        label="Basis",
        required=False,
        choices=[("", "Plate"), *Basis.choices],
        help_text="A place search sees everyone who passed, so it needs a warrant or an emergency.",
    )
    basis_text = LongTextField(
        2,
        label="Warrant number, or the emergency in words",
        required=False,
        max_length=1000,
        help_text="Your supervisor decides based on this.",
    )
    warrant_court = forms.CharField(
        label="Court that issued the warrant",
        required=False,
        max_length=200,
        help_text="For example: Third Judicial District Court.",
    )
    warrant_on = DayField(label="Warrant issued on", required=False, help_text="The day on the warrant.")
    why_older = LongTextField(
        2,
        label=f"Why reads from more than {OLDER.days} days ago are needed",
        required=False,
        max_length=1000,
        help_text="Your supervisor decides based on this. It is kept with the search.",
    )

    def __init__(
        self, cases: list[RecentCase], data: QueryDict | None = None, given: dict[str, Any] | None = None
    ) -> None:
        """`cases`: those that the page offers; the first is chosen. `given`: what it is filled with at first."""
        self.cases = {case.number: case for case in cases}
        initial = {
            "case": cases[0].number if cases else NEW_CASE,
            "since": days.start_of(days.today()) - USUAL_SPAN,
        } | (given or {})
        if initial["case"] not in self.cases:
            initial["case"] = NEW_CASE
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        fields["case"].choices = [
            *((case.number, case.text) for case in self.cases.values()),
            (NEW_CASE, "Another case"),
        ]
        if self.data.get("case") in self.cases:  # which has them
            for name in ("purpose", "number", "offense"):
                fields[name].required = False
        if any(self.data.get(name) for name in ("more_plates", "area", "cameras")):
            fields["plate"].required = False
        cameras = Reader.objects.filter(revoked_at=None).order_by("camera").values_list("camera", flat=True)
        fields["cameras"].choices = [(camera, camera) for camera in dict.fromkeys(cameras)]
        fields["units"].choices = [(name, name) for name in Unit.objects.values_list("name", flat=True)]

    def renew_key(self) -> None:
        """So that what was typed makes a search of its own when it is sent again."""
        assert isinstance(self.data, QueryDict)  # noqa: S101  # what a browser sent
        sent = self.data.copy()
        sent["key"] = str(uuid7())
        self.data = sent

    @property
    def advanced(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields that are folded away, by what they are about."""
        return [(about, [self[name] for name in names]) for about, names in ADVANCED.items()]

    @property
    def uses_advanced(self) -> bool:
        """Whether anything is in the folded part, or wrong with it."""
        return any(
            field.name in self.errors or field.value() not in (None, "", "exact", False, [], ())
            for _, fields in self.advanced
            for field in fields
        )

    def clean_area(self) -> str:
        """An area that can be searched; as it was sent."""
        text = str(self.cleaned_data["area"])
        try:
            read_area(text)
        except BadQuery as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return text

    @property
    def request(self) -> SearchRequest:
        """The search that a valid form asks for. In a remembered case, its purpose and offense; tie and sentence are of
        this search alone."""
        data = self.cleaned_data
        case = self.cases.get(data["case"])
        return SearchRequest(
            purpose=case.purpose if case else data["purpose"],
            offense=(case.offense if case else "") or data["offense"],
            tie=data["tie"],
            tie_to=data["tie_to"],
            reason=data["reason"].strip(),
            number=case.number if case else data["number"],
            query=self._query(data),
            basis=data["basis"],
            basis_text=data["basis_text"],
            warrant_court=data["warrant_court"],
            warrant_on=data["warrant_on"],
            why_older=data["why_older"],
        )

    @staticmethod
    def _query(data: dict[str, Any]) -> SearchQuery:
        typed = [data["plate"], *BETWEEN_PLATES.split(data["more_plates"])]
        plates = tuple(dict.fromkeys(written(plate) for plate in typed if plate.strip()))
        now = clock.now()
        return SearchQuery(
            since=data["since"].astimezone(UTC),
            until=min(data["until"] or now, now).astimezone(UTC),
            plates=plates,
            match=data["match"] or "exact",
            states=(data["state"],) if data["state"] else (),
            area=data["area"],
            cameras=tuple(data["cameras"]),
            units=tuple(data["units"]),
            deployments=_listed(data["deployments"]),
            kinds=tuple(data["kinds"]),
            colors=tuple(data["colors"]),
            makes=tuple(make.lower() for make in _listed(data["makes"])),
            hits_only=data["hits_only"],
        )


def preset_fields(sent: QueryDict, kind: str) -> list[forms.BoundField]:
    """The offense and the purpose as CAD's type of incident presets them, unless they were chosen."""
    offense = offense_of(kind)
    if sent.get("offense") or not offense:
        return []
    form = SearchForm([])
    form.initial = {"offense": offense, "purpose": sent.get("purpose") or USUAL.get(offense, "")}
    return [form["offense"], form["purpose"]]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


class StepForm(forms.Form):
    """Asking to unmask more plates of a search from a place."""

    why = LongTextField(
        3,
        label="Why more plates are needed",
        help_text="What the first ones led to, and what sets the next ones apart.",
        max_length=1000,
    )


class AnswerForm(forms.Form):
    """A searcher's answer about a marked search."""

    text = LongTextField(
        3,
        label="Your answer",
        max_length=1000,
        help_text="Your supervisor reads it.",
    )


class DecisionForm(forms.Form):
    """A supervisor's decision on a step of a search."""

    step = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1000)
    decision = ButtonsField(
        [("approve", "Approve"), ("refuse", "Refuse")],
        "Your decision",
        error_messages={"required": "Choose Approve or Refuse."},
    )
    text = LongTextField(
        3,
        label="Message to searcher",
        help_text="Required to refuse: why.",
        max_length=1000,
        required=False,
    )


class StoppedForm(forms.Form):
    """The administrator's decision on a stopped request."""

    decision = ButtonsField(
        StoppedDecision.Kind.choices, "Your decision", error_messages={"required": "Choose what it is."}
    )
    text = LongTextField(
        3,
        label="Why",
        max_length=1000,
        required=False,
        help_text="The searcher reads it.",
    )
