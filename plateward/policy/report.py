"""The report: each row of every pack with the code and tests that cite it, and the remaining gaps."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import plateward
from plateward.policy.citations import Citations, collect_citations, refuse_unknown
from plateward.policy.evidence import LiveEvidence
from plateward.policy.packs import Pack, PolicyRow, packs, rows_by_id


@dataclass(frozen=True)
class ReportLine:
    """A row of the report; its fields are the contract of `plateward policy report --json`."""

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
        """`covered`: code and tests cite it, with no known gap; `gap`: nothing cites it; `partly`: otherwise."""
        if not self.gaps:
            return "covered"
        return "partly" if self.code or self.tests else "gap"


def _cryptography_module() -> str:
    from cryptography.hazmat.backends.openssl.backend import backend

    return backend.openssl_version_text()


# Facts from this installation, beside the counts that every row has.
INSTALLATION_FACTS: dict[str, tuple[str, Callable[[], str | int]]] = {
    "SC-13": ("cryptographic_module", _cryptography_module)
}


def policy_report(live: Mapping[str, LiveEvidence] | None = None) -> list[ReportLine]:
    """The report on this installation, in the packs' order; `live`: its hub's evidence, by row. Raises `CitationError`
    if an unknown row is cited."""
    return report_lines(packs(), collect_citations(Path(plateward.__file__).parent), live or {})


def report_lines(
    rule_books: Iterable[Pack], citations: Citations, live: Mapping[str, LiveEvidence] | None = None
) -> list[ReportLine]:
    """The report on these packs and citations."""
    rule_books = tuple(rule_books)
    refuse_unknown(citations, rows_by_id(rule_books))
    evidence_by_row = live or {}
    return [
        _report_line(pack, row, citations, evidence_by_row.get(row.id, LiveEvidence({})))
        for pack in rule_books
        for row in pack.rows
    ]


def _report_line(pack: Pack, row: PolicyRow, citations: Citations, live: LiveEvidence) -> ReportLine:
    code = [citation.at for citation in citations.code if citation.row == row.id]
    tests = [citation.at for citation in citations.tests if citation.row == row.id]
    evidence: dict[str, str | int] = {
        "pack_version": pack.version,
        "code_citations": len(code),
        "test_citations": len(tests),
    }
    if row.id in INSTALLATION_FACTS:
        name, fact = INSTALLATION_FACTS[row.id]
        evidence[name] = fact()
    gaps = [*_gaps(row, code, tests, citations), *live.gaps]
    return ReportLine(
        row.id, pack.id, row.kind, row.mechanism, code, tests, evidence | dict(live.evidence), gaps
    )


def _gaps(row: PolicyRow, code: list[str], tests: list[str], citations: Citations) -> list[str]:
    gaps = list(row.gaps)
    if not code:
        stated = " (stated only: code can show it but not force it)" if row.kind == "S" else ""
        gaps.append(f"no code cites this row yet{stated}")
    if not citations.tests_shipped:
        gaps.append("this installation has no tests to list; run the report in a checkout")
    elif not tests:
        gaps.append("no test cites this row yet")
    return gaps
