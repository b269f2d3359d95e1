"""The live queue as a browser receives it: over TLS, from the real hub."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from plateward.serve.tests.hub import RunningHub
from plateward.testing.waiting import wait_until

pytestmark = pytest.mark.both_databases


LISTED = [f"STR{number:03}" for number in range(5)]
STREAMS, POOL = 40, 32  # more than the connections kept for the next request (settings_pages)
PATIENCE = 60.0  # seconds, on the slowest machine; `plateward bench people` measures it, with a target of one
END = """
from plateward.people.models import SignIn
print(SignIn.objects.get(person__username="ben").delete()[0])
"""

PENALTY = """
from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.people.testing import person
from plateward.people.tests.lacks import LACKS
dario = person("dario")
with act(HUB, Event.PERSON_UPDATE, "person:dario"):
    penalty = LACKS["no first offense"].away(dario)
print(penalty.pk)
"""


@pytest.fixture(scope="module")
def listed(running_hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("stream") / "list.csv"
    rows = [f"{plate},NM,stolen_vehicle,high," for plate in LISTED]
    file.write_text("\n".join(["plate,state,reason,priority,expires", *rows]))
    running_hub.command("hotlist", "import", str(file), "--list", "Stream", "--source", "Stream")


@pytest.fixture(scope="module")
def cookie(running_hub: RunningHub) -> str:
    return running_hub.sign_in()


@contextmanager
def stream(hub: RunningHub, cookie: str, after: str | None = None) -> Iterator[Iterator[dict[str, str]]]:
    """The events of an open stream, each as its fields."""
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": after} if after else {})
    with hub.browser(cookie) as browser, browser.stream("GET", "/alerts/stream", headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        yield events(answer)


def events(answer: httpx.Response) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            yield event
            event = {}


def alert(events: Iterator[dict[str, str]]) -> dict[str, str]:
    """The next alert of this module's list, skipping its news from CAD (`stage`) and what other tests left."""
    return next(event for event in events if event["event"] == "alert" and '"Stream"' in event["data"])


@pytest.mark.clause("5.b/browser")
@pytest.mark.usefixtures("listed")
def test_a_browser_that_lost_its_stream_continues_without_a_gap(running_hub: RunningHub, cookie: str) -> None:
    roadside, hub = running_hub.roadside(), running_hub.client()

    def pass_by(plate: str) -> None:
        assert hub.send(roadside.batch(roadside.photo(plate))).accepted

    with stream(running_hub, cookie) as events:
        next(events)
        pass_by(LISTED[0])
        first = alert(events)
    for plate in LISTED[1:3]:
        pass_by(plate)
    with stream(running_hub, cookie, first["id"]) as events:
        missed = [alert(events), alert(events)]
        pass_by(LISTED[3])
        live = alert(events)
    with stream(running_hub, cookie, live["id"]) as events:
        pass_by(LISTED[4])
        again = alert(events)
    hub.close()
    got = [first, *missed, live, again]
    assert [event["event"] for event in got] == ["alert"] * 5
    assert [int(event["id"]) for event in got] == sorted({int(event["id"]) for event in got})
    assert len({json.loads(event["data"])["number"] for event in got}) == 5


def refusal(events: Iterator[dict[str, str]]) -> dict[str, str]:
    """Why the stream was closed, according to its last event."""
    *_, last = events
    assert last["event"] == "refused"
    (missing,) = json.loads(last["data"])["missing"]
    return dict(missing)


@pytest.mark.clause("6.a.i.2/own", "AC-12/ends")
def test_a_stream_ends_soon_after_its_person_s_sign_in(running_hub: RunningHub) -> None:
    cookie = running_hub.sign_in("ben")
    with stream(running_hub, cookie) as events:
        next(events)
        running_hub.ask(END)
        ended = time.monotonic()
        assert refusal(events)["clause"] == "AC-12"
        assert time.monotonic() - ended < PATIENCE
    with running_hub.browser(cookie) as browser:
        assert browser.get("/alerts/stream", headers={"Accept": "text/event-stream"}).status_code == 401


@pytest.mark.clause("6.g.i.1/days", "AC-2/disabled")
def test_a_penalty_closes_the_person_s_streams_and_pages_on_every_node(
    running_hub: RunningHub, tmp_path: Path
) -> None:
    second = running_hub.another(tmp_path)
    second.start()
    try:
        cookie, nodes = running_hub.sign_in("dario"), (running_hub, second)
        with ExitStack() as open_streams:
            streams = [open_streams.enter_context(stream(node, cookie)) for node in nodes]
            for events in streams:
                next(events)
            # A third process, which knows the nodes only through their database.
            running_hub.ask(PENALTY)
            recorded = time.monotonic()
            for events in streams:
                missing = refusal(events)
                assert missing["clause"] == "6.g.i.1"
                assert "revoked until" in missing["reason"]
                assert "appeal" in missing["help"]
            assert time.monotonic() - recorded < PATIENCE
        for node in nodes:
            with node.browser(cookie) as browser:
                assert browser.get("/alerts/").status_code == 403
    finally:
        second.kill()


def connections(hub: RunningHub) -> int:
    """How many connections the hub has open to its database now."""
    url = hub.env.get("PLATEWARD_DATABASE_URL")
    if url:
        with psycopg.connect(url) as own:
            query = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
            row = own.execute(query).fetchone()
            assert row
            return int(row[0])
    file = str(hub.folder / "hub" / "data" / "hub.db")
    return sum(_opened(Path(f"/proc/{pid}/fd"), file) for pid in hub.processes())


def _opened(descriptors: Path, file: str) -> int:
    return sum(os.path.realpath(descriptor) == file for descriptor in descriptors.iterdir())


def pinged(events: Iterator[dict[str, str]]) -> bool:
    """Whether a stream reaches its next ping, skipping alerts that another test left unacknowledged."""
    return any(event["event"] == "ping" for event in events)


def test_open_streams_hold_no_connections(running_hub: RunningHub, cookie: str) -> None:
    before = connections(running_hub)
    with ExitStack() as open_streams:
        streams = [open_streams.enter_context(stream(running_hub, cookie)) for _ in range(STREAMS)]
        assert all(map(pinged, streams))
        wait_until(lambda: connections(running_hub) <= before + POOL)
        assert all(map(pinged, streams))  # all are still open
