"""The report: each row of every pack, part by part, with the code and tests that cite it, live evidence, and gaps."""

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

import plateward
from plateward.ground.policy.citations import Citation, Citations, collect_citations, refuse_unknown
from plateward.ground.policy.evidence import Fact
from plateward.ground.policy.packs import (
    Pack,
    PackError,
    PolicyPart,
    PolicyReading,
    PolicyRow,
    cited_as,
    known_packs,
    packs,
    rows_by_id,
    shipped_packs,
)
from plateward.ground.policy.trace import enforces

STATES = ("covered", "thin", "partly", "gap")


@dataclass(frozen=True)
class Topic:
    """A topic of another rule book, and the rows of the packs that answer it."""

    title: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class PartLine:
    """A part of a row in the report; its fields and `state` stand in `plateward policy report --json`."""

    id: str  # as it is cited: 6.h.iii/approval
    says: str  # what the software does
    of: tuple[str, ...]  # the sentences of the policy that ask it
    code: list[str]
    tests: list[str]
    gaps: list[str]
    thin: str  # why what shows it shows little

    @property
    def modules(self) -> Mapping[str, int]:
        """The modules with its code, and how often each cites it."""
        return dict(Counter(at.rpartition(":")[0] for at in self.code))

    @property
    def test_files(self) -> Mapping[str, int]:
        """The files with its tests, and how many each has."""
        return dict(Counter(at.partition("::")[0] for at in self.tests))

    @property
    def state(self) -> str:
        """`covered`: code and tests cite it, with no known gap; `thin`: so, but they show little; `gap`: nothing cites
        it; `partly`: otherwise."""
        if self.gaps:
            return "partly" if self.code or self.tests else "gap"
        return "thin" if self.thin else "covered"


@dataclass(frozen=True)
class ReportLine:
    """A row of the report; its fields, `rooms` and `state` are the contract of `plateward policy report --json`."""

    id: str
    pack: str
    section: str
    kind: str
    mechanism: str
    parts: tuple[PartLine, ...]
    evidence: dict[str, Any]
    row_gaps: list[str]  # of no part: rows that it maps with gaps of their own, and what the hub shows
    attention: list[str]  # what contradicts the row at this hub now, and what to do
    topics: tuple[Topic, ...]  # of another rule book that this row maps
    readings: tuple[PolicyReading, ...]  # what it is taken to mean where it is silent

    @property
    def gaps(self) -> list[str]:
        """What is missing: its parts' gaps, and the row's."""
        return [*(gap for part in self.parts for gap in part.gaps), *self.row_gaps]

    @property
    def code(self) -> list[str]:
        """The code that cites any of its parts."""
        return list(dict.fromkeys(at for part in self.parts for at in part.code))

    @property
    def tests(self) -> list[str]:
        """The tests that show any of its parts."""
        return list(dict.fromkeys(at for part in self.parts for at in part.tests))

    @property
    def state(self) -> str:
        """`covered` if every part is, and nothing else is missing; `gap` if every part is one; `thin` if what shows a
        part shows little; `partly`: otherwise."""
        states = {part.state for part in self.parts}
        if states == {"gap"}:
            return "gap"
        if self.gaps:
            return "partly"
        return "thin" if "thin" in states else "covered"

    @property
    def rooms(self) -> list[str]:
        """The parts of the system with its code: `people`, `audit`."""
        return sorted({module.split(".")[1] for part in self.parts for module in part.modules})

    def as_json(self) -> dict[str, Any]:
        """The object of the contract."""
        return asdict(self) | {
            "parts": [asdict(part) | {"state": part.state} for part in self.parts],
            "code": self.code,
            "tests": self.tests,
            "gaps": self.gaps,
            "readings": msgspec.to_builtins(self.readings),
            "rooms": self.rooms,
            "state": self.state,
        }


@cache
def source_citations() -> Citations:
    """The citations in the source of this installation, which does not change while it runs."""
    return collect_citations(Path(plateward.__file__).parent)


def policy_report(
    facts: Sequence[Fact] = (), read_at: str = "", rule_books: Iterable[Pack] | None = None
) -> list[ReportLine]:
    """The report on this installation, in the packs' order, with its hub's facts as of `read_at`; on the selected
    packs, if no others are given. Raises `CitationError` if an unknown row is cited."""
    return report_lines(packs() if rule_books is None else rule_books, source_citations(), facts, read_at)


def report_lines(
    rule_books: Iterable[Pack], citations: Citations, facts: Sequence[Fact] = (), read_at: str = ""
) -> list[ReportLine]:
    """The report on these packs, citations and facts."""
    rule_books = tuple(rule_books)
    rows = rows_by_id(rule_books)
    gaps = _gaps_of((*shipped_packs(), *known_packs(), *rule_books))
    refuse_unknown(citations, gaps)
    _refuse_unlike(rows.values(), gaps)
    code, tests = _by_part(citations.code), _by_part(citations.tests)
    topics = topics_by_clause(rule_books)
    parts = {
        row.id: tuple(_part_line(row, part, code, tests, gaps) for part in row.parts) for row in rows.values()
    }
    incomplete = {id for id, lines in parts.items() if any(line.gaps for line in lines)}
    return [
        _report_line(
            pack,
            row,
            parts[row.id],
            ([fact for fact in facts if row.id in {*fact.rows, *map(cited_as, fact.rows)}], read_at),
            topics.get(row.id, ()),
            incomplete,
        )
        for pack in rule_books
        for row in pack.rows
    ]


@enforces("4.a/map", "4.b/map")
@cache
def written_topics() -> dict[str, tuple[Topic, ...]]:
    """The topics of CALEA 41.3.9 (4.a) and NMAC 1.21.2.507 (4.b), from `references.toml`."""
    text = (files("plateward.ground.policy") / "references.toml").read_text(encoding="utf-8")
    return {
        clause: tuple(Topic(topic["title"], tuple(topic["rows"])) for topic in topics)
        for clause, topics in tomllib.loads(text).items()
    }


@enforces("4.c/map")
def topics_by_clause(rule_books: Iterable[Pack]) -> dict[str, tuple[Topic, ...]]:
    """The written topics; and for a row that asks for another pack (4.c for the CJIS Security Policy), all rows of that
    pack by their families."""
    return written_topics() | {
        pack.listed_under: tuple(
            Topic(title, tuple(row.id for row in pack.rows if pack.section_of(row.id) == title))
            for title in pack.sections.values()
        )
        for pack in rule_books
        if pack.listed_under
    }


def _gaps_of(rule_books: Iterable[Pack]) -> dict[str, tuple[str, ...]]:
    """What is missing of each part, by how it is cited."""
    return {row.cited(part): part.gaps for pack in rule_books for row in pack.rows for part in row.parts}


def _refuse_unlike(rows: Iterable[PolicyRow], known: Collection[str]) -> None:
    for row in rows:
        for part in row.parts:
            if wrong := sorted(set(part.like).difference(known)):
                raise PackError(
                    f"{row.cited(part)} is said to be like {wrong[0]}, and no policy pack has that part."
                )


def _by_part(citations: Iterable[Citation]) -> dict[str, list[str]]:
    by_part: dict[str, list[str]] = {}
    for citation in citations:
        by_part.setdefault(citation.part, []).append(citation.at)
    return by_part


def _part_line(
    row: PolicyRow,
    part: PolicyPart,
    code: Mapping[str, list[str]],
    tests: Mapping[str, list[str]],
    known_gaps: Mapping[str, tuple[str, ...]],
) -> PartLine:
    id = row.cited(part)
    by = [at for like in (id, *part.like) for at in code.get(like, ())]
    shown = [at for like in (id, *part.like) for at in tests.get(like, ())]
    stated = " (stated only: code can show it but not force it)" if row.kind == "S" else ""
    lacking = [
        *([] if by else [f"no code cites {id} yet{stated}"]),
        *([] if shown else [f"no test cites {id} yet"]),
    ]
    gaps = [*part.gaps, *(gap for like in part.like for gap in known_gaps[like])] or lacking
    return PartLine(id, part.says, part.of, by, shown, gaps, part.thin)


def _report_line(
    pack: Pack,
    row: PolicyRow,
    parts: tuple[PartLine, ...],
    live: tuple[list[Fact], str],
    topics: tuple[Topic, ...],
    incomplete: set[str],
) -> ReportLine:
    facts, read_at = live
    evidence: dict[str, Any] = {
        "pack_version": pack.version,
        "code_citations": sum(len(part.code) for part in parts),
        "test_citations": sum(len(part.tests) for part in parts),
        "facts": [{"text": fact.text, "route": fact.route} for fact in facts],
    }
    if row.parameters.given:
        evidence["parameters"] = row.parameters.given
    if facts:
        evidence["read_at"] = read_at
    for fact in facts:
        evidence |= fact.figures
    # A row that maps another rule book is as complete as the rows that answer it.
    open_rows = dict.fromkeys(row for topic in topics for row in topic.rows if row in incomplete)
    return ReportLine(
        id=row.id,
        pack=pack.id,
        section=pack.section_of(row.id),
        kind=row.kind,
        mechanism=row.mechanism,
        parts=parts,
        evidence=evidence,
        row_gaps=[
            *([f"rows with gaps of their own: {', '.join(open_rows)}"] if open_rows else []),
            *(fact.gap for fact in facts if fact.gap),
        ],
        attention=[fact.attention for fact in facts if fact.attention],
        topics=topics,
        readings=row.readings,
    )
