"""What people say of the schedule, holds, cases and orders."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, timedelta
from functools import partial
from typing import Any

from django import forms
from django_filters import CharFilter, DateFilter

from plateward.core.pages.fields import DayField, LongTextField, OneOfField, PlateField
from plateward.core.pages.lists import Filters, computed
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.people import days
from plateward.work.retention.deciding import (
    LONGEST_TEXT,
    SPANS,
    CaseOutcome,
    HoldKind,
)
from plateward.work.retention.holding import check_place
from plateward.work.retention.models import LONGEST_BASIS, LONGEST_NUMBER, Hold
from plateward.work.retention.rules import LONGEST_DAYS, Covers, Term, least_of, most_of

CLASSES = (Covers.READS, Covers.HITS, Covers.PERMITS)
NEW_LISTS = 2  # rows for further lists
Text = partial(LongTextField, max_length=LONGEST_TEXT)
DAY_INPUT = forms.DateInput(attrs={"type": "date"})


class ScheduleForm(forms.Form):
    """Days and legal basis of each class. Rows of lists: as many as there are, and some for further ones."""

    why = Text(3, "Why it changes", "The Chief decides based on this.")

    def __init__(self, *args: Any, terms: Sequence[Term], **more: Any) -> None:
        super().__init__(*args, **more)
        why, by_class = self.fields.pop("why"), {term.covers: term for term in terms}
        for covers in CLASSES:
            self._add(str(covers), covers.label, covers, by_class.get(covers))
        lists = [*(term for term in terms if term.covers is Covers.LIST), *[None] * NEW_LISTS]
        self._rows = range(len(lists))
        for row, term in enumerate(lists):
            self.fields[f"list{row}"] = forms.ModelChoiceField(
                HotList.objects.order_by("name"),
                label=f"Hot list {row + 1}",
                required=False,
                initial=term and term.hotlist,
                empty_label="None",
            )
            self._add(f"list{row}", f"Hot list {row + 1}", Covers.LIST, term, required=False)
        self.fields["why"] = why

    def _add(
        self, name: str, label: str, covers: Covers, term: Term | None, *, required: bool = True
    ) -> None:
        """The two fields of a class, or of a list."""
        least, most = least_of(covers), most_of(covers)
        said = [f"at least {least}"] * bool(least) + [f"at most {most}"] * (most < LONGEST_DAYS)
        self.fields[f"{name}_days"] = forms.IntegerField(
            label=f"{label}: days",
            initial=term and term.days,
            max_value=LONGEST_DAYS,
            min_value=1,
            required=required,
            help_text=" and ".join(said).capitalize() + "." if said else "As the agency decides.",
        )
        self.fields[f"{name}_basis"] = forms.CharField(
            label=f"{label}: legal basis",
            initial=term and term.basis,
            max_length=LONGEST_BASIS,
            required=required,
        )

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
        made = [Term(covers, given[f"{covers}_days"], given[f"{covers}_basis"]) for covers in CLASSES]
        for row in self._rows:
            if hotlist := given[f"list{row}"]:
                days_, basis = given[f"list{row}_days"], given[f"list{row}_basis"]
                made.append(Term(Covers.LIST, days_, basis, hotlist.pk, hotlist.name))
        return tuple(made)


class DecideForm(forms.Form):
    note = Text(
        2,
        "What to change, if you return it",
        "Needed if you return it. The administrator reads this.",
        required=False,
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
    reason = Text(
        3, "Why it must be kept", "What it is expected to show. Reviewers of the hold decide based on this."
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

    def hold(self) -> Hold:
        """From a valid form, not saved. Days are the agency's."""
        given = dict(self.cleaned_data)
        if self.kind in SPANS:
            given["since"] = days.start_of(given["since"]).astimezone(UTC)
            given["until"] = days.start_of(given["until"] + timedelta(days=1)).astimezone(UTC)
        return Hold(kind=self.kind, alert_id=given.pop("alert", None), **given)


class LiftForm(forms.Form):
    reason = Text(
        2,
        "Why it is no longer needed",
        "Reads that no other rule keeps are then destroyed when due. The reason stays on record.",
    )


class ReviewForm(forms.Form):
    next_on = DayField(label="Review again on", help_text="Within a year.")
    note = Text(2, "Why it is still needed", "It stays with the hold, for the next review.")


class AdjudicationForm(forms.Form):
    """How a case ended."""

    number = forms.CharField(
        label="Case number",
        max_length=LONGEST_NUMBER,
        help_text="As CAD or the court writes it. Applies to all evidence tagged with it.",
    )
    outcome = OneOfField(
        CaseOutcome,
        "How it ended",
        "Sets how long the evidence is still kept. The latest record of a case applies.",
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
        help_text="Only for evidence not tagged with a case: its alert number.",
    )


class OrderForm(forms.Form):
    """By which document the selected evidence is to be destroyed, and why."""

    document = forms.CharField(
        label="Destruction order", max_length=LONGEST_BASIS, help_text="Its number or date, as on paper."
    )
    reason = Text(
        3,
        "Why it may be destroyed",
        "Nothing is destroyed before the next run. Until then the order can be revoked.",
    )


class DueFilters(Filters):
    """For evidence that lacks only an order."""

    case = CharFilter(label="Case number", max_length=LONGEST_NUMBER, method=computed)
    since = DateFilter(
        label="Captured from", lookup_expr="date__gte", field_name="captured_at", widget=DAY_INPUT
    )
    until = DateFilter(
        label="Captured through", lookup_expr="date__lte", field_name="captured_at", widget=DAY_INPUT
    )


class RevokeForm(forms.Form):
    reason = Text(2, "Why it is revoked", "Reads not yet destroyed are kept. The reason stays on record.")


class CopyForm(forms.Form):
    """Which day is decided about, of which a restored copy is set aside, and why."""

    day = forms.TypedChoiceField(
        label="Day of capture (UTC)",
        coerce=date.fromisoformat,
        help_text="The day whose restored copy is set aside.",
    )
    reason = Text(
        2,
        "Why the kept reads cannot be restored",
        "Which backups were tried. Then the copy is destroyed for good.",
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
    reason = Text(2, "Why they cannot be restored", "Which backups were tried. The reason stays on record.")
