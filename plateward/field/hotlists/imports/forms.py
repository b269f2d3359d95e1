"""The browser's forms for a list's file, for a described format and for a feed."""

import re
from typing import Any

from django import forms
from django.forms import BoundField

from plateward.core.pages.fields import ButtonsField, LongTextField
from plateward.field.hotlists.administration.forms import TimesField
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.imports import formats, ncic, store
from plateward.field.hotlists.imports.models import Feed
from plateward.field.hotlists.imports.spec import (
    DATED,
    DATES,
    DELIMITERS,
    FIELDS,
    USUAL_DATES,
    FieldSpec,
    FormatSpec,
)
from plateward.field.hotlists.imports.text import ENCODINGS, MAX_BYTES
from plateward.field.hotlists.models import HotList, Reason
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person

LAYOUTS = {"delimited": "Delimited", "fixed": "Fixed positions"}
PARTS = ("take", "then", "codes", "dates")
OPTIONS = ("layout", "delimiter", "quoted", "encoding", "skip", "names", "leave")  # of the whole file
ALWAYS_OPEN = ("plate", "state", "reason")  # shown open; the others only if they are used
SAMPLE_MOST = 16_384
DEFAULT_TIMES = ["05:30", "17:30"]  # NCIC compiles its extract twice a day
PATTERN = re.compile(r"[^/\x00-\x1f]{1,80}")


class ListFileForm(forms.Form):
    """The list, its source, the format and the file. The page's script sends a larger file in parts."""

    name = forms.CharField(label="List", max_length=60, help_text="An existing list's name, or a new one.")
    source = forms.CharField(label="Source", max_length=60, help_text="Who supplies it, e.g. NCIC.")
    format = forms.ChoiceField(
        choices=formats.format_choices, label="Format", help_text="How the file is written."
    )
    file = forms.FileField(
        label="File",
        help_text="It replaces the whole list. At most 400 MiB and two million entries.",
        widget=forms.FileInput(attrs={"data-part": store.PART_BYTES, "data-most": MAX_BYTES}),
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    @enforces("6.c.ii/lists")
    def clean_name(self) -> str:
        """A new list's, or one of a list that this person may see."""
        name: str = self.cleaned_data["name"]
        if HotList.objects.filter(name=name).exclude(pk__in=lists_for(self._person)).exists():
            raise forms.ValidationError("That name is taken. Enter another name.")
        return name

    def clean_file(self) -> Any:
        """Checks the size before reading; without the page script, a part must fit the memory limit."""
        file: Any = self.cleaned_data["file"]
        if (file.size or 0) > store.PART_BYTES * 8:
            raise forms.ValidationError(
                "A file this large is sent in parts, which needs JavaScript. Turn it on."
            )
        return file


class AnnouncedFileForm(ListFileForm):
    """A file that comes in parts: its name and size instead of its content."""

    file = None  # type: ignore[assignment]
    file_name = forms.CharField(max_length=255)
    size = forms.IntegerField(min_value=1)


class FormatForm(forms.Form):
    """A whole format, and the sample to try it on, which is not kept."""

    name = forms.CharField(max_length=60, label="Name", help_text="For example: Kansas state list.")
    layout = ButtonsField(
        LAYOUTS.items(),
        "A line has",
        "Delimited: a character separates the columns. Fixed positions: each column has its place.",
        initial="delimited",
    )
    delimiter = forms.ChoiceField(
        choices=DELIMITERS.items(),
        initial=",",
        label="Between the columns",
        required=False,
        help_text="The character between two columns. Not used for fixed positions.",
    )
    quoted = forms.BooleanField(
        required=False,
        initial=True,
        label="Quotation marks enclose columns",
        help_text="Off: they are part of the text.",
    )
    encoding = forms.ChoiceField(
        choices=ENCODINGS.items(),
        initial="utf-8",
        label="Encoding",
        help_text="How letters are stored in the file. If accents look wrong in the preview, choose another.",
    )
    skip = forms.IntegerField(
        min_value=0,
        max_value=50,
        initial=0,
        label="Header lines",
        help_text="How many lines at the top are not entries. They are skipped.",
    )
    names = forms.IntegerField(
        min_value=0, max_value=50, initial=0, label="Line with column names", help_text="0: none does."
    )
    leave = forms.CharField(
        max_length=20, required=False, strip=False, label="Skip lines starting with",
        help_text="For example a last line with totals. Blank: none.",
    )  # fmt: skip
    sample = forms.CharField(
        required=False, max_length=SAMPLE_MOST, strip=False, label="First lines of a file",
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false", "wrap": "off"}),
        help_text="Paste them, or choose a file below. They are tested at once and not saved.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, label in FIELDS.items():
            self.fields[f"{field}_take"] = forms.CharField(
                required=field in ("plate", "reason"), max_length=80, label=f"{label} from"
            )
            self.fields[f"{field}_then"] = LongTextField(
                2,
                required=False,
                max_length=400,
                label=f"{label}: transform",
                help_text="One step per line, of those under Transforms and value maps.",
            )
            self.fields[f"{field}_codes"] = LongTextField(
                2,
                required=False,
                max_length=4000,
                label=f"{label}: value map",
                help_text="One per line, such as WP = wanted_person. A dash skips the line.",
            )
            if field in DATED:
                self.fields[f"{field}_dates"] = forms.ChoiceField(
                    choices=DATES.items(),
                    required=False,
                    label=f"{label}: dates are written",
                    help_text="How the file writes January 31, 2027.",
                )

    @classmethod
    def of(cls, name: str, spec: FormatSpec) -> dict[str, Any]:
        """The form's initial values for an existing format."""
        initial: dict[str, Any] = {"name": name} | {key: getattr(spec, key) for key in OPTIONS}
        for field, field_spec in spec.fields.items():
            initial |= {f"{field}_{part}": getattr(field_spec, part) for part in PARTS}
        return initial

    def general(self) -> list[BoundField]:
        """The fields that apply to the whole file."""
        return [self[name] for name in OPTIONS]

    def values(self) -> list[dict[str, Any]]:
        """For each value of an entry: its label; take, the field that says where it stands, and whether that is shown
        open; more, those that change it, and whether these are."""
        return [self._value(field, label) for field, label in FIELDS.items()]

    def _value(self, field: str, label: str) -> dict[str, Any]:
        take, *more = (self[f"{field}_{part}"] for part in PARTS if f"{field}_{part}" in self.fields)
        wrong = any(bound.errors for bound in more)
        return {
            "label": label,
            "take": take,
            "open": field in ALWAYS_OPEN or bool(take.value()) or bool(take.errors) or wrong,
            "more": more,
            "more_open": wrong or any(bound.value() not in (None, "", USUAL_DATES) for bound in more),
        }

    def spec(self) -> FormatSpec:
        """The described format, once the form is valid."""
        data = self.cleaned_data
        fields = {
            field: FieldSpec(
                data[f"{field}_take"],
                data[f"{field}_then"].replace("\r\n", "\n"),
                data[f"{field}_codes"].replace("\r\n", "\n"),
                data.get(f"{field}_dates") or USUAL_DATES,
            )
            for field in FIELDS
            if data[f"{field}_take"]
        }
        options = {name: data[name] for name in OPTIONS} | {"delimiter": data["delimiter"] or ","}
        return FormatSpec(fields=fields, **options)


class NcicReasonsForm(forms.Form):
    """The reason for each NCIC file. The immigration violator file has no row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [("", "Not taken"), *Reason.current().items()]
        for code, reason in formats.ncic_reasons().items():
            if code in ncic.FILES:
                self.fields[code] = forms.ChoiceField(
                    choices=reasons, required=False, initial=reason, label=f"{code}: {ncic.FILES[code].name}"
                )


class FeedForm(forms.Form):
    """The form asks for the secret but never shows it; if left empty, the stored secret stays."""

    format = forms.ChoiceField(
        choices=formats.format_choices,
        label="Format",
        help_text="How the file's columns become fields. See Formats.",
    )
    place = ButtonsField(
        Feed.Place.choices,
        "File location",
        "Where the file comes from: a folder on the hub, or a server by SFTP.",
        initial=Feed.Place.FOLDER,
    )
    folder = forms.CharField(
        max_length=200, required=False, label="Folder",
        help_text="On the hub: under the folder feeds in its home. On a server: the server's path.",
    )  # fmt: skip
    pattern = forms.CharField(
        max_length=80,
        label="File",
        help_text="Its name; * matches anything, as in VEHEXTRT*.txt. The newest is used.",
    )
    host = forms.CharField(
        max_length=200,
        required=False,
        label="Server",
        help_text="Name or address of the SFTP server. The hub connects to no other.",
    )
    port = forms.IntegerField(
        min_value=1, max_value=65_535, initial=22, label="Port", help_text="Usually 22."
    )
    user = forms.CharField(
        max_length=60,
        required=False,
        label="User",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="The account on the server. It needs only to read the folder.",
    )
    host_key = forms.CharField(
        max_length=2000, required=False, label="The server's host key",
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono"}),
        help_text="One line such as ssh-ed25519 AAAA…, from the server's administrator. Other servers are refused.",
    )  # fmt: skip
    password = forms.CharField(
        max_length=200, required=False, label="Password", strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Stored sealed and never shown again. Blank: keep the current one.",
    )  # fmt: skip
    key = forms.CharField(
        max_length=8000, required=False, label="Or a private key",
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
        help_text="Without a passphrase. Stored sealed and never shown again.",
    )  # fmt: skip
    times = TimesField(
        max_length=200,
        label="Fetch at",
        initial=DEFAULT_TIMES,
        help_text="Times of day, such as 05:30 17:30.",
    )
    on = forms.BooleanField(
        required=False,
        initial=True,
        label="Fetch automatically",
        help_text="Off: nothing is fetched at these times.",
    )

    def __init__(self, *args: Any, kept: bool = False, **kwargs: Any) -> None:
        """`kept`: a secret is already stored."""
        super().__init__(*args, **kwargs)
        self.kept = kept

    def clean_pattern(self) -> str:
        """A file name, with no path to another folder."""
        pattern = str(self.cleaned_data["pattern"])
        if not PATTERN.fullmatch(pattern):
            raise forms.ValidationError("A file name cannot contain /.")
        return pattern

    def clean(self) -> dict[str, Any]:
        """What a server needs in addition."""
        data = super().clean() or {}
        if data.get("place") == Feed.Place.SFTP:
            for name in ("host", "user", "host_key"):
                if not data.get(name):
                    self.add_error(name, "Required for an SFTP server.")
            if not (data.get("password") or data.get("key") or self.kept):
                self.add_error("password", "An SFTP server needs a password or a private key.")
        return data

    @classmethod
    def of(cls, feed: Feed) -> dict[str, Any]:
        """The initial values for an existing feed, without its secret."""
        return {name: getattr(feed, name) for name in cls.base_fields if name not in ("password", "key")}

    def feed_fields(self) -> dict[str, Any]:
        """The feed's fields by name; the secret only if a new one was given."""
        fields = dict(self.cleaned_data)
        key, password = fields.pop("key"), fields.pop("password")
        secret = {"secret": key or password} if key or password else {}
        return fields | {"times": fields["times"] or DEFAULT_TIMES} | secret
