"""An administrator's description of a kind of file, as stored, every version of it, and the steps in plain words that
transform its values. Pure. The work is bounded: a step searches for plain text, never a pattern, so no line can make it
run long."""

import re
from collections.abc import Callable
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
USUAL_DATES = "%Y%m%d"
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar", " ": "Blanks"}
MOST_STEPS = 8
Step = Callable[[str], str]

HELP = {
    'after "LIC/"': "text after the first LIC/; nothing if it is not there",
    'before " "': "text before the first blank; all of it if there is none",
    'without "EVS"': "the value without a leading EVS",
    "characters 1-2": "its first two characters; 3- is from the third on",
    "word 2": "its second word",
    'replace "0" with "O"': "every zero as the letter O",
}
_TEXT = r'(?:"([^"]{1,40})"|(\S{1,40}))'
_AROUND = re.compile(rf"(after|before|without)\s+{_TEXT}")
_CHARACTERS = re.compile(r"characters?\s+(\d{1,4})(?:\s*(-)\s*(\d{0,4}))?")
_WORD = re.compile(r"word\s+(\d{1,2})")
_REPLACE = re.compile(rf'replace\s+{_TEXT}\s+with\s+(?:"([^"]{{0,40}})"|(\S{{1,40}}))')


class FieldSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One value. `take`: a column's number or name, positions such as 28-37, or a constant such as ="NM";
    `then`: steps, one per line (`parse_steps`); `codes`: one per line, the file's text = its meaning, where "-"
    skips the line and "*" stands for all others; `dates`: how dates are written."""

    take: Annotated[str, Meta(min_length=1, max_length=80)]
    then: Annotated[str, Meta(max_length=400)] = ""
    codes: Annotated[str, Meta(max_length=4000)] = ""
    dates: Annotated[str, Meta(max_length=20)] = USUAL_DATES


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


class StepError(ValueError):
    """The step is unknown; the message lists the known ones."""


def parse_steps(text: str) -> list[Step]:
    """The steps that a text describes, one per line. Raises StepError."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_STEPS:
        raise StepError(f"the limit is {MOST_STEPS} steps per value")
    return [_parse_step(line) for line in lines]


def _parse_step(text: str) -> Step:
    if match := _AROUND.fullmatch(text):
        return _around(match[1], match[2] or match[3])
    if match := _CHARACTERS.fullmatch(text):
        return take_characters(int(match[1]), match[2] is not None, match[3])
    if match := _WORD.fullmatch(text):
        return _take_word(int(match[1]))
    if match := _REPLACE.fullmatch(text):
        old, new = match[1] or match[2], match[3] or match[4] or ""
        return lambda value: value.replace(old, new)
    raise StepError(f"“{text[:40]}” is not a step; use one of: {'; '.join(HELP)}")


def _around(which: str, mark: str) -> Step:
    if which == "after":
        return lambda value: value.partition(mark)[2]
    if which == "before":
        return lambda value: value.partition(mark)[0]
    return lambda value: value.removeprefix(mark)


def take_characters(first: int, ranged: bool, last: str | None) -> Step:
    """A step that takes characters by position, from 1 and including the last. Raises StepError."""
    end = first if not ranged else int(last) if last else None
    if first < 1 or (end is not None and end < first):
        raise StepError("positions count from 1, first before second")
    return lambda value: value[first - 1 : end]


def _take_word(number: int) -> Step:
    if number < 1:
        raise StepError("words count from 1")

    def take(value: str) -> str:
        words = value.split()
        return words[number - 1] if number <= len(words) else ""

    return take
