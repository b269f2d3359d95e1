"""Forms for the steps of an alert. What an observer sees is chosen from short lists: “cannot tell” is an answer."""

from collections.abc import Mapping
from typing import Any

from django import forms

from plateward.core.pages.fields import ButtonsField, LongTextField, PlateField
from plateward.field.hotlists.states import STATES
from plateward.ground.links.ncic.vehicle import CLASS_TEXT, COLOR_TEXT, MAKE_NAMES, OTHER_MAKE
from plateward.work.alerts.facts import STOPS, ActKind
from plateward.work.alerts.vehicles import ObservedVehicle, Years


class ConfirmationForm(forms.Form):
    """Plate and state as read from the image."""

    near = ("NM", "TX", "AZ", "CO", "OK", "UT")  # most plates on the agency's roads; one press each
    plate = PlateField(label="Plate as you read it", max_length=12)
    state = forms.ChoiceField(label="State", choices=[("", "Choose"), *STATES.items()])


class ActForm(forms.Form):
    """The action taken."""

    KINDS = (
        (ActKind.ENCOUNTER, "Encounter: a stop or contact"),
        (ActKind.INVESTIGATION, "Investigation"),
        (ActKind.ENFORCEMENT, "Enforcement action"),
    )
    kind = ButtonsField(
        KINDS,
        "Action taken",
        "Recorded with the time. An investigation or enforcement makes this alert's reads evidence.",
    )

    def __init__(self, *args: Any, stops: bool = True, **kwargs: Any) -> None:
        """`stops`: whether this person may begin an encounter or enforcement."""
        super().__init__(*args, **kwargs)
        if not stops:  # what is not offered, the act refuses
            kept = [choice for choice in self.KINDS if choice[0] not in STOPS]
            self.fields["kind"].widget.choices = kept


UNKNOWN = "unknown"
CANNOT_TELL = "Cannot tell"
REQUIRED = ("vehicle_class", "color")


def _taps(label: str, words: Mapping[Any, str]) -> forms.ChoiceField:
    choices = [*words.items(), (UNKNOWN, CANNOT_TELL)]
    return ButtonsField(choices, label, required=False)


class ObservationForm(forms.Form):
    """Plate on the vehicle itself, and the vehicle."""

    # Not "matches": an input of that name hides the form element's own method, which htmx calls.
    plate_seen = forms.ChoiceField(choices=[("yes", "I see this plate"), ("no", "Not observed")])
    vehicle_class = _taps("Vehicle class", CLASS_TEXT)
    color = _taps("Its color", COLOR_TEXT)
    make = forms.ChoiceField(
        label="Make",
        choices=[("", CANNOT_TELL), *((name, name) for name in MAKE_NAMES), (OTHER_MAKE, OTHER_MAKE)],
        required=False,
        help_text="By badge or shape, if you can tell.",
    )
    years = forms.ChoiceField(
        label="Model year",
        choices=[("", CANNOT_TELL), *Years.choices],
        required=False,
        help_text="Your estimate is enough.",
    )

    def clean(self) -> dict[str, Any]:
        """An observer who sees the plate must say what vehicle carries it."""
        given = super().clean() or self.cleaned_data
        if given.get("plate_seen") == "yes":
            for name in REQUIRED:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, "Choose what you see, or “Cannot tell”.")
        return given

    @property
    def matches(self) -> bool:
        """Whether the vehicle carries the plate."""
        return bool(self.cleaned_data["plate_seen"] == "yes")

    @property
    def seen(self) -> ObservedVehicle:
        """The vehicle that was seen."""
        names = ("vehicle_class", "color", "make", "years")
        return ObservedVehicle(
            *("" if (value := self.cleaned_data[name]) == UNKNOWN else value for name in names)
        )


class ExplanationForm(forms.Form):
    """Why it may be the vehicle anyway."""

    explanation = LongTextField(
        2,
        label="Why may it still be the listed vehicle?",
        max_length=500,
        help_text="Your supervisor will see it with the alert.",
    )
