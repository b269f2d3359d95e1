import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from plateward.policy.citations import Citation, Citations
from plateward.policy.evidence import LiveEvidence, live_evidence
from plateward.policy.packs import Pack, PolicyRow, policy_rows
from plateward.policy.present import to_markdown
from plateward.policy.report import ReportLine, policy_report, report_lines

CHECKOUT = Path(__file__).parents[3]
PACK = Pack(
    "OPR50",
    "Title",
    "1",
    "Source",
    (
        PolicyRow("1", "E", "acts", "it acts"),
        PolicyRow("2", "S", "tells", "it tells"),
        PolicyRow("3", "E", "seals", "it seals", ("half of it is missing",)),
    ),
)
CITED = tuple(Citation(row, "house.room:5") for row in ("1", "3"))
TESTED = tuple(Citation(row, "house/tests/test_room.py::test_it_acts") for row in ("1", "3"))


def test_a_row_with_code_and_tests_is_covered() -> None:
    assert report_lines([PACK], Citations(CITED, TESTED, True))[0] == ReportLine(
        id="1",
        pack="OPR50",
        kind="E",
        mechanism="acts",
        code=["house.room:5"],
        tests=["house/tests/test_room.py::test_it_acts"],
        evidence={"pack_version": "1", "code_citations": 1, "test_citations": 1},
        gaps=[],
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
    line = next(line for line in policy_report() if line.id == "SC-13")
    assert "OpenSSL" in str(line.evidence["cryptographic_module"])
    assert "not a validated FIPS 140-3 module" in line.gaps[0]


def test_the_command_prints_one_json_list_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from plateward.cli import main; main()", "policy", "report", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    report = json.loads(done.stdout)
    assert [line["id"] for line in report] == list(policy_rows())
    assert set(report[0]) == {"id", "pack", "kind", "mechanism", "code", "tests", "evidence", "gaps"}


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


def test_what_the_hub_tells_stands_beside_what_the_code_says() -> None:
    live = {"6.f.i.1": LiveEvidence({"entries": 3}, ("Deviation: three entries.",))}
    line = next(line for line in policy_report(live) if line.id == "6.f.i.1")
    assert line.evidence["entries"] == 3
    assert "Deviation: three entries." in line.gaps
    assert line.state == "partly"


def test_where_no_hub_is_here_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATEWARD_HOME", str(tmp_path / "nothing"))
    assert live_evidence() == {}
    assert list(tmp_path.iterdir()) == []
