"""What people say of the schedule, holds, cases and orders."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, timedelta
from typing import Any

from django import forms

from plateward import clock
from plateward.fleet.models import Reader
from plateward.hotlists.models import HotList
from plateward.pages.fields import DayField, LongTextField, PlateField, parse_numbers
from plateward.people import days
from plateward.retention.deciding import (
    CASE_OUTCOME_TEXTS,
    LONGEST_TEXT,
    MOST_ITEMS,
    SPANS,
    CaseOutcome,
    HoldKind,
)
from plateward.retention.holding import HoldRequest, check_place
from plateward.retention.models import LONGEST_BASIS, LONGEST_NUMBER
from plateward.retention.rules import COVERS_TEXTS, FLOORS, LONGEST_DAYS, Covers, Term

NEW_LISTS = 2  # rows for further lists


def _days_field(covers: Covers, *, required: bool = True) -> forms.IntegerField:
    least = FLOORS[covers]
    return forms.IntegerField(
        label="Days", max_value=LONGEST_DAYS, min_value=1, required=required, help_text=f"At least {least}."
    )


def _basis_field(*, required: bool = True) -> forms.CharField:
    return forms.CharField(label="Legal basis", max_length=LONGEST_BASIS, required=required)


class ScheduleForm(forms.Form):
    """Days and legal basis of each class. Rows of lists: as many as there are, and some for further ones."""

    why = LongTextField(
        3, label="Why it changes", max_length=LONGEST_TEXT, help_text="The Chief decides by this."
    )

    def __init__(self, *args: Any, terms: Sequence[Term], **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, forms.Field] = {}
        by_class = {term.covers: term for term in terms}
        for covers in (Covers.READS, Covers.HITS, Covers.PERMITS):
            fields[f"{covers}_days"] = _days_field(covers)
            fields[f"{covers}_days"].label = f"{COVERS_TEXTS[covers]}: days"
            fields[f"{covers}_basis"] = _basis_field()
            fields[f"{covers}_basis"].label = f"{COVERS_TEXTS[covers]}: legal basis"
            if covers in by_class:
                fields[f"{covers}_days"].initial = by_class[covers].days
                fields[f"{covers}_basis"].initial = by_class[covers].basis
        lists = [term for term in terms if term.covers is Covers.LIST]
        self._rows = range(len(lists) + NEW_LISTS)
        for row in self._rows:
            term = lists[row] if row < len(lists) else None
            fields[f"list{row}"] = forms.ModelChoiceField(
                HotList.objects.order_by("name"),
                label=f"Hot list {row + 1}",
                required=False,
                initial=term.hotlist if term else None,
                empty_label="None",
            )
            fields[f"list{row}_days"] = _days_field(Covers.LIST, required=False)
            fields[f"list{row}_days"].label = f"Hot list {row + 1}: days"
            fields[f"list{row}_basis"] = _basis_field(required=False)
            fields[f"list{row}_basis"].label = f"Hot list {row + 1}: legal basis"
            if term:
                fields[f"list{row}_days"].initial, fields[f"list{row}_basis"].initial = term.days, term.basis
        self.fields = {**fields, "why": self.fields["why"]}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for row in self._rows:
            for part, what in (("days", "the days"), ("basis", "the legal basis")):
                if given.get(f"list{row}") and not given.get(f"list{row}_{part}"):
                    self.add_error(f"list{row}_{part}", f"Enter {what} for this list.")
        return given

    def terms(self) -> tuple[Term, ...]:
        """From a valid form."""
        given = self.cleaned_data
        made = [
            Term(covers, given[f"{covers}_days"], given[f"{covers}_basis"])
            for covers in (Covers.READS, Covers.HITS, Covers.PERMITS)
        ]
        for row in self._rows:
            if hotlist := given[f"list{row}"]:
                days_, basis = given[f"list{row}_days"], given[f"list{row}_basis"]
                made.append(Term(Covers.LIST, days_, basis, hotlist.pk, hotlist.name))
        return tuple(made)


class DecideForm(forms.Form):
    note = LongTextField(
        2,
        label="What to change, if you return it",
        max_length=LONGEST_TEXT,
        required=False,
        help_text="Needed if you return it. The administrator reads this.",
    )


class HoldForm(forms.Form):
    """What is held, as its kind needs it."""

    alert = forms.IntegerField(
        label="Alert number",
        min_value=1,
        max_value=2**62,
        help_text="Its reads and pictures are kept, with those of its sightings.",
    )
    plate = PlateField(label="Plate", help_text="Similar characters such as O and 0 are held, too.")
    camera = forms.ChoiceField(label="Camera", help_text="All its reads in this time are kept.")
    lat = forms.FloatField(label="Latitude", min_value=-90, max_value=90, help_text="For example: 35.0844")
    lon = forms.FloatField(
        label="Longitude", min_value=-180, max_value=180, help_text="For example: -106.6504"
    )
    meters = forms.FloatField(
        label="Meters around it", min_value=1, max_value=50_000, help_text="For example: 500"
    )
    number = forms.CharField(
        label="Case or CAD number",
        max_length=LONGEST_NUMBER,
        help_text="The alerts of this case are kept, with their sightings.",
    )
    since = DayField(label="From", help_text="Reads from this day on are kept.")
    until = DayField(label="Through", help_text="Reads up to the end of this day are kept.")
    basis = forms.CharField(
        label="Legal basis",
        max_length=LONGEST_BASIS,
        help_text="The case number, subpoena, or preservation letter with its date.",
    )
    reason = LongTextField(
        3,
        label="Why it must be kept",
        max_length=LONGEST_TEXT,
        help_text="What is expected of it. Those who review the hold decide by this.",
    )
    review_on = DayField(
        label="Review on",
        help_text="Within a year. You are reminded; the hold stays until you or the administrator lifts it.",
    )

    NEEDS = {
        HoldKind.ALERT: ("alert",),
        HoldKind.PLATE: ("plate", "since", "until"),
        HoldKind.CAMERA: ("camera", "since", "until"),
        HoldKind.PLACE: ("lat", "lon", "meters", "since", "until"),
        HoldKind.CASE: ("number",),
    }

    def __init__(self, *args: Any, kind: HoldKind, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind = kind
        cameras = sorted(set(Reader.objects.values_list("camera", flat=True)))
        self.fields["camera"].choices = [("", "Choose"), *((name, name) for name in cameras)]  # type: ignore[attr-defined]
        wanted = (*self.NEEDS[kind], "basis", "reason", "review_on")
        self.fields = {name: self.fields[name] for name in wanted}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.kind is HoldKind.PLACE and {"lat", "lon", "meters"} <= given.keys():
            problem = check_place(given["lat"], given["lon"], given["meters"])
            if problem:
                self.add_error("meters", problem)
        return given

    def request(self) -> HoldRequest:
        """From a valid form. Days are the agency's."""
        given = dict(self.cleaned_data)
        if self.kind in SPANS:
            given["since"] = days.start_of(given["since"]).astimezone(UTC)
            given["until"] = days.start_of(given["until"] + timedelta(days=1)).astimezone(UTC)
        return HoldRequest(kind=self.kind, **given)


class LiftForm(forms.Form):
    reason = LongTextField(
        2,
        label="Why it is no longer needed",
        max_length=LONGEST_TEXT,
        help_text="What no other rule keeps is then destroyed when it is due. The reason stays on record.",
    )


class ReviewForm(forms.Form):
    next_on = DayField(label="Review again on", help_text="Within a year.")
    note = LongTextField(
        2,
        label="Why it is still needed",
        max_length=LONGEST_TEXT,
        help_text="It stays with the hold, for the next review.",
    )


class AdjudicationForm(forms.Form):
    """How a case ended."""

    number = forms.CharField(
        label="Case number",
        max_length=LONGEST_NUMBER,
        help_text="As CAD or the court names it. All evidence tagged with it is concerned.",
    )
    outcome = forms.TypedChoiceField(
        label="How it ended",
        coerce=CaseOutcome,
        choices=list(CASE_OUTCOME_TEXTS.items()),
        widget=forms.RadioSelect,
        help_text="It decides how long the evidence is still kept. The last record of a case counts.",
    )
    court = forms.CharField(
        label="Court or prosecutor", max_length=200, help_text="For example: Third Judicial District Court."
    )
    decided_on = DayField(label="Decided on", help_text="The day of the decision, as on its document.")
    alert = forms.IntegerField(
        label="Alert",
        min_value=1,
        max_value=2**62,
        required=False,
        help_text="Only for evidence that no case tags: the number of its alert.",
    )


class OrderForm(forms.Form):
    """Which evidence is to be destroyed, by which document."""

    alerts = forms.CharField(
        label="Alerts", max_length=3000, help_text="Their numbers, separated by spaces or commas."
    )
    document = forms.CharField(
        label="Destruction order", max_length=LONGEST_BASIS, help_text="Its number or date, as on paper."
    )
    reason = LongTextField(
        3,
        label="Why it may be destroyed",
        max_length=LONGEST_TEXT,
        help_text="Nothing is destroyed before the next run, and the order can be revoked until then.",
    )

    def clean_alerts(self) -> list[int]:
        words = self.cleaned_data["alerts"].replace(",", " ").split()
        numbers = parse_numbers(words)
        if len(numbers) < len(words):
            raise forms.ValidationError("Enter only the numbers of alerts.")
        if len(words) > MOST_ITEMS:
            raise forms.ValidationError(f"An order names at most {MOST_ITEMS} alerts. Sign several.")
        return list(dict.fromkeys(numbers))


class RevokeForm(forms.Form):
    reason = LongTextField(
        2,
        label="Why it is revoked",
        max_length=LONGEST_TEXT,
        help_text="What was not destroyed yet is kept. The reason stays on record.",
    )


class CopyForm(forms.Form):
    """Which day is decided about, of which a restored copy is set aside, and why."""

    day = forms.TypedChoiceField(
        label="Day of capture (UTC)",
        coerce=date.fromisoformat,
        help_text="The day whose restored copy is set aside.",
    )
    reason = LongTextField(
        2,
        label="Why what was kept cannot be restored",
        max_length=LONGEST_TEXT,
        help_text="Which backups were tried. Then the copy is destroyed for good.",
    )

    def __init__(self, *args: Any, days: Iterable[date], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(day.isoformat(), clock.format_day(day)) for day in days]
        self.fields["day"].choices = choices  # type: ignore[attr-defined]


class LossForm(CopyForm):
    """Of which day the loss is acknowledged, and why."""

    day = forms.TypedChoiceField(
        label="Day of capture (UTC)",
        coerce=date.fromisoformat,
        help_text="The day whose reads are lost.",
    )
    reason = LongTextField(
        2,
        label="Why they cannot be restored",
        max_length=LONGEST_TEXT,
        help_text="Which backups were tried. The reason stays on record.",
    )
