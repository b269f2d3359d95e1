"""An administrator's description of a kind of file, as stored. Every version is kept. Pure."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

# An entry's values and their labels on pages. The vehicle is joined from its parts.
FIELDS = {
    "plate": "Plate",
    "state": "State",
    "reason": "Reason",
    "priority": "Priority",
    "expires": "Expires",
    "plate_type": "Plate type",
    "plate_year": "Plate year",
    "year": "Vehicle: year",
    "make": "Vehicle: make",
    "model": "Vehicle: model",
    "style": "Vehicle: style",
    "color": "Vehicle: color",
    "nic": "Record number (NIC)",
    "ori": "Agency (ORI)",
    "listed_on": "Listed on",
    "number": "Case number",
}
DATED = ("expires", "listed_on")
VEHICLE = ("year", "make", "model", "style", "color")
DATES = {
    "%Y%m%d": "20270131",
    "%Y-%m-%d": "2027-01-31",
    "%m/%d/%Y": "01/31/2027",
    "%m/%d/%Y %H:%M:%S": "01/31/2027 23:59:59",
    "%Y-%m-%d %H:%M:%S": "2027-01-31 23:59:59",
    "%d/%m/%Y": "31/01/2027",
    "%m%d%Y": "01312027",
    "%m%d%y": "013127",
    "%y%m%d": "270131",
}
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar", " ": "Blanks"}


class FieldSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One value. `take`: a column's number or name, positions such as 28-37, or a constant such as ="NM";
    `then`: steps, one per line (steps.py); `codes`: one per line, the file's text = its meaning, where "-"
    skips the line and "*" stands for all others; `dates`: how dates are written."""

    take: Annotated[str, Meta(min_length=1, max_length=80)]
    then: Annotated[str, Meta(max_length=400)] = ""
    codes: Annotated[str, Meta(max_length=4000)] = ""
    dates: Annotated[str, Meta(max_length=20)] = "%Y%m%d"


class FormatSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A whole format. `skip`: lines before the first entry, including the column names; `names`: which of
    these has the names, 0 for none; `leave`: skip lines starting with this, such as a trailer."""

    layout: Literal["delimited", "fixed"]
    fields: dict[str, FieldSpec]
    delimiter: Literal[",", ";", "\t", "|", " "] = ","
    quoted: bool = True
    encoding: Literal["utf-8", "cp1252", "ascii"] = "utf-8"
    skip: Annotated[int, Meta(ge=0, le=50)] = 0
    names: Annotated[int, Meta(ge=0, le=50)] = 0
    leave: Annotated[str, Meta(max_length=20)] = ""


class NcicCodes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The only setting of the NCIC extract: each file's reason, "" to skip the file."""

    ncic: dict[str, str]
