"""`plateward hotlist import`."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from plateward.field.hotlists.commands.cli import app
from plateward.field.hotlists.imports import jobs, receive
from plateward.field.hotlists.imports.tests.made import NCIC_HEAD, live, vehicle
from plateward.field.hotlists.models import Entry, Load
from plateward.field.hotlists.recall.actions import recall_entry
from plateward.ground.errors import PlatewardError
from plateward.people.testing import person
from plateward.testing.hotlist import GLORIA

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' database is already set up."""
    monkeypatch.setattr("plateward.core.db.setup.setup", lambda: None)


def run(*line: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["import", *line, "--json"], catch_exceptions=False)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "VEHEXTRT.txt"
    path.write_text(NCIC_HEAD + "".join(vehicle(n) for n in range(200)) + vehicle(999, "N"))
    return path


@pytest.mark.clause("5.h/import", "SB40.use/immigration")
def test_a_dry_run_shows_what_would_change_and_the_next_run_does_it(file: Path) -> None:
    line = (str(file), "--list", "NCIC", "--source", "NCIC", "--format", "ncic")
    result = run(*line, "--dry-run")
    assert {name: result[name] for name in ("applied", "added", "removed", "held")} == {
        "applied": False, "added": 200, "removed": 0, "held": "",
    }  # fmt: skip
    (bad,) = result["rejected"]
    assert bad["line"] == 202
    assert "SB 40" in bad["why"]
    assert not live()
    assert run(*line)["applied"] is True
    assert len(live()) == 200


@pytest.mark.both_databases
@pytest.mark.clause("5.h/import")
@pytest.mark.parametrize("format", ["ncic", "csv"])
def test_a_file_that_the_hubs_own_job_looks_at_first_is_applied_or_refused_all_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    whole = receive.receive_file

    def received(*given: Any) -> Load:
        load = whole(*given)
        jobs.run_imports()
        return load

    monkeypatch.setattr(receive, "receive_file", received)
    line = (str(file), "--list", "NCIC", "--source", "NCIC", "--format", format)
    if format == "ncic":
        assert run(*line)["added"] == len(live()) == 200
    else:
        with pytest.raises(PlatewardError, match="must name the columns"):
            run(*line)


@pytest.mark.clause("5.h/reports")
def test_a_list_that_halves_is_held_unless_the_operator_approves(file: Path) -> None:
    line = (str(file), "--list", "NCIC", "--source", "NCIC", "--format", "ncic")
    run(*line)
    file.write_text(NCIC_HEAD + vehicle(1))
    with pytest.raises(PlatewardError, match="give --approve here if the file is right"):
        CliRunner().invoke(app, ["import", *line], catch_exceptions=False)
    assert len(live()) == 200
    assert Load.objects.filter(state="held").count() == 1
    assert run(*line, "--approve")["applied"] is True
    assert live() == {"T000001"}


@pytest.mark.parametrize(
    ("format", "says"), [("nonsense", "There is no format 'nonsense'"), ("csv", "must name the columns")]
)
def test_a_file_that_cannot_be_read_changes_nothing(file: Path, format: str, says: str) -> None:
    with pytest.raises(PlatewardError, match=says):
        run(str(file), "--list", "NCIC", "--source", "NCIC", "--format", format)
    assert not live()


def test_a_huge_file_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as huge:
        huge.truncate(10 * 1024**3)  # takes no disk space
    with pytest.raises(PlatewardError, match="larger than 400 MiB"):
        run(str(path), "--list", "NCIC", "--source", "NCIC", "--format", "ncic")


@pytest.mark.clause("6.f.i.1/recall")
def test_it_names_the_lines_that_are_held_back(file: Path) -> None:
    line = (str(file), "--list", "NCIC", "--source", "NCIC", "--format", "ncic")
    run(*line)
    person("gloria")
    recall_entry(GLORIA, Entry.objects.get(plate="T000007"), "Recovered; the owner has it back.")
    (held,) = run(*line)["held_back"]
    recalled = {
        "plate": "T000007 NM",
        "by": "Gloria Gallegos (gloria)",
        "why": "Recovered; the owner has it back.",
    }
    assert held == {"line": 9} | recalled
    done = CliRunner().invoke(app, ["import", *line], catch_exceptions=False)
    assert "line 9 held back: T000007 NM was recalled by Gloria Gallegos (gloria)" in done.stderr
    assert "1 held back, 1 rejected." in done.stdout
