"""An outsider's recount, with the command that needs no hub."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from plateward.core.audit.actor import HUB
from plateward.core.audit.export import write_export
from plateward.core.audit.export_entries import NotProven
from plateward.core.audit.signatures import public_key_text
from plateward.oversight.transparency.counting import Span
from plateward.oversight.transparency.integrity import CHECKS
from plateward.oversight.transparency.models import Published, YearlyReport
from plateward.oversight.transparency.recording import publish, record_counts, tally_log
from plateward.oversight.transparency.recount import count_export, recount
from plateward.oversight.transparency.year_file import year_json
from plateward.oversight.transparency.yearly import approve_report, ask_report, count_asked, document_of
from plateward.people.sharing.public import Public
from plateward.people.sharing.testing import make_public
from plateward.people.testing import acting
from plateward.testing.commands import CompletedCommand, command

pytestmark = [pytest.mark.clause("SB40.report/yearly", "6.b.i.3/published"), pytest.mark.django_db]
Files = dict[str, bytes]


@pytest.fixture
def files(counted_log: None) -> Files:
    make_public(Public.FIGURES)
    record_counts()
    publish()
    made = Published.objects.get()
    return {
        "counts.json": made.document.encode(),
        "counts.csv": made.table.encode(),
        "proofs.json": made.proofs.encode(),
    }


def test_all_that_is_published_is_proven(files: Files) -> None:
    done = recount(files, public_key_text(settings.RING.signing("audit")))
    assert (done.wrong, done.proven.trusted) == ([], True)
    assert done.values > 75


def test_a_count_that_was_changed_is_named_with_what_it_must_be(files: Files) -> None:
    assert files["counts.csv"].count(b"2031-12-31,reads,31") == 1
    changed = files | {
        "counts.csv": files["counts.csv"].replace(b"2031-12-31,reads,31", b"2031-12-31,reads,30")
    }
    assert recount(changed).wrong == ["counts.csv: 2031-12-31, reads: the file says 30, the log 31"]


def test_so_is_one_that_was_left_out_or_added(files: Files) -> None:
    document = json.loads(files["counts.json"])
    del document["days"][-1]["counts"]["findings"]
    document["months"][-1]["tables"]["searches.offense"]["drugs"] = 7
    changed = files | {"counts.json": json.dumps(document).encode()}
    assert recount(changed).wrong == [
        "counts.json: 2031-12-31, findings: the file says nothing, the log 0",
        "counts.json: 2031-12, searches.offense.drugs: the file says 7, the log nothing",
    ]


def test_an_altered_proof_is_named(files: Files) -> None:
    changed = files | {"proofs.json": files["proofs.json"].replace(b'"reads=31"', b'"reads=30"')}
    with pytest.raises(NotProven, match=r"entry \d+ was altered"):
        recount(changed)


def test_without_proofs_nothing_is_proven(files: Files) -> None:
    del files["proofs.json"]
    with pytest.raises(NotProven, match="give the file of proofs once"):
        recount(files)


def test_a_figure_without_end_is_compared_as_it_is_written(files: Files) -> None:
    name = next(name for name in files if name.endswith(".csv"))
    header, first, *rest = files[name].decode().splitlines(keepends=True)
    endless = first.rstrip().rpartition(",")[0] + "," + "9" * 10_000 + "\r\n"
    assert recount(files | {name: "".join((header, endless, *rest)).encode()}).wrong


@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | st.sampled_from([b"{}", b'{"format":1}', b"a,b"])
)
def test_a_file_that_is_none_of_these_is_said_to_be(content: bytes) -> None:
    with pytest.raises(NotProven):
        recount({"what": content})


@pytest.mark.clause("6.b.i.3/published")
def test_the_monitor_names_a_published_count_that_was_changed(files: Files) -> None:
    (check,) = CHECKS
    (step,) = check.steps("")
    assert (step.checked > 75, step.faults) == (True, ())
    Published.objects.update(
        table=files["counts.csv"].decode().replace("2031-12-31,reads,31", "2031-12-31,reads,30")
    )
    (step,) = check.steps("")
    assert [fault.problem for fault in step.faults] == [
        "CSV: 2031-12-31, reads: the file says 30, the log 31."
    ]
    Published.objects.update(proofs="{}")
    (step,) = check.steps("")
    assert "not a file of entries" in step.faults[0].problem


class TestYearly:
    """The report of a year at the hub, and its recount from an export."""

    @pytest.fixture
    def log(self, counted_log: None, tmp_path: Path) -> Path:
        path = tmp_path / "log.jsonl"
        write_export(HUB, path, lambda *_: None)
        return path

    @pytest.fixture
    def report(self, counted_log: None) -> YearlyReport:
        ask_report(acting("gloria"), 2031)
        count_asked()
        return YearlyReport.objects.get()

    @pytest.mark.both_databases
    def test_the_recount_equals_the_report_to_the_last_digit(self, report: YearlyReport, log: Path) -> None:
        figures = count_export(log, 2031, settings_zone(), lambda _: None).figures()
        assert figures == report.figures
        assert (figures["reads"], figures["searches.made"], figures["cameras"]) == (90, 15, 1)
        assert tally_log(Span.of_year(2030, settings_zone())).figures()["reads"] == 0

    def test_the_command_says_so_without_a_hub(self, report: YearlyReport, log: Path, tmp_path: Path) -> None:
        made = tmp_path / "sb40-2031.json"
        made.write_bytes(year_json(document_of(report)))
        done = plateward("transparency", "yearly", "2031", str(log), "--report", str(made))
        assert done.returncode == 0, done.stderr
        assert "equals them to the last digit" in done.stdout
        made.write_bytes(made.read_bytes().replace(b'"reads": 90', b'"reads": 91'))
        done = plateward("transparency", "yearly", "2031", str(log), "--report", str(made), "--json")
        assert done.returncode == 1
        assert json.loads(done.stdout)["wrong"] == [f"{made}: 2031, reads: the file says 91, the log 90"]

    def test_a_year_is_counted_once_over_and_approved_by_another(self, report: YearlyReport) -> None:
        assert report.counted_at
        refused: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
            (ask_report, (acting("gloria"), 2032), "not over yet"),
            (approve_report, (acting("gloria"), report), "asked for this report yourself"),
        ]
        for act, arguments, why in refused:
            with pytest.raises(Exception, match=why):
                act(*arguments)
        approve_report(acting("hector"), report)
        with pytest.raises(Exception, match="approved already"):
            approve_report(acting("hector"), report)


def plateward(*arguments: str) -> CompletedCommand:
    return command(*arguments, env={"PATH": os.environ["PATH"]}, within=60)


def settings_zone() -> Any:
    return ZoneInfo(settings.TIME_ZONE)
