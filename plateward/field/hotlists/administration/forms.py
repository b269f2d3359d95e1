"""The administrator's forms for a list's settings and for a reason."""

import re
from typing import Any

from django import forms
from django.forms import BoundField

from plateward.core.pages.fields import FoundField
from plateward.field.hotlists.models import SOUNDS, HotList
from plateward.field.hotlists.reasons import PRIORITIES
from plateward.ground.matching.kinds import DEFAULT_ALARMS, MatchAlarm, MatchKind
from plateward.people.models import Person, Unit
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.person_fields import PeopleField

ALARM_LABELS = {MatchAlarm.RING: "Ring", MatchAlarm.SHOW: "Show, without sound", MatchAlarm.OFF: "Nothing"}
ALARM_HELP = {
    MatchKind.EXACT: "The read is the listed plate.",
    MatchKind.FOLDED: "Such as O read for 0, or 8 for B.",
    MatchKind.ALTERNATIVE: "Its second choice for a character makes it the listed plate.",
    MatchKind.PARTIAL: "The entry has ? or * for characters that are not known.",
    MatchKind.NEAR: "Catches more misreads, with many false alerts: for short lists.",
}
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST_TIMES = 24


class TimesField(forms.CharField):
    """A list of times of day, such as 06:00 18:00."""

    def clean(self, value: Any) -> list[str]:
        """Sorted, without repeats."""
        parts = re.split(r"[\s,;]+", (super().clean(value) or "").strip())
        times = sorted({time for time in parts if time})
        if bad := [time for time in times if not TIME.fullmatch(time)]:
            raise forms.ValidationError(f"“{bad[0][:20]}” is not a time of day such as 06:00.")
        if len(times) > MOST_TIMES:
            raise forms.ValidationError(f"At most {MOST_TIMES} times a day.")
        return times

    def prepare_value(self, value: Any) -> Any:
        """As typed."""
        return " ".join(value) if isinstance(value, list) else value


class ListSettingsForm(forms.Form):
    """All settings of a list."""

    name = forms.CharField(
        max_length=60,
        label="Name",
        help_text="Names the list on alerts, in imports and in the log. No two lists share one.",
    )
    source = forms.CharField(
        max_length=60, label="Source", help_text="Who supplies it, e.g. NCIC. Shown on every alert."
    )
    kind = forms.ChoiceField(
        choices=HotList.Kind.choices,
        label="Kind",
        help_text="Sets how its alerts are verified: NCIC entries by NCIC; the agency's own also by the entering unit.",
    )
    owner = forms.ModelChoiceField(
        Person.objects.order_by("full_name"),
        required=False,
        empty_label="None",
        label="Owner",
        help_text="Who is responsible for it.",
    )
    covert = forms.BooleanField(
        required=False, label="Covert", help_text="Only the people named below see it and get its alerts."
    )
    people = PeopleField(
        required=False,
        label="People",
        help_text="With Covert: the only people who see it. Otherwise they see it, too.",
    )
    units = FoundField(
        Unit.objects.all(), required=False, label="Units", help_text="None checked: every unit."
    )
    roles = forms.MultipleChoiceField(
        choices=[(r.value, r.label) for r in Role if Permission.HOTLIST_VIEW in ROLE_PERMISSIONS[r]],
        required=False, label="Roles", widget=forms.CheckboxSelectMultiple,
        help_text="None checked: every role with hot list duties."
    )  # fmt: skip
    priority = forms.ChoiceField(
        choices=[(p, p.title()) for p in PRIORITIES], label="Priority", initial="normal",
        help_text="For entries without one in the file."
    )  # fmt: skip
    sound = forms.ChoiceField(
        choices=SOUNDS.items(),
        label="Sound",
        initial="standard",
        help_text="The sound of its alarms in browsers. Banners always show.",
    )
    through_dispatch = forms.BooleanField(
        required=False, label="Alerts go through Communications",
        help_text="Each automatically opens an LPR-hit call in CAD, even from a unit’s own reader."
    )  # fmt: skip
    refresh_times = TimesField(
        required=False, max_length=200, label="New copy due by",
        help_text="Times of day, such as 06:00 18:00. Blank: none due."
    )  # fmt: skip
    stale_after_hours = forms.IntegerField(
        required=False, min_value=1, max_value=24 * 366, label="Stale after (hours)",
        help_text="After that, nothing matches until a new copy arrives. Blank: never."
    )  # fmt: skip
    hold_below = forms.IntegerField(
        min_value=0,
        max_value=99,
        initial=50,
        label="Hold imports that shrink the list below … %",
        help_text="A file that leaves this share of the list or less is held for approval.",
    )
    hold_above = forms.IntegerField(
        min_value=101,
        max_value=10_000,
        initial=200,
        label="… or grow it above … %",
        help_text="A file that grows the list to this share or more is held for approval.",
    )
    hold_from = forms.IntegerField(
        min_value=1,
        max_value=2_000_000,
        initial=100,
        label="… and it has at least … entries",
        help_text="Before or after the import. A file that names a registered vehicle is always held.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in MatchKind:
            self.fields[f"alarm_{kind}"] = forms.ChoiceField(
                choices=ALARM_LABELS.items(),
                initial=DEFAULT_ALARMS[kind],
                label=kind.label.capitalize(),
                help_text=ALARM_HELP[kind],
            )

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The fields in groups, each with its heading."""
        return [
            ("The list", [self[name] for name in ("name", "source", "kind", "owner", "priority", "sound")]),
            (
                "Who sees it and gets its alerts",
                [self[name] for name in ("covert", "people", "units", "roles")],
            ),
            ("What a match does, by type of match", [self[f"alarm_{kind}"] for kind in MatchKind]),
            ("Dispatch (clause 6.e.vii)", [self["through_dispatch"]]),
            ("Freshness", [self[name] for name in ("refresh_times", "stale_after_hours")]),
            ("Sudden changes", [self[name] for name in ("hold_below", "hold_above", "hold_from")]),
        ]

    @classmethod
    def of(cls, hotlist: HotList) -> dict[str, Any]:
        """The form's initial values for an existing list."""
        names = [name for name in cls.base_fields if name not in ("people", "units")]
        return (
            {name: getattr(hotlist, name) for name in names}
            | {"people": list(hotlist.people.all()), "units": list(hotlist.units.all())}
            | {f"alarm_{kind}": value for kind, value in hotlist.alarms.items()}
        )

    def initial_values(self) -> dict[str, Any]:
        """Values by the names in actions.FIELDS."""
        cleaned = dict(self.cleaned_data)
        alarms = {kind.value: cleaned.pop(f"alarm_{kind}") for kind in MatchKind}
        return {name: cleaned[name] for name in cleaned if name not in ("people", "units")} | {
            "alarms": alarms
        }


class ReasonForm(forms.Form):
    """A reason beyond the policy's own."""

    text = forms.CharField(max_length=80, label="Reason", help_text="As shown on every alert.")
    legal_basis = forms.CharField(
        max_length=200,
        label="Legal basis",
        help_text="Statute or order that allows it, e.g. NMSA 1978, 30-16D-4.",
    )
