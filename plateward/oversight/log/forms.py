"""What the log is searched by. A plate is typed, but looked for, and named in addresses, by its key alone."""

import re
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms

from plateward.core.audit.events import Event
from plateward.core.audit.mentions import plate_thing, thing_key
from plateward.core.audit.models import AuditEntry
from plateward.core.pages.fields import DayField, parse_number
from plateward.field.fleet.models import Reader
from plateward.ground.matching.written import why_no_plate
from plateward.oversight.log.searching import LogQuery
from plateward.people.models import Person

THING = re.compile(r"([A-Za-z][A-Za-z-]*)(?: *: *| +)(\S.*)")
KINDS = frozenset(
    [
        "alert",
        "batch",
        "breach",
        "call",
        "day",
        "entry",
        "finding",
        "hold",
        "hotlist",
        "hotlist-request",
        "investigation",
        "order",
        "person",
        "protocol",
        "read",
        "reader",
        "review",
        "search",
        "terminal",
    ]
)
NO_THING = (
    "Nothing by that name is on the log. Enter an alert's number, or a kind and its number or name, such as search 3. "
    "Enter a plate under Plate."
)
NO_ACTOR = "No account, reader or person has this name. Enter a plate under Plate."
NO_ADDRESS = "No address may have a plate. Enter the plate here, then select Search."
KEY = re.compile(r"[0-9a-f]{32}")
MORE = ("event", "outcome", "since", "until")  # fields that are open only once they are used
MOST_NAMED = 5  # accounts of one name that are listed


class LogFilters(forms.Form):
    """All optional. A form of its own, without django-filter: the log is read by its indexes, newest first, and nothing
    is counted."""

    who = forms.CharField(
        required=False, max_length=100, label="Person or device", help_text="A name, an account or a reader."
    )
    about = forms.CharField(
        required=False,
        max_length=200,
        label="Alert or other thing",
        help_text="12 for alert 12; search 3; person archuleta.",
    )
    typed = forms.CharField(
        required=False,
        max_length=20,
        label="Plate",
        help_text="The log stores no plate numbers; this search uses a coded form.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    plate = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    event = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((event.value, event.label) for event in Event)]
    )
    outcome = forms.ChoiceField(
        required=False, choices=[("", "Any"), ("done", "Done"), ("refused", "Refused"), ("failed", "Failed")]
    )
    since = DayField(required=False, label="From")
    until = DayField(required=False, label="To")

    def clean_who(self) -> str:
        """An account or device. Raises `ValidationError` for what is not known: it may be a plate."""
        text = str(self.cleaned_data["who"]).strip()
        if text and not _is_actor(text):
            raise forms.ValidationError(NO_ACTOR)
        return text

    def clean_about(self) -> str:
        """A thing's name as entries have it: "Alert 12" is alert:12, and a bare number an alert's. Raises
        `ValidationError` for what has no number and is not known: it may be a plate."""
        text = str(self.cleaned_data["about"]).strip()
        if not text:
            return ""
        if text.isascii() and text.isdigit():
            return f"alert:{int(text)}"
        if _is_uuid(text):
            return f"read:{UUID(text)}"
        named = THING.fullmatch(text)
        kind, which = (named[1].lower(), named[2]) if named else ("", "")
        name = f"{kind}:{which}" if kind in KINDS else text
        has_key = kind in KINDS and (parse_number(which) is not None or _is_uuid(which))
        if has_key or _is_known(kind, which, name):
            return name
        raise forms.ValidationError(NO_THING)

    def clean_typed(self) -> str:
        """Raises `ValidationError`: only LogSearch, which is submitted, takes a plate."""
        if self.cleaned_data["typed"]:
            raise forms.ValidationError(NO_ADDRESS)
        return ""

    def clean(self) -> dict[str, Any]:
        """Raises `ValidationError` for two things at once, and for what is no plate's key."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("plate") and not KEY.fullmatch(cleaned["plate"]):
            cleaned["plate"] = ""
            self.add_error("typed", NO_ADDRESS)
        if cleaned.get("about") and (cleaned.get("typed") or cleaned.get("plate")):
            cleaned["plate"] = ""
            if cleaned.get("typed"):
                self.add_error("typed", "Search for a plate or for another thing, one at a time.")
        return cleaned

    @property
    def basic_fields(self) -> list[forms.BoundField]:
        """The fields that are always open."""
        return [field for field in self.visible_fields() if field.name not in MORE]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """The others."""
        return [self[name] for name in MORE]

    @property
    def uses_more(self) -> bool:
        """Whether one of them is filled in, or wrong."""
        return any(self[name].value() or self[name].errors for name in MORE)

    def criteria(self) -> dict[str, Any]:
        """The filters that were filled in correctly; of a typed plate its key."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value and name != "typed"}
        if typed := self.cleaned_data.get("typed"):
            given["plate"] = thing_key(plate_thing(typed)).hex()
        return given

    def query(self) -> LogQuery:
        """The same for the log."""
        given = self.criteria()
        columns = {"event": "event", "who": "actor_id", "outcome": "outcome"}
        return LogQuery(
            {column: given[name] for name, column in columns.items() if name in given},
            about=given.get("about", ""),
            plate=bytes.fromhex(given.get("plate", "")),
            since=given.get("since"),
            until=given.get("until"),
        )


class LogSearch(LogFilters):
    """The same as it is submitted: a plate may be typed, and people named by their names."""

    def clean_typed(self) -> str:
        """Raises `ValidationError` for what cannot be a plate."""
        text = str(self.cleaned_data["typed"]).strip()
        if text and (objection := why_no_plate(text, whole=False)):
            raise forms.ValidationError(objection)
        return text

    def clean_who(self) -> str:
        """The account of a person of this name, too. Raises `ValidationError` if several have it, or nobody."""
        text = str(self.cleaned_data["who"]).strip()
        if not text or _is_actor(text):
            return text
        named = list(Person.objects.filter(full_name__icontains=text).order_by("username")[: MOST_NAMED + 1])
        if len(named) > 1:
            listed = ", ".join(f"{person.full_name} ({person.username})" for person in named[:MOST_NAMED])
            more = " and others" if len(named) > MOST_NAMED else ""
            raise forms.ValidationError(f"Several people have this name: {listed}{more}. Enter the account.")
        if not named:
            raise forms.ValidationError(NO_ACTOR)
        return named[0].username


def _is_uuid(text: str) -> bool:
    with suppress(ValueError):
        return bool(UUID(text))
    return False


def _is_actor(text: str) -> bool:
    """Whether this is an account, a reader, or who made an entry."""
    return (
        Person.objects.filter(username=text).exists()
        or Reader.objects.filter(name=text).exists()
        or AuditEntry.objects.filter(actor_id=text).exists()
    )


def _is_known(kind: str, which: str, name: str) -> bool:
    """Whether this is an account, a reader, or what an entry is about: none is a plate."""
    if kind == "person" and Person.objects.filter(username=which).exists():
        return True
    if kind == "reader" and Reader.objects.filter(name=which).exists():
        return True
    return AuditEntry.objects.filter(object=name).exists()
