"""The report: each row of every pack with the code and the tests that cite it, and what is still a gap."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import plateward
from plateward.policy.citations import Citations, collect, refuse_unknown
from plateward.policy.live import Live
from plateward.policy.packs import Pack, Row, packs, unique


@dataclass(frozen=True)
class Line:
    """One row of the report; its fields are the contract of `plateward policy report --json`."""

    id: str
    pack: str
    kind: str
    mechanism: str
    code: list[str]
    tests: list[str]
    evidence: dict[str, str | int]
    gaps: list[str]

    @property
    def state(self) -> str:
        """`covered`: code and tests cite it, no gap is known; `gap`: nothing cites it; `partly`: else."""
        if not self.gaps:
            return "covered"
        return "partly" if self.code or self.tests else "gap"


def _cryptography_module() -> str:
    from cryptography.hazmat.backends.openssl.backend import backend

    return backend.openssl_version_text()


# Facts that this installation can tell of a row, beside the counts that every row has.
FACTS: dict[str, tuple[str, Callable[[], str | int]]] = {
    "SC-13": ("cryptographic_module", _cryptography_module)
}


def report(live: Mapping[str, Live] | None = None) -> list[Line]:
    """The report on this installation, in the packs' order; `live`: what its hub tells, by row. `CitationError` when an
    unknown row is cited."""
    return lines(packs(), collect(Path(plateward.__file__).parent), live or {})


def lines(
    rule_books: Iterable[Pack], citations: Citations, live: Mapping[str, Live] | None = None
) -> list[Line]:
    """The report on these packs and citations."""
    rule_books = tuple(rule_books)
    refuse_unknown(citations, unique(rule_books))
    told = live or {}
    return [
        _line(pack, row, citations, told.get(row.id, Live({}))) for pack in rule_books for row in pack.rows
    ]


def _line(pack: Pack, row: Row, citations: Citations, live: Live) -> Line:
    code = [citation.at for citation in citations.code if citation.row == row.id]
    tests = [citation.at for citation in citations.tests if citation.row == row.id]
    evidence: dict[str, str | int] = {
        "pack_version": pack.version,
        "code_citations": len(code),
        "test_citations": len(tests),
    }
    if row.id in FACTS:
        name, fact = FACTS[row.id]
        evidence[name] = fact()
    gaps = [*_gaps(row, code, tests, citations), *live.gaps]
    return Line(row.id, pack.id, row.kind, row.mechanism, code, tests, evidence | dict(live.evidence), gaps)


def _gaps(row: Row, code: list[str], tests: list[str], citations: Citations) -> list[str]:
    gaps = list(row.gaps)
    if not code:
        stated = " (stated only: code can show it, and cannot force it)" if row.kind == "S" else ""
        gaps.append(f"no code cites this row yet{stated}")
    if not citations.tests_shipped:
        gaps.append("this installation holds no tests, so none can be named; run the report in a checkout")
    elif not tests:
        gaps.append("no test cites this row yet")
    return gaps
