"""Forms for requests, decisions and review after entry."""

from copy import deepcopy
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import QueryDict
from uuid_utils.compat import uuid7

from plateward.core.cases.forms import NumberField
from plateward.core.pages.fields import ButtonsField, DayField, LongTextField
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.models import HotList, Reason
from plateward.field.hotlists.requests import rules
from plateward.field.hotlists.requests.models import Later, Version
from plateward.field.hotlists.requests.rules import PlateListing
from plateward.field.hotlists.states import STATES
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal
from plateward.people import days
from plateward.people.models import Person

USUAL_DURATION = timedelta(days=30)
REGISTERED = "registered"  # among the warnings shown: the plate is a registered vehicle
PLAIN = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class SingleUseForm(forms.Form):
    """A form that counts once, even if submitted repeatedly."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)


class ListingForm(SingleUseForm):
    """A request to list a plate."""

    hotlist = forms.ModelChoiceField(
        label="List",
        queryset=HotList.objects.none(),
        empty_label="Choose",
        help_text="The agency's list that gets the entry. Its audience is alerted when the plate is read.",
    )
    plate = forms.CharField(
        label="Plate",
        help_text="As written. For a partial plate: ? for each unknown character, * for any number.",
        widget=forms.TextInput(attrs=PLAIN),
    )
    state = forms.ChoiceField(
        label="State",
        choices=[("", "Not known"), *STATES.items()],
        required=False,
        help_text="The issuing state. Not known: plates of any state with these characters match.",
    )
    vehicle = forms.CharField(
        label="Vehicle",
        max_length=120,
        required=False,
        help_text="Year, make, model, color, marks. Required with a partial plate.",
    )
    reason = forms.ChoiceField(
        choices=lambda: [("", "Choose"), *sorted(Reason.current().items(), key=lambda item: item[1])],
        label="Reason",
        help_text="Why the vehicle is wanted. Shown on each alert; each has its legal basis.",
    )
    priority = forms.ChoiceField(
        label="Priority",
        choices=[("high", "High"), ("normal", "Normal"), ("low", "Low")],
        initial="normal",
        help_text="High rings until acknowledged, even in quiet hours: only if an officer should act at once.",
    )
    narrative = LongTextField(
        4,
        label="Narrative",
        max_length=4000,
        help_text="What happened, and why this vehicle is wanted. Your supervisor decides based on this.",
    )
    number = NumberField(label="CAD or case number", help_text="Checked with CAD.")
    until = forms.DateField(
        label="Last day",
        help_text=f"The entry expires at the end of this day; at most {rules.LONGEST.days} days ahead.",
        widget=DayField.widget,
        error_messages={"invalid": "Enter a day such as 2027-01-31."},
    )
    emergency = forms.BooleanField(
        label="This is an emergency: any supervisor on duty may approve it at once",
        help_text="AMBER Alert or violent crime only.",
        required=False,
    )
    later = forms.BooleanField(
        label="Put it in force now, review within two hours",
        help_text="The Chief has enabled this. It is reported as a deviation from the policy.",
        required=False,
    )
    # Shown for duplicates or a registered vehicle; the tick counts only for what was shown.
    seen = forms.BooleanField(
        label="I reviewed the entries above, and this one is still needed",
        help_text="Required to submit. The warning above is saved with your request.",
    )
    warnings_shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)

    def __init__(
        self,
        requester: Person,
        data: QueryDict | None = None,
        *,
        last: Version | None = None,
        begun: dict[str, str] | None = None,
    ) -> None:
        """`last`: the version to correct; `begun`: what a new one holds at first."""
        initial: dict[str, Any] = {"until": days.today() + USUAL_DURATION} | (begun or {})
        if last:
            initial = {name: getattr(last, name) for name in self.base_fields if hasattr(last, name)}
            initial |= {"hotlist": last.hotlist_id, "until": last.expires_at and days.day_of(last.expires_at)}
        super().__init__(data, initial=initial)
        hotlist: Any = self.fields["hotlist"]
        hotlist.queryset = lists_for(requester).filter(kind=HotList.Kind.AGENCY, retired_at=None)
        if len(hotlist.queryset) == 1 and not last:
            self.initial["hotlist"] = hotlist.queryset[0].pk
        if not Later.allowed():
            del self.fields["later"]
        del self.fields["seen"]  # until there is something to show
        today = days.today()
        limits = {"min": f"{today:%Y-%m-%d}", "max": f"{today + rules.LONGEST:%Y-%m-%d}"}
        self.fields["until"].widget.attrs |= limits

    def clean_plate(self) -> str:
        """In capitals; text that is no plate stays as it is for the rules to judge."""
        plate = str(self.cleaned_data["plate"])
        return plate.upper() if plate.isascii() else plate

    def clean_until(self) -> datetime:
        """The end of that day in the agency's zone."""
        day: date = self.cleaned_data["until"]
        if day < days.today():
            raise forms.ValidationError(
                "The entry would expire before it begins: enter today or a later day."
            )
        return datetime.combine(day, time.max, ZoneInfo(settings.TIME_ZONE))

    def clean(self) -> dict[str, Any]:
        """Apply the rules to all values, so that every error shows at once."""
        data = super().clean() or {}
        self.faults: list[Refusal] = []
        values = data | {"expires_at": data.get("until")}
        for wrong in rules.listing_faults(values, Reason.current(), Later.allowed(), clock.now()):
            self.refuse(wrong)
        return data

    def refuse(self, wrong: Refusal) -> None:
        """Show a refusal at its field."""
        self.faults.append(wrong)
        self.add_error(wrong.field, str(wrong))

    @property
    def listing(self) -> PlateListing:
        """The listing that a valid form requests."""
        given = self.cleaned_data | {"expires_at": self.cleaned_data["until"]}
        return PlateListing(
            **{field.name: given[field.name] for field in fields(PlateListing) if field.name in given}
        )

    def show(self, keys: list[str]) -> bool:
        """Whether the requester confirmed seeing all of these (entry keys, REGISTERED); if not, asks them."""
        confirmed = self.data.get("seen") == "on" and set(keys) <= {
            *self.cleaned_data.get("warnings_shown", "").split(",")
        }
        if keys:
            self.fields["seen"] = deepcopy(self.base_fields["seen"])
        if keys and not confirmed:
            # Typed values stay; the tick must be given again for what is shown now.
            typed = {name: value for name, value in self.data.items() if name != "seen"}
            self.data = typed | {"warnings_shown": ",".join(keys)}
        return confirmed or not keys


class RemovalForm(SingleUseForm):
    """A request to remove an entry."""

    why = LongTextField(
        4,
        label="Reason for removal",
        max_length=4000,
        help_text="For example: vehicle found, by whom and when.",
    )
    emergency = forms.BooleanField(
        label="This is an emergency: any supervisor on duty may approve it at once",
        required=False,
        help_text="AMBER Alert or violent crime entries only: an outdated one may endanger someone now.",
    )


class DecisionForm(forms.Form):
    """A reviewer's decision on a version."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    decision = ButtonsField(
        [("approve", "Approve"), ("return", "Return"), ("refuse", "Refuse")],
        "Your decision",
        error_messages={"required": "Choose Approve, Return or Refuse."},
    )
    text = LongTextField(
        3,
        label="Message to requester",
        help_text="Required to return (what to fix) or refuse (why).",
        max_length=1000,
        required=False,
    )


class SwitchForm(forms.Form):
    """Why review after entry is enabled or switched off."""

    reason = LongTextField(
        2,
        label="Reason",
        max_length=400,
        help_text="Why review before entry is set aside, or restored. It is in the policy report.",
    )
