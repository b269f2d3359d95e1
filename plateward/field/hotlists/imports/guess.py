"""Which column of a file may hold what: from its header, and from what stands in it. Suggestions for a person, who
checks them; nothing is ever mapped by itself. Pure."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plateward.field.hotlists.imports.spec import DATES, DELIMITERS, FIELDS
from plateward.field.hotlists.states import PROVINCES, STATES
from plateward.ground.links.ncic.vehicle import COLORS, MAKES, STYLES
from plateward.ground.matching.written import why_no_plate

MOST_LINES = 50  # of a sample
LEAST = 0.7  # of a column's values, that look like the field
SURE = 2.0  # for a name in the header: more than any contents
# What columns are called, as letters alone.
NAMES = {
    "plate": "plate platenumber plateno lic licno licplate license licenseplate licensenumber tag tagno tagnumber",
    "state": "state st lis platestate licensestate tagstate jurisdiction",
    "reason": "reason offense category alert alerttype type status statuscode hottype",
    "priority": "priority",
    "expires": "expires expiration expirationdate expiry expirydate enddate validuntil exp",
    "plate_type": "platetype lit licensetype tagtype",
    "plate_year": "plateyear liy licenseyear tagyear",
    "year": "year vyr vehicleyear modelyear yr",
    "make": "make vma vehiclemake",
    "model": "model vmo vehiclemodel",
    "style": "style vst body bodystyle vehiclestyle",
    "color": "color colour vco vehiclecolor",
    "nic": "nic nicnumber ncicnumber ncic recordnumber",
    "ori": "ori agency agencyori enteringagency",
    "listed_on": "listedon entered entrydate dateentered dateofentry dte createdon",
    "number": "casenumber caseno case oca incident incidentnumber reportnumber",
}
PLATE_TYPES = frozenset(("AP", "CM", "CO", "DL", "DX", "FM", "LE", "MC", "PC", "PS", "RV", "SC", "TK", "TL"))
TALK = re.compile(
    r"\b(STOLEN|WANTED|MISSING|FELONY|AMBER|WARRANT|SUSPEND|REVOKED|EXPIRED|ATTEMPT|GANG|TERROR)"
)


@dataclass(frozen=True)
class Suggestion:
    """A field, and the column that may hold it. `take`: as the format's form takes it; `why`: in words; `dates`: how
    its dates are written, if it has some."""

    field: str
    take: str
    why: str
    dates: str = ""

    @property
    def label(self) -> str:
        """The field for people."""
        return FIELDS[self.field]


@dataclass(frozen=True)
class Guess:
    """What a sample looks like; `names`: 1 if its first line has the columns' names."""

    delimiter: str
    names: int
    suggestions: tuple[Suggestion, ...]


# What a column may hold: minus its score, the column, the field, and why. The best comes first, of equals the column on
# the left.
_Candidate = tuple[float, int, str, str]


def guess_columns(sample: str) -> Guess | None:
    """The columns of a delimited sample; None if it is not one, or says nothing."""
    lines = [line for line in sample.splitlines()[:MOST_LINES] if line.strip()]
    delimiter, rows = _cut(lines)
    if not rows:
        return None
    named = {at: field for at, cell in enumerate(rows[0]) if (field := _field_named(cell))}
    names = rows[0] if "plate" in named.values() else []
    body = rows[1:] if names else rows
    columns = [
        [row[at].upper() for row in body if row[at : at + 1] and row[at]] for at in range(max(map(len, rows)))
    ]
    by_content = (at for at in range(len(columns)) if not names or at not in named)
    candidates = [*_by_name(names, named), *_by_content(columns, list(by_content))]
    taken: dict[str, Suggestion] = {}
    used: set[int] = set()
    for _, at, field, why in sorted(candidates):
        if field in taken or at in used:
            continue
        used.add(at)
        take = names[at] if names and _is_plain(names, at) else str(at + 1)
        taken[field] = Suggestion(field, take, why, _dates_of(columns[at]))
    suggestions = tuple(taken[field] for field in FIELDS if field in taken)
    return Guess(delimiter, int(bool(names)), suggestions) if suggestions else None


def _cut(lines: Sequence[str]) -> tuple[str, list[list[str]]]:
    """The delimiter that cuts all lines into equally many cells, and these; nothing if none does."""
    for delimiter in (mark for mark in DELIMITERS if mark != " "):
        try:
            rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            continue
        widths = [len(row) for row in rows]
        if widths and min(widths) > 1 and max(widths) - min(widths) <= 1:
            return delimiter, rows
    return "", []


def _by_name(names: Sequence[str], named: Mapping[int, str]) -> Iterator[_Candidate]:
    for at, field in named.items() if names else ():
        yield -SURE, at, field, f"the column is named “{names[at]}”"


def _by_content(columns: Sequence[Sequence[str]], among: Sequence[int]) -> Iterator[_Candidate]:
    years = [at for at in among if _share(columns[at], _is_year) >= LEAST]
    if len(years) > 1:  # as NCIC orders them
        yield -WEIGHTS["year"], years[0], "plate_year", _examples(columns[years[0]])
        years = years[1:]
    for at in among:
        for field, looks in LOOKS.items():
            share = _share(columns[at], looks)
            if share >= LEAST and (field != "year" or at in years):
                yield -share * WEIGHTS.get(field, 1.0), at, field, _examples(columns[at])


def _examples(values: Sequence[str]) -> str:
    return f"for example {', '.join(list(dict.fromkeys(values))[:2])}"


def _share(values: Sequence[str], looks: Callable[[str], bool]) -> float:
    return sum(map(looks, values)) / len(values) if values else 0.0


def _field_named(cell: str) -> str:
    bare = re.sub(r"[^a-z]", "", cell.lower())
    return next((field for field, names in NAMES.items() if bare in names.split()), "") if bare else ""


def _is_plain(names: Sequence[str], at: int) -> bool:
    """Whether the form can name the column: once, and not by what it takes for a number."""
    name = names[at]
    return (
        0 < len(name) <= 80 and names.count(name) == 1 and not name[0].isdigit() and not name.startswith("=")
    )


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"19[5-9]\d|20[0-4]\d", text))


def _is_nic(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]\d{9}", text))


def _is_ori(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z0][A-Z0][A-Z0-9]{7}", text)) and sum(map(str.isdigit, text)) >= 4


def _is_plate(text: str) -> bool:
    bare = text.replace(" ", "").replace("-", "")
    mixed = any(map(str.isdigit, bare)) and any(map(str.isalpha, bare))
    return mixed and 4 <= len(bare) <= 8 and not why_no_plate(text) and not _is_ori(text)


def _dates_of(values: Sequence[str]) -> str:
    """How all of these dates are written; empty if they are none."""
    for written in DATES:
        try:
            read = [datetime.strptime(value, written) for value in values]
        except ValueError:
            continue
        if read and all(1990 <= day.year <= 2060 for day in read):
            return written
    return ""


LOOKS: dict[str, Callable[[str], bool]] = {
    "nic": _is_nic,
    "ori": _is_ori,
    "state": lambda text: text.replace("0", "O") in STATES or text in PROVINCES,
    "plate_type": PLATE_TYPES.__contains__,
    "make": lambda text: text.replace("0", "O") in MAKES,
    "style": STYLES.__contains__,
    "color": lambda text: text.split("/")[0] in COLORS,
    "reason": lambda text: bool(TALK.search(text)),
    "plate": _is_plate,
    "year": _is_year,
}
WEIGHTS = {"plate": 0.8, "reason": 0.9, "style": 0.85, "year": 0.7}  # what other things look like, too
