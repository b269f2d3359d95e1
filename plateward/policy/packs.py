"""The packs: OPR:50, the CJIS Security Policy and SB 40, row by row, as data in `data/*.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from plateward.errors import PlatewardError

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


@dataclass(frozen=True)
class PolicyRow:
    """A clause or control. `shows`: what a test shows, or the value to enforce. `gaps`: known gaps. `least_days`: how
    long it says that reads are kept at least; 0: it does not."""

    id: str
    kind: str
    mechanism: str
    shows: str
    gaps: tuple[str, ...] = ()
    least_days: int = 0


@dataclass(frozen=True)
class Pack:
    """A rule book in a version. `source`: where its rows come from."""

    id: str
    title: str
    version: str
    source: str
    sections: Mapping[str, str]  # titles, by how the ids of their rows begin
    rows: tuple[PolicyRow, ...]

    def section_of(self, row_id: str) -> str:
        """The title of the row's section: of those whose beginning it has, the longest."""
        return self.sections[max(filter(row_id.startswith, self.sections), key=len)]


def parse_pack(text: str, file: str) -> Pack:
    """A pack from its TOML text; `file` names it in errors."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"The policy pack {file} is not valid TOML: {error}.") from error
    head = {key: _required_text(raw, key, file) for key in ("id", "title", "version", "source")}
    sections = raw.get("sections", {})
    rows = tuple(_parse_row(row, file) for row in raw.get("row", []))
    if not rows:
        raise PackError(f"The policy pack {file} has no rows.")
    if lost := [row.id for row in rows if not row.id.startswith(tuple(sections))]:
        raise PackError(f"The policy pack {file} has no section for {', '.join(lost)}.")
    return Pack(**head, sections=sections, rows=rows)


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
    folder = files("plateward.policy") / "data"
    return tuple(parse_pack((folder / file).read_text(encoding="utf-8"), file) for file in PACK_FILES)


@cache
def policy_rows() -> Mapping[str, PolicyRow]:
    """Every row by its id."""
    return rows_by_id(packs())


@cache
def known_gaps() -> Mapping[str, str]:
    """Rows that no code enforces or no test proves yet, each with its reason. The list may only shrink: a test fails on
    any other row without code or test, and on a listed one that has both."""
    text = (files("plateward.policy") / "data" / "known_gaps.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _parse_row(raw: Mapping[str, object], file: str) -> PolicyRow:
    id = _required_text(raw, "id", file)
    kind = _required_text(raw, "kind", f"{file}, row {id}")
    if not KINDS.keys() >= set(kind.split("/")):
        raise PackError(f"The policy pack {file}, row {id}: the kind {kind} is not of E, W, D, S.")
    gaps, least_days = raw.get("gaps", []), raw.get("least_days", 0)
    unknown = raw.keys() - {"id", "kind", "mechanism", "shows", "gaps", "least_days"}
    if unknown or not isinstance(gaps, list) or not all(isinstance(gap, str) for gap in gaps):
        raise PackError(
            f"The policy pack {file}, row {id}: 'gaps' is a list of sentences, and there are no other fields."
        )
    if not isinstance(least_days, int):
        raise PackError(f"The policy pack {file}, row {id}: 'least_days' is a whole number.")
    where = f"{file}, row {id}"
    mechanism, shows = (_required_text(raw, key, where) for key in ("mechanism", "shows"))
    return PolicyRow(id, kind, mechanism, shows, tuple(gaps), least_days)


def _required_text(raw: Mapping[str, object], key: str, where: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise PackError(f"The policy pack {where}: '{key}' is missing or is not text.")
    return value
