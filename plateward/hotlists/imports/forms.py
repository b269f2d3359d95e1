"""The browser form in which a person describes a format."""

from typing import Any

from django import forms
from django.forms import BoundField

from plateward.hotlists.imports import formats, ncic
from plateward.hotlists.imports.spec import DATED, DATES, DELIMITERS, FIELDS, FieldSpec, FormatSpec
from plateward.hotlists.imports.text import ENCODINGS
from plateward.hotlists.models import Reason

LAYOUTS = {"delimited": "Delimited", "fixed": "Fixed positions"}
PARTS = ("take", "then", "codes", "dates")
ALWAYS_OPEN = ("plate", "state", "reason")  # shown open; the others only if they are used
SAMPLE_MOST = 16_384


class FormatForm(forms.Form):
    """A whole format, and the sample to try it on, which is not kept."""

    name = forms.CharField(max_length=60, label="Name", help_text="For example: Kansas state list.")
    layout = forms.ChoiceField(
        choices=LAYOUTS.items(), widget=forms.RadioSelect, initial="delimited", label="A line has"
    )
    delimiter = forms.ChoiceField(
        choices=DELIMITERS.items(), initial=",", label="Between the columns", required=False
    )
    quoted = forms.BooleanField(
        required=False,
        initial=True,
        label="Quotation marks enclose columns",
        help_text="Off: they are part of the text.",
    )
    encoding = forms.ChoiceField(choices=ENCODINGS.items(), initial="utf-8", label="Encoding")
    skip = forms.IntegerField(min_value=0, max_value=50, initial=0, label="Header lines")
    names = forms.IntegerField(
        min_value=0,
        max_value=50,
        initial=0,
        label="Line with column names",
        help_text="0: none does.",
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
            self.fields[f"{field}_then"] = forms.CharField(
                required=False,
                max_length=400,
                label=f"{label}: transform",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"{field}_codes"] = forms.CharField(
                required=False,
                max_length=4000,
                label=f"{label}: value map",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            if field in DATED:
                self.fields[f"{field}_dates"] = forms.ChoiceField(
                    choices=DATES.items(), required=False, label=f"{label}: dates are written"
                )

    @classmethod
    def of(cls, name: str, spec: FormatSpec) -> dict[str, Any]:
        """The form's initial values for an existing format."""
        initial: dict[str, Any] = {"name": name} | {
            key: getattr(spec, key)
            for key in ("layout", "delimiter", "quoted", "encoding", "skip", "names", "leave")
        }
        for field, field_spec in spec.fields.items():
            initial |= {f"{field}_{part}": getattr(field_spec, part) for part in PARTS}
        return initial

    def general(self) -> list[BoundField]:
        """The fields that apply to the whole file."""
        return [
            self[name] for name in ("layout", "delimiter", "quoted", "encoding", "skip", "names", "leave")
        ]

    def values(self) -> list[dict[str, Any]]:
        """For each value of an entry: its label, its fields, and whether it is shown open."""
        return [
            {
                "label": label,
                "open": field in ALWAYS_OPEN
                or bool(self[f"{field}_take"].value())
                or any(self[f"{field}_{part}"].errors for part in PARTS if f"{field}_{part}" in self.fields),
                "fields": [self[f"{field}_{part}"] for part in PARTS if f"{field}_{part}" in self.fields],
            }
            for field, label in FIELDS.items()
        ]

    def spec(self) -> FormatSpec:
        """The described format, once the form is valid."""
        data = self.cleaned_data
        fields = {
            field: FieldSpec(
                data[f"{field}_take"],
                data[f"{field}_then"].replace("\r\n", "\n"),
                data[f"{field}_codes"].replace("\r\n", "\n"),
                data.get(f"{field}_dates") or "%Y%m%d",
            )
            for field in FIELDS
            if data[f"{field}_take"]
        }
        options = ("layout", "quoted", "encoding", "skip", "names", "leave")
        return FormatSpec(
            delimiter=data["delimiter"] or ",", fields=fields, **{name: data[name] for name in options}
        )


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
