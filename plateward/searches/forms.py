"""The forms of a search, of the decision on it, and on a stopped one."""

import re
from datetime import UTC, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from uuid_utils.compat import uuid7

from plateward import clock
from plateward.cases.forms import NumberField
from plateward.fleet.models import Reader
from plateward.hotlists.requests.forms import PLAIN, SingleUseForm
from plateward.hotlists.states import STATES
from plateward.links.ncic.vehicle import CLASS_TEXT, COLOR_TEXT
from plateward.pages.fields import MinuteField
from plateward.people import days
from plateward.people.models import Unit
from plateward.reads.areas import BadQuery
from plateward.reads.areas_json import read_area
from plateward.searches.actions import SearchRequest
from plateward.searches.models import Basis, StoppedDecision
from plateward.searches.purposes import PURPOSES
from plateward.searches.query import SearchQuery, written
from plateward.searches.records import RecentCase
from plateward.searches.rules import MOST_PLATES, OLDER

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
    "Without a plate": ("basis", "basis_text"),
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
        help_text="Who issued the plate. Any: also plates whose state was not read.",
    )
    case = forms.ChoiceField(
        label="Case",
        required=False,
        widget=forms.RadioSelect,
        help_text="A case that you searched for lately, or another. Each search is kept with its case.",
    )
    purpose = forms.ChoiceField(
        label="Purpose",
        choices=[("", "Choose"), *((code, purpose.label) for code, purpose in PURPOSES.items())],
        help_text="What kind of police work it is. Each search is kept and reviewed with it.",
    )
    number = NumberField(label="CAD or case number", help_text="It is checked with CAD.")
    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        help_text="What happened, and what ties this vehicle to it. It is kept with the search.",
        widget=forms.Textarea(attrs={"rows": 3}),
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
        help_text="More look-alikes find misread plates, and more vehicles that have nothing to do with it.",
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
    cameras = forms.MultipleChoiceField(
        label="Cameras",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None checked: all cameras.",
    )
    units = forms.MultipleChoiceField(
        label="Units",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Readers of these units only. None checked: all.",
    )
    deployments = forms.CharField(
        label="Deployments",
        required=False,
        max_length=400,
        help_text="Their names, with commas between them.",
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
        label="Make", required=False, max_length=200, help_text="With commas between several."
    )
    hits_only = forms.BooleanField(
        label="Only reads that were hits",
        required=False,
        help_text="Leaves out reads that matched no hot list.",
    )
    basis = forms.ChoiceField(
        label="Without a plate, it rests on",
        required=False,
        choices=[("", "It has a plate"), *Basis.choices],
        help_text="A search from a place sees everyone who passed, so it needs a warrant or an emergency.",
    )
    basis_text = forms.CharField(
        label="Warrant number, or the emergency in words",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Your supervisor decides by this.",
    )
    why_older = forms.CharField(
        label=f"Why reads from more than {OLDER.days} days ago are needed",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Your supervisor decides by this, and it is kept with the search.",
    )

    def __init__(self, cases: list[RecentCase], data: QueryDict | None = None) -> None:
        """`cases`: those that the page offers; the first is chosen."""
        self.cases = {case.number: case for case in cases}
        initial = {
            "case": cases[0].number if cases else NEW_CASE,
            "since": days.start_of(days.today()) - USUAL_SPAN,
        }
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        fields["case"].choices = [
            *((case.number, case.text) for case in self.cases.values()),
            (NEW_CASE, "Another case"),
        ]
        if self.data.get("case") in self.cases:  # which has them
            for name in ("purpose", "number", "reason"):
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
            field.name in self.errors or self.data.get(field.name) not in (None, "", "exact")
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
        """The search that a valid form asks for. In a remembered case, its purpose and reason."""
        data = self.cleaned_data
        case = self.cases.get(data["case"])
        return SearchRequest(
            purpose=case.purpose if case else data["purpose"],
            reason=case.reason if case else data["reason"].strip(),
            number=case.number if case else data["number"],
            query=self._query(data),
            basis=data["basis"],
            basis_text=data["basis_text"],
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


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


class StepForm(forms.Form):
    """Asking to unmask more plates of a search from a place."""

    why = forms.CharField(
        label="Why more plates are needed",
        help_text="What the first ones led to, and what sets the next ones apart.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    """A supervisor's decision on a step of a search."""

    step = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1000)
    decision = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        choices=[("approve", "Approve"), ("refuse", "Refuse")],
        error_messages={"required": "Choose Approve or Refuse."},
    )
    text = forms.CharField(
        label="Message to searcher",
        help_text="Needed to refuse it: why.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StoppedForm(forms.Form):
    """The administrator's decision on a stopped search."""

    decision = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        choices=StoppedDecision.Kind.choices,
        error_messages={"required": "Choose what it is."},
    )
    text = forms.CharField(
        label="Why",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The searcher reads it.",
    )
