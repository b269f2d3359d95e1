"""Fields of forms in several rooms, and the numbers that addresses and buttons give."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import timezone as FixedZone
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import TextChoices
from django.utils import timezone

from plateward.ground.clock import format_day
from plateward.ground.matching.written import why_no_plate

WALL = FixedZone(timedelta(0), "as a clock on the wall shows it")
DAY = timedelta(days=1)
EARLIEST_DATE = date(1970, 1, 1)  # an earlier date is a typo
LATEST_DATE = date(2999, 12, 31)  # leaves room for the day after it


def parse_number(text: str) -> int | None:
    """The number that a request gives as text; None if it is none that a database can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def parse_numbers(texts: Iterable[str]) -> list[int]:
    """Those of them that are such numbers."""
    return [number for text in texts if (number := parse_number(text)) is not None]


class LongTextField(forms.CharField):
    """A text of several lines; `rows`: how many are open at first."""

    def __init__(self, rows: int, label: str | None = None, help_text: str = "", **options: Any) -> None:
        super().__init__(
            label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}), **options
        )


class ButtonsField(forms.ChoiceField):
    """One of these, by radio buttons."""

    widget = forms.RadioSelect

    def __init__(self, choices: Any, label: str, help_text: str = "", **options: Any) -> None:
        super().__init__(choices=choices, label=label, help_text=help_text, **options)


class OneOfField(forms.TypedChoiceField):
    """One of an enumeration's members, by radio buttons."""

    widget = forms.RadioSelect

    def __init__(self, kind: type[TextChoices], label: str, help_text: str, **options: Any) -> None:
        super().__init__(coerce=kind, choices=kind.choices, label=label, help_text=help_text, **options)


class YesNoField(forms.TypedChoiceField):
    """One of two, by radio buttons; whether it is the first."""

    widget = forms.RadioSelect

    def __init__(self, yes: str, no: str, label: str, help_text: str = "") -> None:
        choices = [("yes", yes), ("no", no)]
        super().__init__(coerce=lambda sent: sent == "yes", choices=choices, label=label, help_text=help_text)


class ClauseField(forms.ChoiceField):
    """The clause that was violated. `clauses`: by its number, what each requires."""

    def __init__(self, clauses: Callable[[], Mapping[str, str]], help_text: str) -> None:
        super().__init__(
            label="Clause violated",
            help_text=help_text,
            choices=lambda: [
                ("", "Choose"),
                *((id, f"{id}: {asks}"[:110]) for id, asks in clauses().items()),
            ],
        )


class FoundNameField(forms.MultipleChoiceField):
    """Some of perhaps hundreds, checked in a list that a search narrows, with and without scripts (web/field.html,
    frontend/src/checks.js, acts.submitted); what is checked is first, and stays."""

    widget = forms.CheckboxSelectMultiple
    findable = True


class FoundField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The same of things that have rows."""

    widget = forms.CheckboxSelectMultiple
    findable = True


class PlateField(forms.CharField):
    """A whole plate as written, in capitals; with its blanks and dashes."""

    def __init__(self, **options: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> str:
        """Raises `ValidationError` for what cannot be a plate."""
        plate = str(super().clean(value))
        if objection := why_no_plate(plate):
            raise forms.ValidationError(objection)
        return plate.upper()


class DayField(forms.DateField):
    """A calendar day, chosen in the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {
        "min_value": f"Enter a date after {format_day(EARLIEST_DATE - DAY)}.",
        "max_value": f"Enter a date before {format_day(LATEST_DATE + DAY)}.",
    }
    default_validators = [MinValueValidator(EARLIEST_DATE), MaxValueValidator(LATEST_DATE)]


class MinuteInput(forms.DateTimeInput):
    """A date and time to the minute, in the form browsers use."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MinuteField(forms.DateTimeField):
    """A date and time in the agency's zone, to the minute; cleans to UTC, so that hours added to it are hours. In the
    hour that comes twice, when the clocks are set back, it is the first of the two."""

    widget = MinuteInput
    default_error_messages = {
        "skipped": "The clocks were set forward over this time. Enter a time before or after it."
    }

    def to_python(self, value: Any) -> datetime | None:
        """Raises `ValidationError` for what is no time, or one that the clocks skipped."""
        with timezone.override(WALL):
            written = super().to_python(value)
        if written is None:
            return None
        if written.tzinfo is not WALL:  # it names its own zone
            return written.astimezone(UTC)
        zone = timezone.get_current_timezone()
        wall = written.replace(tzinfo=zone, fold=0)
        try:
            moment = wall.astimezone(UTC)
            is_skipped = moment.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None)
        except (
            OverflowError
        ):  # in the first or the last hours of all years: the rules say that it is too long ago
            return written.replace(tzinfo=UTC)  # or in the future
        if is_skipped:
            raise forms.ValidationError(self.error_messages["skipped"], code="skipped")
        return moment
