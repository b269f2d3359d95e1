import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from plateward.ground.policy.citations import Citation, Citations
from plateward.ground.policy.evidence import fact, installation_facts, live_facts
from plateward.ground.policy.packs import Pack, PolicyReading, PolicyRow, known_gaps, packs, policy_rows
from plateward.ground.policy.present import to_markdown
from plateward.ground.policy.report import ReportLine, policy_report, report_lines

CHECKOUT = Path(__file__).parents[4]
PACK = Pack(
    "OPR50",
    "Title",
    "1",
    "Source",
    {"1": "One", "2": "Two and three", "3": "Two and three"},
    (
        PolicyRow("1", "E", "acts", "it acts"),
        PolicyRow("2", "S", "tells", "it tells"),
        PolicyRow(
            *("3", "E", "seals", "it seals", ("half of it is missing",)),
            readings=(PolicyReading("A day is a UTC day.", "The row says days.", "counsel"),),
        ),
    ),
)
CITED = tuple(Citation(row, "house.room:5") for row in ("1", "3"))
TESTED = tuple(Citation(row, "house/tests/test_room.py::test_it_acts") for row in ("1", "3"))


def test_a_row_with_code_and_tests_is_covered() -> None:
    assert report_lines([PACK], Citations(CITED, TESTED, True))[0] == ReportLine(
        id="1",
        pack="OPR50",
        section="One",
        kind="E",
        mechanism="acts",
        code=["house.room:5"],
        tests=["house/tests/test_room.py::test_it_acts"],
        evidence={"pack_version": "1", "code_citations": 1, "test_citations": 1, "facts": []},
        gaps=[],
        attention=[],
        topics=(),
        readings=(),
    )


def test_it_says_what_a_row_lacks() -> None:
    _, stated, half = report_lines([PACK], Citations(CITED, TESTED, True))
    assert stated.gaps == [
        "no code cites this row yet (stated only: code can show it but not force it)",
        "no test cites this row yet",
    ]
    assert half.gaps == ["half of it is missing"]
    assert [stated.state, half.state] == ["gap", "partly"]


def test_it_says_when_tests_are_not_shipped() -> None:
    line = report_lines([PACK], Citations(CITED, (), False))[0]
    assert line.gaps == ["this installation has no tests to list; run the report in a checkout"]


def test_it_never_claims_a_validated_module() -> None:
    line = next(line for line in policy_report(installation_facts()) if line.id == "SC-13")
    assert "OpenSSL" in str(line.evidence["cryptographic_module"])
    assert "not a validated FIPS 140-3 module" in line.gaps[0]


def test_the_command_prints_one_json_list_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from plateward.cli import main; main()", "policy", "report", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    report = json.loads(done.stdout)
    assert [line["id"] for line in report] == list(policy_rows())
    contract = {"id", "pack", "kind", "mechanism", "code", "tests", "evidence", "gaps"}
    assert set(report[0]) == contract | {"section", "rooms", "state", "attention", "topics", "readings"}


def test_a_reading_is_no_gap_and_stands_in_each_form_of_the_report() -> None:
    lines = report_lines([PACK], Citations(CITED, TESTED, True))
    assert lines[2].gaps == ["half of it is missing"]
    assert list(lines[2].as_json()["readings"]) == [
        {"says": "A day is a UTC day.", "why": "The row says days.", "confirms": "counsel"}
    ]
    assert not lines[0].as_json()["readings"]
    page = to_markdown([line for line in policy_report() if line.id == "6.h.ii"])
    assert "- **6.h.ii** Reads count from their capture" in page
    assert "*To be confirmed by* agency counsel." in page


def test_the_page_has_no_line_numbers() -> None:
    page = to_markdown(report_lines([PACK], Citations(CITED, TESTED, True)))
    assert "house.room" in page
    assert "house.room:5" not in page


def test_the_page_in_docs_lists_every_row() -> None:
    page = CHECKOUT / "docs" / "clauses.md"
    if not (CHECKOUT / "pyproject.toml").is_file():
        pytest.skip("docs/ is not part of an installed package; this test runs in a checkout")
    listed = re.findall(r"^\| ([\w.-]+) \| [EWDS/]+ \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == list(policy_rows())


def test_what_the_hub_shows_stands_beside_what_the_code_says() -> None:
    found = fact(
        "6.f.i.1",
        text="Entries: {entries}.",
        entries=3,
        attention="Late: {late}.",
        late=2,
        gap="Deviation: three entries.",
    )
    line = next(line for line in policy_report([found], "2026-11-26T10:00:00+00:00") if line.id == "6.f.i.1")
    assert line.evidence["entries"] == 3
    assert line.evidence["facts"] == [{"text": "Entries: 3.", "route": ""}]
    assert line.evidence["read_at"] == "2026-11-26T10:00:00+00:00"
    assert line.attention == ["Late: 2."]
    assert "Deviation: three entries." in line.gaps
    assert line.state == "partly"
    assert "Entries: 3.<br>**Attention:** Late: 2." in to_markdown([line])


def test_what_is_in_order_needs_no_attention() -> None:
    assert fact("1", text="{late} late.", attention="Late: {late}.", late=0).attention == ""


def test_where_no_hub_is_here_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATEWARD_HOME", str(tmp_path / "nothing"))
    assert live_facts() == installation_facts()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.clause("4.a", "4.b", "4.c")
def test_other_rule_books_are_mapped_to_rows_with_mechanism_and_evidence() -> None:
    lines = {line.id: line for line in policy_report()}
    for clause in ("4.a", "4.b", "4.c"):
        answers = [lines[row] for topic in lines[clause].topics for row in topic.rows]
        assert answers
        assert all(line.mechanism and line.evidence["code_citations"] for line in answers)
        open_ones = [line.id for line in answers if line.gaps]
        assert all(row in lines[clause].gaps[-1] for row in open_ones)
    controls = {row for topic in lines["4.c"].topics for row in topic.rows}
    assert controls == {row.id for pack in packs() if pack.id == "CJIS" for row in pack.rows}


def test_every_row_has_code_and_tests_or_stands_in_the_one_list_of_known_gaps() -> None:
    lacking = {line.id for line in policy_report() if not (line.code and line.tests)}
    assert lacking - known_gaps().keys() == set(), "cite the row, or do not land"
    assert known_gaps().keys() - lacking == set(), "no gap any more: take it off the list"
    gaps = {line.id: line.gaps for line in policy_report()}
    assert all(reason in gaps[row] for row, reason in known_gaps().items())
