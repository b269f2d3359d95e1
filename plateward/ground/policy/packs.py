"""The packs: policies and laws, row by row, as data. Those that come with Plateward are `data/*.toml`; an agency
selects among them, and adds files of its own, by `PLATEWARD_PACKS`."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta

from plateward.ground.config.reading import configure
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.parameters import Parameters

Text = Annotated[str, Meta(pattern=r"\S")]
Slug = Annotated[str, Meta(pattern="^[a-z]+$")]
Id = Annotated[str, Meta(pattern=r"^[\w.:-]+$", max_length=20)]
Place = Annotated[str, Meta(pattern=r"^[\w.]+:\d+$")]
SELECTED = "PLATEWARD_PACKS"
Value = TypeVar("Value")


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
    what of it is known to be missing. `thin`: why what shows it shows little. `like`: parts of other rows, as they are
    cited, whose code and tests answer this one, too.
    """

    id: Slug
    says: Text
    of: tuple[Place, ...] = ()
    gaps: tuple[Text, ...] = ()
    thin: str = ""
    like: tuple[Text, ...] = ()


class PolicyRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clause or control. `shows`: what a test shows, or the value to enforce. `parts`: together, all that it asks.
    `answers`: rows of other packs in whose place this one is cited where those are not selected."""

    id: Id
    kind: Text
    mechanism: Text
    shows: Text
    parts: Annotated[tuple[PolicyPart, ...], Meta(min_length=1)]
    parameters: Parameters = Parameters()
    answers: tuple[Text, ...] = ()
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
    """A rule book in a version.

    `name`: as a sentence says it. `source`: where its rows come from. `ids`: a regular expression of what its rows' ids
    look like; `begins`: the characters in their beginning, `[…]`, where a page links one wherever it stands, not only
    after the word "clause" or the pack's name.
    `usual`: its place among those selected where the agency selects none. `penalized`: how the ids of rows begin whose
    violation by the agency's people is penalized. `course`: the course that teaches it. `listed_under`: the row of
    another pack that asks for it.
    """

    id: Annotated[str, Meta(pattern="^[A-Z][A-Za-z0-9]*$", max_length=20)]
    title: Text
    name: Text
    version: Annotated[str, Meta(pattern=r"\S", max_length=100)]
    source: Text
    ids: Text
    sections: dict[str, str]  # titles, by how the ids of their rows begin
    rows: Annotated[tuple[PolicyRow, ...], Meta(min_length=1)] = msgspec.field(name="row")
    begins: str = ""
    usual: int = 0
    penalized: str = ""
    course: Slug = "policy"
    listed_under: str = ""

    def __post_init__(self) -> None:
        try:
            strange = [row.id for row in self.rows if not re.fullmatch(self.ids, row.id)]
        except re.error as error:
            raise ValueError(f"`ids` is no regular expression: {error}") from error
        if self.begins and not self.ids.startswith(f"[{self.begins}]"):
            raise ValueError(f"`ids` does not begin with [{self.begins}]")
        if strange:
            raise ValueError(f"`ids` does not describe {', '.join(strange)}")
        if lost := [row.id for row in self.rows if not row.id.startswith(tuple(self.sections))]:
            raise ValueError(f"there is no section for {', '.join(lost)}")

    @property
    def edition(self) -> str:
        """A digest, in hex, of what it asks: its version, its rows and the policy's sentences they are of. How this
        software answers them may change without it."""
        rows = [
            [row.id, row.parameters, sorted({place for part in row.parts for place in part.of})]
            for row in self.rows
        ]
        return sha256(msgspec.json.encode([self.id, self.version, rows])).hexdigest()

    @property
    def after_begin(self) -> str:
        """The rest of `ids`, after how it begins."""
        return self.ids.removeprefix(f"[{self.begins}]")

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


@dataclass(frozen=True)
class Setting(Generic[Value]):
    """What a row sets by a parameter; `law`: its pack's name with the row, for a sentence."""

    value: Value
    row: str
    law: str


def settings_of(packs: Iterable[Pack], name: str) -> tuple[Setting[Any], ...]:
    """Each row of these packs that sets this parameter."""
    return tuple(
        Setting(getattr(row.parameters, name), row.id, f"{pack.name} {row.id}")
        for pack in packs
        for row in pack.rows
        if name in row.parameters.given
    )


def selection() -> str:
    """As the agency set it."""
    configure()
    return os.environ.get(SELECTED, "")


def packs() -> tuple[Pack, ...]:
    """The packs that the agency selected. Raises PackError if one is none, or if two contradict each other."""
    return _selected(selection())


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Those that come with this version of Plateward, the usual ones first."""
    found = (files("plateward.ground.policy") / "data").iterdir()
    read = [parse_pack(file.read_text(encoding="utf-8"), file.name) for file in found]
    return tuple(sorted(read, key=lambda pack: (not pack.usual, pack.usual, pack.id)))


def known_packs() -> tuple[Pack, ...]:
    """The selected ones, and then those that come with Plateward and are not selected."""
    selected = packs()
    ids = {pack.id for pack in selected}
    return (*selected, *(pack for pack in shipped_packs() if pack.id not in ids))


@cache
def _selected(selection: str) -> tuple[Pack, ...]:
    names = [name.strip() for name in selection.split(",") if name.strip()]
    if not names:
        return tuple(pack for pack in shipped_packs() if pack.usual)
    chosen = tuple(map(_chosen, names))
    rows_by_id(chosen)
    _refuse_contradictions(chosen)
    return chosen


def _chosen(name: str) -> Pack:
    if name.endswith(".toml"):
        try:
            return parse_pack(Path(name).read_text(encoding="utf-8"), name)
        except (OSError, UnicodeDecodeError) as error:
            raise PackError(f"{SELECTED} names {name}, which cannot be read: {error}.") from error
    for pack in shipped_packs():
        if pack.id == name:
            return pack
    every = ", ".join(pack.id for pack in shipped_packs())
    raise PackError(
        f"{SELECTED} names {name}, which is no policy pack. Name {every}, or a file that ends in .toml."
    )


def _refuse_contradictions(chosen: tuple[Pack, ...]) -> None:
    """Nobody can keep reads for 30 days at least and for 21 at most."""
    for least in settings_of(chosen, "least_days_kept"):
        for longest in settings_of(chosen, "longest_days_kept"):
            if least.value > longest.value:
                raise PackError(
                    f"The selected policy packs contradict each other: {least.law} has reads without a hit kept for "
                    f"at least {least.value} days, {longest.law} for at most {longest.value}. Leave one of the two "
                    f"packs out of {SELECTED}."
                )


def policy_rows() -> Mapping[str, PolicyRow]:
    """Every row of the selected packs by its id."""
    return _policy_rows(selection())


@cache
def _policy_rows(_selection: str) -> Mapping[str, PolicyRow]:
    return rows_by_id(packs())


def known_rows() -> Mapping[str, PolicyRow]:
    """Those, and the rows of packs that are not selected."""
    return _known_rows(selection())


@cache
def _known_rows(_selection: str) -> Mapping[str, PolicyRow]:
    return {row.id: row for pack in reversed(known_packs()) for row in pack.rows}


def cited_as(clause: str) -> str:
    """The row by which a clause is cited here: itself, unless its pack is not selected and a row of one that is answers
    it."""
    return _equivalents(selection()).get(clause, clause)


@cache
def _equivalents(_selection: str) -> Mapping[str, str]:
    rows = policy_rows()
    return {clause: row.id for row in rows.values() for clause in row.answers if clause not in rows}
