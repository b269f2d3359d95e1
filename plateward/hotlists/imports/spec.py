"""How an administrator describes a kind of file, as it is kept. Every version stays. Pure."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

# What an entry may be given, and how a page calls it. The vehicle is put together from its parts.
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
    """One value. `take`: a column's number or name, positions as 28-37, or a constant as ="NM"; `then`: steps, one
    a line (steps.py); `codes`: a line each, what the file says = what is meant, "-" for what is not taken and "*"
    for all else; `dates`: how a date is written."""

    take: Annotated[str, Meta(min_length=1, max_length=80)]
    then: Annotated[str, Meta(max_length=400)] = ""
    codes: Annotated[str, Meta(max_length=4000)] = ""
    dates: Annotated[str, Meta(max_length=20)] = "%Y%m%d"


class FormatSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A whole format. `skip`: lines before the first entry, the one that names the columns among them; `names`: which
    of these that is, 0 for none; `leave`: lines that begin so are left alone, such as a trailer."""

    layout: Literal["delimited", "fixed"]
    fields: dict[str, FieldSpec]
    delimiter: Literal[",", ";", "\t", "|", " "] = ","
    quoted: bool = True
    encoding: Literal["utf-8", "cp1252", "ascii"] = "utf-8"
    skip: Annotated[int, Meta(ge=0, le=50)] = 0
    names: Annotated[int, Meta(ge=0, le=50)] = 0
    leave: Annotated[str, Meta(max_length=20)] = ""


class NcicCodes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one thing of the NCIC extract that an administrator decides: each file's reason, "" for not taken."""

    ncic: dict[str, str]
