"""Packs are data: an agency selects them and adds its own, and no code knows their names."""

import ast
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.evidence import fact
from plateward.ground.policy.limits import least_days, longest_days, set_by
from plateward.ground.policy.packs import PackError, cited_as, known_packs, packs, policy_rows, shipped_packs
from plateward.ground.policy.report import policy_report

PACKAGE = Path(__file__).parents[3]
THIRD = Path(__file__).parent / "third_state.toml"
SELECTED = "PLATEWARD_PACKS"


@pytest.fixture
def jefferson(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agency that follows CJIS and its own state's law alone."""
    monkeypatch.setenv(SELECTED, f"CJIS, {THIRD}")


def strings_of(tree: ast.AST) -> set[str]:
    """The texts in a module's code, without its docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    said = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {text for text in found if isinstance(text, str)} - said


def test_no_code_knows_a_packs_name() -> None:
    names = {pack.id for pack in shipped_packs()}
    files = {file: file.read_text() for file in PACKAGE.rglob("*.py") if "tests" not in file.parts}
    about_packs = {
        file: text for file, text in files.items() if re.search(r"policy\.(packs|limits|report) ", text)
    }
    assert len(about_packs) > 15
    naming = {file.name for file, text in about_packs.items() if strings_of(ast.parse(text)) & names}
    assert naming == set()


def test_an_agency_that_selects_nothing_has_the_usual_packs() -> None:
    assert [pack.id for pack in packs()] == ["OPR50", "CJIS", "SB40"]
    assert [pack.id for pack in known_packs()] == ["OPR50", "CJIS", "SB40", "VA", "WA"]
    assert (least_days(hits=False), least_days(hits=True), longest_days()) == (30, 180, None)


def test_an_agency_selects_its_packs_and_adds_its_own(jefferson: None) -> None:
    assert [pack.id for pack in packs()] == ["CJIS", "JX"]
    assert "JX.keep" in policy_rows()
    assert "6.h.ii" not in policy_rows()
    assert (least_days(hits=False), least_days(hits=True), longest_days()) == (0, 0, 14)
    assert [(law.row, law.value) for law in set_by("warrant_after_hours")] == [("JX.search", 72)]


def test_what_differs_by_law_is_off_unless_a_law_says_it() -> None:
    assert set_by("warrant_after_hours") == set_by("search_offenses") == set_by("stop_reason") == ()
    assert not any(row.parameters.warrant_after_hours for pack in shipped_packs() for row in pack.rows)


@pytest.mark.clause("WA.retain/days", "VA.retain/days")
@pytest.mark.parametrize("state", ["WA", "VA"])
def test_a_state_that_ships_is_selected_by_its_name(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SELECTED, f"{state},CJIS")
    assert [pack.id for pack in packs()] == [state, "CJIS"]
    assert longest_days() == 21
    assert all("counsel confirms each row" in pack.source for pack in packs() if pack.id == state)


def test_a_refusal_cites_the_row_that_the_agencys_packs_have(jefferson: None) -> None:
    assert Refusal("6.h.ii", "No.", "Wait.").clause == "JX.keep"
    assert str(Refusal("6.h.ii", "No.", "Wait.")) == "No. Wait. (clause JX.keep)"
    assert Refusal("AC-2", "No.", "Wait.").clause == "AC-2"
    assert cited_as("6.e.vii") == "6.e.vii"  # nothing here answers it: its own


def test_where_its_pack_is_selected_a_refusal_cites_the_clause_itself() -> None:
    assert Refusal("6.h.ii", "No.", "Wait.").clause == "6.h.ii"


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ("OPR50,XX", "names XX, which is no policy pack. Name OPR50, CJIS, SB40, VA, WA, or a file"),
        ("CJIS,/nowhere/x.toml", "names /nowhere/x.toml, which cannot be read"),
        ("CJIS,CJIS", "AC-2 is in the policy packs twice"),
        (
            "OPR50,WA",
            r"contradict each other: OPR:50 6\.h\.ii has reads without a hit kept for at least 30 days, SB 6002 "
            r"WA\.retain for at most 21\. Leave one",
        ),
    ],
)
def test_what_cannot_be_selected_is_refused_with_its_reason(
    chosen: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SELECTED, chosen)
    with pytest.raises(PackError, match=message):
        packs()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("longest_days_kept", "longest_days", r"unknown field `longest_days` - at `\$.row\[0\].parameters`"),
        ("= 14", "= -1", "parameters"),
        ('["felony"]', '["crime"]', "parameters.search_offenses"),
        ('"school"', '"bar"', "parameters.excluded_places"),
        (r"'JX\.\w+'", "'JX('", "no regular expression"),
        (r"'JX\.\w+'", "'WA'", "`ids` does not describe JX.keep, JX.search"),
        ('id = "JX"', 'id = "jefferson state"', r"at `\$.id`"),
        ("[sections]", "sections", "malformed"),
    ],
)
def test_nothing_is_set_up_with_a_pack_that_is_malformed(
    before: str, after: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = THIRD.read_text()
    assert before in text
    own = tmp_path / "own.toml"
    own.write_text(text.replace(before, after, 1))
    monkeypatch.setenv(SELECTED, f"CJIS,{own}")
    monkeypatch.setenv("PLATEWARD_HOME", str(tmp_path / "hub"))
    with pytest.raises(PackError, match=message):
        runpy.run_path(str(PACKAGE / "settings.py"))
    assert not (tmp_path / "hub").exists()  # no key ring, no database


def test_nothing_is_set_up_with_packs_that_contradict_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SELECTED, "OPR50,CJIS,VA")
    monkeypatch.setenv("PLATEWARD_HOME", str(tmp_path / "hub"))
    with pytest.raises(PackError, match="contradict each other"):
        runpy.run_path(str(PACKAGE / "settings.py"))
    assert not (tmp_path / "hub").exists()


def test_the_report_follows_the_selection(jefferson: None) -> None:
    lines = {line.id: line for line in policy_report()}
    assert {line.pack for line in lines.values()} == {"CJIS", "JX"}
    keep = lines["JX.keep"]
    assert keep.evidence["parameters"] == {"longest_days_kept": 14}
    # What answers a part of another row answers this one: with its code and tests.
    assert any(at.startswith("plateward.work.retention.rules:") for at in keep.code)
    assert any("test_a_state_that_ships" in at for at in keep.tests)
    assert lines["JX.search"].state == "gap"


def test_what_the_hub_shows_of_a_clause_stands_with_the_row_that_answers_it(jefferson: None) -> None:
    lines = {line.id: line for line in policy_report([fact("6.h.ii", text="Kept: {days} days.", days=14)])}
    assert lines["JX.keep"].evidence["facts"] == [{"text": "Kept: 14 days.", "route": ""}]


def test_a_part_that_is_like_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.toml"
    own.write_text(THIRD.read_text().replace("WA.retain/days", "WA.retain/weeks"))
    monkeypatch.setenv(SELECTED, str(own))
    with pytest.raises(
        PackError, match=r"JX.keep/days is said to be like WA.retain/weeks, and no policy pack"
    ):
        policy_report()


def test_every_part_of_every_pack_has_code_and_tests_or_says_what_it_lacks() -> None:
    lines = policy_report(rule_books=shipped_packs())
    gaps = [gap for line in lines for part in line.parts for gap in part.gaps]
    assert [gap for gap in gaps if gap.startswith(("no code cites", "no test cites"))] == []


def test_what_is_missing_of_a_part_is_missing_of_what_is_like_it() -> None:
    rows = {row.id: row for pack in shipped_packs() for row in pack.rows}
    lines = {part.id: part for line in policy_report(rule_books=shipped_packs()) for part in line.parts}
    for row in rows.values():
        for part in row.parts:
            for like in part.like:
                assert {*lines[like].gaps} <= {*lines[row.cited(part)].gaps}


def reported(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from plateward.cli import main; main()", "policy", "report", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_shows_a_pack_that_is_not_selected() -> None:
    one = json.loads(reported("--json", "--pack", "WA").stdout)
    assert {line["pack"] for line in one} == {"WA"}
    every = json.loads(reported("--json", "--all").stdout)
    assert {line["pack"] for line in every} == {"OPR50", "CJIS", "SB40", "VA", "WA"}
    wrong = reported("--pack", "XX")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "There is no policy pack XX. Name one of OPR50" in wrong.stderr
    assert "- Sets longest_days_kept: 21" in reported("--markdown", "--pack", "VA").stdout
