"""The packs: OPR:50, the CJIS Security Policy and SB 40, row by row, as data in `data/*.toml`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

from plateward.ground.errors import PlatewardError

Text = Annotated[str, Meta(pattern=r"\S")]
Slug = Annotated[str, Meta(pattern="^[a-z]+$")]
Place = Annotated[str, Meta(pattern=r"^[\w.]+:\d+$")]
PACK_FILES = ("opr50.toml", "cjis.toml", "sb40.toml")


@dataclass(frozen=True)
class Kind:
    """How the software stands for a row. `meaning`: a sentence that goes on from the name."""

    name: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.name}: {self.meaning}"


KINDS = {  # by the letters that the packs write; a row may have two, as in `E/D`
    "E": Kind("Enforced", "it cannot be done otherwise."),
    "W": Kind("Workflow", "recorded, with a deadline and somebody responsible."),
    "D": Kind("Detected", "reported afterward."),
    "S": Kind("Stated", "a notice or a label; no software can force it."),
}


class PackError(PlatewardError):
    """A pack's file is invalid, or no pack has the row."""


class PolicyReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the software takes a row to mean where the row is silent: what it does, why, and who at the agency
    `confirms` it."""

    says: Text
    why: Text
    confirms: Text


class PolicyPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a row asks, and that code and tests cite: `approval` of 6.h.iii is `6.h.iii/approval`.

    `of`: the sentences of the policy that ask it, by clause and number: `6.h.iii:1` is that clause's first. `gaps`:
    what of it is known to be missing. `thin`: why what shows it shows little.
    """

    id: Slug
    says: Text
    of: tuple[Place, ...] = ()
    gaps: tuple[Text, ...] = ()
    thin: str = ""


class PolicyRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clause or control. `shows`: what a test shows, or the value to enforce. `parts`: together, all that it asks.
    `least_days`: how long it says that reads are kept at least; 0: it does not."""

    id: Text
    kind: Text
    mechanism: Text
    shows: Text
    parts: Annotated[tuple[PolicyPart, ...], Meta(min_length=1)]
    least_days: int = 0
    readings: tuple[PolicyReading, ...] = ()

    def __post_init__(self) -> None:
        if not KINDS.keys() >= set(self.kind.split("/")):
            raise ValueError(f"the kind {self.kind} of row {self.id} is not of E, W, D, S")
        if len({part.id for part in self.parts}) < len(self.parts):
            raise ValueError(f"two parts of row {self.id} have one id")

    def cited(self, part: PolicyPart) -> str:
        """How code and tests cite one of its parts."""
        return f"{self.id}/{part.id}"


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule book in a version. `source`: where its rows come from."""

    id: Text
    title: Text
    version: Text
    source: Text
    sections: dict[str, str]  # titles, by how the ids of their rows begin
    rows: Annotated[tuple[PolicyRow, ...], Meta(min_length=1)] = msgspec.field(name="row")

    def __post_init__(self) -> None:
        if lost := [row.id for row in self.rows if not row.id.startswith(tuple(self.sections))]:
            raise ValueError(f"there is no section for {', '.join(lost)}")

    @property
    def edition(self) -> str:
        """A digest, in hex, of what it asks: its version, its rows and the policy's sentences they are of. How this
        software answers them may change without it."""
        rows = [
            [row.id, row.least_days, sorted({place for part in row.parts for place in part.of})]
            for row in self.rows
        ]
        return sha256(msgspec.json.encode([self.id, self.version, rows])).hexdigest()

    def section_of(self, row_id: str) -> str:
        """The title of the row's section: of those whose beginning it has, the longest."""
        return self.sections[max(filter(row_id.startswith, self.sections), key=len)]


def parse_pack(text: str, file: str) -> Pack:
    """A pack from its TOML text; `file` names it in errors."""
    try:
        return msgspec.toml.decode(text, type=Pack)
    except msgspec.DecodeError as error:
        raise PackError(f"The policy pack {file} is malformed: {error}.") from error


def rows_by_id(packs: Iterable[Pack]) -> dict[str, PolicyRow]:
    """Every row by its id, over all packs; ids are unique."""
    by_id: dict[str, PolicyRow] = {}
    for pack in packs:
        for row in pack.rows:
            if row.id in by_id:
                raise PackError(f"The row {row.id} is in the policy packs twice. Give each row its own id.")
            by_id[row.id] = row
    return by_id


@cache
def packs() -> tuple[Pack, ...]:
    """The packs in this version of Plateward."""
    folder = files("plateward.ground.policy") / "data"
    return tuple(parse_pack((folder / file).read_text(encoding="utf-8"), file) for file in PACK_FILES)


@cache
def policy_rows() -> Mapping[str, PolicyRow]:
    """Every row by its id."""
    return rows_by_id(packs())
