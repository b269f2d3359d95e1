"""The report: each row of every pack with the code and tests that cite it, live evidence, and the remaining gaps."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

import plateward
from plateward.ground.policy.citations import Citations, collect_citations, refuse_unknown
from plateward.ground.policy.evidence import Fact
from plateward.ground.policy.packs import Pack, PolicyReading, PolicyRow, known_gaps, packs, rows_by_id
from plateward.ground.policy.trace import enforces

STATES = ("covered", "partly", "gap")


@dataclass(frozen=True)
class Topic:
    """A topic of another rule book, and the rows of the packs that answer it."""

    title: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class ReportLine:
    """A row of the report; its fields, `rooms` and `state` are the contract of `plateward policy report --json`."""

    id: str
    pack: str
    section: str
    kind: str
    mechanism: str
    code: list[str]
    tests: list[str]
    evidence: dict[str, Any]
    gaps: list[str]
    attention: list[str]  # what contradicts the row at this hub now, and what to do
    topics: tuple[Topic, ...]  # of another rule book that this row maps
    readings: tuple[PolicyReading, ...]  # what it is taken to mean where it is silent

    @property
    def state(self) -> str:
        """`covered`: code and tests cite it, with no known gap; `gap`: nothing cites it; `partly`: otherwise."""
        if not self.gaps:
            return "covered"
        return "partly" if self.code or self.tests else "gap"

    @property
    def modules(self) -> Mapping[str, int]:
        """The modules with its code, and how often each cites it."""
        return dict(Counter(at.rpartition(":")[0] for at in self.code))

    @property
    def test_files(self) -> Mapping[str, int]:
        """The files with its tests, and how many each has."""
        return dict(Counter(at.partition("::")[0] for at in self.tests))

    @property
    def rooms(self) -> list[str]:
        """The parts of the system with its code: `people`, `audit`."""
        return sorted({module.split(".")[1] for module in self.modules})

    def as_json(self) -> dict[str, Any]:
        """The object of the contract."""
        readings = msgspec.to_builtins(self.readings)
        return asdict(self) | {"readings": readings, "rooms": self.rooms, "state": self.state}


@cache
def source_citations() -> Citations:
    """The citations in the source of this installation, which does not change while it runs."""
    return collect_citations(Path(plateward.__file__).parent)


def policy_report(facts: Sequence[Fact] = (), read_at: str = "") -> list[ReportLine]:
    """The report on this installation, in the packs' order, with its hub's facts as of `read_at`. Raises
    `CitationError` if an unknown row is cited."""
    return report_lines(packs(), source_citations(), facts, read_at)


def report_lines(
    rule_books: Iterable[Pack], citations: Citations, facts: Sequence[Fact] = (), read_at: str = ""
) -> list[ReportLine]:
    """The report on these packs, citations and facts."""
    rule_books = tuple(rule_books)
    rows = rows_by_id(rule_books)
    refuse_unknown(citations, rows)
    code, tests = _by_row(citations.code), _by_row(citations.tests)
    topics = topics_by_clause(rule_books)
    own_gaps = {
        id: _gaps(row, code.get(id), tests.get(id), citations.tests_known) for id, row in rows.items()
    }
    return [
        _report_line(
            pack,
            row,
            (code.get(row.id, []), tests.get(row.id, [])),
            [*own_gaps[row.id], *_gaps_of_topics(topics.get(row.id, ()), own_gaps)],
            ([fact for fact in facts if row.id in fact.rows], read_at),
            topics.get(row.id, ()),
        )
        for pack in rule_books
        for row in pack.rows
    ]


@enforces("4.a", "4.b")
@cache
def written_topics() -> dict[str, tuple[Topic, ...]]:
    """The topics of CALEA 41.3.9 (4.a) and NMAC 1.21.2.507 (4.b), from `data/references.toml`."""
    text = (files("plateward.ground.policy") / "data" / "references.toml").read_text(encoding="utf-8")
    return {
        clause: tuple(Topic(topic["title"], tuple(topic["rows"])) for topic in topics)
        for clause, topics in tomllib.loads(text).items()
    }


@enforces("4.c")
def topics_by_clause(rule_books: Iterable[Pack]) -> dict[str, tuple[Topic, ...]]:
    """The written topics, and for 4.c every control of the CJIS Security Policy by its family."""
    cjis = [pack for pack in rule_books if pack.id == "CJIS"]
    families = tuple(
        Topic(title, tuple(row.id for row in pack.rows if pack.section_of(row.id) == title))
        for pack in cjis
        for title in pack.sections.values()
    )
    return written_topics() | {"4.c": families}


def _by_row(citations: Iterable[Any]) -> dict[str, list[str]]:
    by_row: dict[str, list[str]] = {}
    for citation in citations:
        by_row.setdefault(citation.row, []).append(citation.at)
    return by_row


def _report_line(
    pack: Pack,
    row: PolicyRow,
    cited: tuple[list[str], list[str]],
    gaps: list[str],
    live: tuple[list[Fact], str],
    topics: tuple[Topic, ...],
) -> ReportLine:
    (code, tests), (facts, read_at) = cited, live
    evidence: dict[str, Any] = {
        "pack_version": pack.version,
        "code_citations": len(code),
        "test_citations": len(tests),
        "facts": [{"text": fact.text, "route": fact.route} for fact in facts],
    }
    if facts:
        evidence["read_at"] = read_at
    for fact in facts:
        evidence |= fact.figures
    return ReportLine(
        id=row.id,
        pack=pack.id,
        section=pack.section_of(row.id),
        kind=row.kind,
        mechanism=row.mechanism,
        code=code,
        tests=tests,
        evidence=evidence,
        gaps=[*gaps, *(fact.gap for fact in facts if fact.gap)],
        attention=[fact.attention for fact in facts if fact.attention],
        topics=topics,
        readings=row.readings,
    )


def _gaps(row: PolicyRow, code: list[str] | None, tests: list[str] | None, tests_known: bool) -> list[str]:
    gaps = list(row.gaps)
    if row.id in known_gaps():
        gaps.append(known_gaps()[row.id])
    if not code:
        stated = " (stated only: code can show it but not force it)" if row.kind == "S" else ""
        gaps.append(f"no code cites this row yet{stated}")
    if not tests_known:
        gaps.append("this installation has no tests to list; run the report in a checkout")
    elif not tests:
        gaps.append("no test cites this row yet")
    return gaps


def _gaps_of_topics(topics: Iterable[Topic], own_gaps: Mapping[str, list[str]]) -> list[str]:
    """A row that maps another rule book is as complete as the rows that answer it."""
    open_rows = dict.fromkeys(row for topic in topics for row in topic.rows if own_gaps.get(row))
    return [f"rows with gaps of their own: {', '.join(open_rows)}"] if open_rows else []
