import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from plateward.ground.policy.citations import Citation, Citations
from plateward.ground.policy.evidence import fact, installation_facts, live_facts
from plateward.ground.policy.packs import Pack, PolicyPart, PolicyReading, PolicyRow, packs, policy_rows
from plateward.ground.policy.present import to_markdown
from plateward.ground.policy.report import PartLine, ReportLine, policy_report, report_lines

CHECKOUT = Path(__file__).parents[4]
PACK = Pack(
    "OPR50",
    "Title",
    "OPR:50",
    "1",
    "Source",
    "[123]",
    {"1": "One", "2": "Two and three", "3": "Two and three"},
    (
        PolicyRow("1", "E", "acts", "it acts", (PolicyPart("act", "it acts", ("1:1",)),)),
        PolicyRow("2", "S", "tells", "it tells", (PolicyPart("tell", "it tells"),)),
        PolicyRow(
            *("3", "E", "seals and shows", "it does"),
            (
                PolicyPart("seal", "it seals", gaps=("half of it is missing",)),
                PolicyPart("show", "it shows", thin="one test of a label"),
            ),
            readings=(PolicyReading("A day is a UTC day.", "The row says days.", "counsel"),),
        ),
    ),
)
PARTS = ("1/act", "3/seal", "3/show")
CITED = tuple(Citation(part, "house.room:5") for part in PARTS)
TESTED = tuple(Citation(part, "house/tests/test_room.py::test_it_acts") for part in PARTS)
BOTH = Citations(CITED, TESTED)


def test_a_row_is_covered_when_each_part_has_code_and_a_test() -> None:
    line = report_lines([PACK], BOTH)[0]
    assert line == ReportLine(
        id="1",
        pack="OPR50",
        section="One",
        kind="E",
        mechanism="acts",
        parts=(
            PartLine(
                *("1/act", "it acts", ("1:1",)),
                ["house.room:5"],
                ["house/tests/test_room.py::test_it_acts"],
                gaps=[],
                thin="",
            ),
        ),
        evidence={"pack_version": "1", "code_citations": 1, "test_citations": 1, "facts": []},
        row_gaps=[],
        attention=[],
        topics=(),
        readings=(),
    )
    assert line.state == "covered"


def test_it_says_what_each_part_lacks() -> None:
    _, stated, half = report_lines([PACK], BOTH)
    assert stated.gaps == [
        "no code cites 2/tell yet (stated only: code can show it but not force it)",
        "no test cites 2/tell yet",
    ]
    assert half.gaps == ["half of it is missing"]
    assert [stated.state, half.state] == ["gap", "partly"]
    assert [part.state for part in half.parts] == ["partly", "thin"]


def test_one_part_without_a_test_is_enough_for_a_row_to_be_partly_there() -> None:
    untested = Citations(CITED, tuple(cited for cited in TESTED if cited.part != "3/show"))
    half = report_lines([PACK], untested)[2]
    assert half.parts[1].gaps == ["no test cites 3/show yet"]
    assert half.state == "partly"


def test_a_row_whose_proof_is_thin_is_not_covered() -> None:
    sealed = msgspec.structs.replace(PACK.rows[2], parts=PACK.rows[2].parts[1:])
    line = report_lines(
        [msgspec.structs.replace(PACK, rows=(sealed,))], Citations((CITED[2],), (TESTED[2],))
    )[0]
    assert (line.state, line.gaps) == ("thin", [])


@pytest.mark.clause("SC-13/module")
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
    assert set(report[0]) == contract | {
        *("section", "rooms", "state", "attention", "topics", "readings", "parts", "row_gaps"),
    }
    assert set(report[0]["parts"][0]) == {"id", "says", "of", "code", "tests", "gaps", "thin", "state"}
    assert [part["id"] for part in report[-1]["parts"]] == [
        *("SB40.use/surveillance", "SB40.use/traffic", "SB40.use/immigration"),
    ]


def test_a_reading_is_no_gap_and_stands_in_each_form_of_the_report() -> None:
    lines = report_lines([PACK], BOTH)
    assert lines[2].gaps == ["half of it is missing"]
    assert list(lines[2].as_json()["readings"]) == [
        {"says": "A day is a UTC day.", "why": "The row says days.", "confirms": "counsel"}
    ]
    assert not lines[0].as_json()["readings"]
    page = to_markdown([line for line in policy_report() if line.id == "6.h.ii"])
    assert "- Where the row is silent: Reads count from their capture" in page
    assert "*To be confirmed by* agency counsel." in page


def test_the_page_has_no_line_numbers() -> None:
    page = to_markdown(report_lines([PACK], BOTH))
    assert "house.room" in page
    assert "house.room:5" not in page


def test_the_page_in_docs_lists_every_row() -> None:
    page = CHECKOUT / "docs" / "clauses.md"
    if not (CHECKOUT / "pyproject.toml").is_file():
        pytest.skip("docs/ is not part of an installed package; this test runs in a checkout")
    listed = re.findall(r"^### ([\w.-]+): ", page.read_text(encoding="utf-8"), re.MULTILINE)
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
    page = to_markdown([line])
    assert "- Entries: 3.\n" in page
    assert "- **Attention:** Late: 2.\n" in page


def test_what_is_in_order_needs_no_attention() -> None:
    assert fact("1", text="{late} late.", attention="Late: {late}.", late=0).attention == ""


def test_where_no_hub_is_here_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATEWARD_HOME", str(tmp_path / "nothing"))
    assert live_facts() == installation_facts()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.clause("4.a/map", "4.b/map", "4.c/map")
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


def test_every_part_has_code_and_tests_or_says_what_it_lacks() -> None:
    lacking = {part.id for line in policy_report() for part in line.parts if not (part.code and part.tests)}
    declared = {row.cited(part) for row in policy_rows().values() for part in row.parts if part.gaps}
    assert lacking - declared == set(), "cite the part, or say in its pack what is missing"
