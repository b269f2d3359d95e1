"""What programs that watch the hub are told, and the dashboard that reads it."""

import http.client
import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError
from prometheus_client.parser import text_string_to_metric_families

from plateward.core.audit.heads import sign_head
from plateward.core.jobs.health import parts
from plateward.core.log_lines import JsonLine, TextLine
from plateward.core.rooms import declared
from plateward.ground.errors import PlatewardError
from plateward.people.testing import person, signed_in
from plateward.serve import background
from plateward.serve.health import QUEUES
from plateward.serve.watched import BEAT_S, Watched
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader

DASHBOARD = Path(__file__).parents[3] / "docs" / "administrator" / "grafana.json"


@pytest.fixture
def watched(db: None) -> Iterator[Watched]:
    one = Watched(0)
    one.problem = ""
    yield one
    one.close()


def metrics(watched: Watched) -> str:
    status, _, body = watched.answer("/metrics")
    assert status == 200
    return body.decode()


def test_it_lives_while_the_main_loop_turns(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    assert watched.answer("/health/live")[0] == 200
    later = time.monotonic() + BEAT_S + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert watched.answer("/health/live")[0] == 503
    watched.beat()
    assert watched.answer("/health/live")[0] == 200


@pytest.mark.clause("AU-5/told")
def test_it_is_ready_once_it_answers_and_its_log_is_signed(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(person("ada")).get("/")
    sign_head()
    assert watched.answer("/health/ready")[0] == 200
    watched.problem = "the listeners do not answer yet"
    assert watched.answer("/health/ready") == (
        503,
        "text/plain; charset=utf-8",
        b"the listeners do not answer yet\n",
    )
    watched.problem = ""
    monkeypatch.setattr("plateward.core.audit.health.latest_head", lambda: None)
    assert watched.answer("/health/ready")[2] == b"the audit log is not signed\n"


def test_this_machine_alone_gets_three_addresses_and_nothing_else(watched: Watched) -> None:
    asked = http.client.HTTPConnection("127.0.0.1", watched.port, timeout=10)
    asked.request("GET", "/health/live")
    assert asked.getresponse().status == 200
    assert watched.answer("/")[0] == watched.answer("/metrics?x=/../")[0] == 404
    assert watched._server.server_address[0] == "127.0.0.1"


@pytest.mark.clause("6.i.ii/tls")
def test_no_label_has_a_plate_or_a_person(watched: Watched) -> None:
    """Whatever the hub holds: every label's value is a name from the code."""
    load_hotlist("XYZ4071")
    reader = enroll_reader(unit=person("ada").unit)
    reader.send(reader.photo("XYZ4071"))
    for job in declared("jobs", "JOBS"):
        background.SECONDS.labels(job.name)
        background.FAILURES.labels(job.name)
    known = {part.key for part in parts()} | QUEUES.keys() | {job.name for job in declared("jobs", "JOBS")}
    text = metrics(watched)
    families = list(text_string_to_metric_families(text))
    values = {value for family in families for sample in family.samples for value in sample.labels.values()}
    assert values
    assert values <= known
    assert not re.search(r"XYZ4071|Archuleta|Unit 12", text)


def test_the_dashboard_asks_only_for_metrics_that_there_are(watched: Watched) -> None:
    background.FAILURES.labels("Signing the head of the audit log")
    background.SECONDS.labels("Signing the head of the audit log")
    families = text_string_to_metric_families(metrics(watched))
    samples = [sample for family in families for sample in family.samples]
    names, labels = (
        {sample.name for sample in samples},
        {label for sample in samples for label in sample.labels},
    )
    board = json.loads(DASHBOARD.read_text())
    targets = [target for panel in board["panels"] for target in panel["targets"]]
    assert len(targets) >= 8
    for target in targets:
        asked = set(re.findall(r"\b(?:plateward|process)_\w+", target["expr"]))
        assert asked, target["expr"]
        assert asked <= names, target["expr"]
        assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= labels
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


@pytest.mark.clause("AU-9/found")
def test_a_line_of_the_log_is_json_and_quotes_no_row() -> None:
    try:
        try:
            raise IntegrityError("DETAIL: Failing row contains (XYZ4071, Archuleta)")
        except IntegrityError as error:
            raise PlatewardError("Nothing was done.") from error
    except PlatewardError:
        record = logging.LogRecord(
            "plateward", logging.ERROR, __file__, 1, "%s failed.", ("A job",), sys.exc_info()
        )
    line = JsonLine().format(record)
    assert "\n" not in line
    read = json.loads(line)
    assert (read["level"], read["logger"], read["message"]) == ("ERROR", "plateward", "A job failed.")
    assert read["error"][0] == "plateward.ground.errors.PlatewardError: Nothing was done."
    assert "django.db.utils.IntegrityError" in read["error"]
    assert "test_watched.py" in line
    for text in (line, TextLine("%(message)s").format(record)):
        assert "XYZ4071" not in text
