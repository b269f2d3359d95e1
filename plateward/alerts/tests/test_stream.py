"""What one stream of the live queue tells, and when it ends."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from plateward.alerts import stream
from plateward.audit.log import LogUnavailable
from plateward.audit.models import Entry
from plateward.people import signin
from plateward.people.sessions import SessionStore
from plateward.people.testing import person
from plateward.policy.decision import Allow, Decision, Refusal

ENDED = Refusal("AC-12", "This session has ended.", "Log in again to go on.")


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> stream.Feed:
    """A feed whose thread does not run: the test says what is told."""
    made = stream.Feed()
    monkeypatch.setattr(made, "_look", lambda _last: None)
    monkeypatch.setattr(stream, "feed", made)
    return made


def looks(monkeypatch: pytest.MonkeyPatch, *decisions: Decision) -> None:
    """A stream that looks at once whether its session lives, and finds these."""
    found = iter(decisions)
    monkeypatch.setattr(stream, "PING_EVERY", 0.0)
    monkeypatch.setattr(signin, "stands", lambda _request: next(found))


def collect(after: int | None, meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None) -> list[str]:
    """The names or numbers of all events until the stream ends."""

    async def run() -> list[str]:
        told = []
        async for text in stream._events(HttpRequest(), after):
            told.append(text.partition("\n")[0].removeprefix("event: ").removeprefix("id: "))
            if meanwhile:
                await meanwhile()
        return told

    return async_to_sync(run)()


@pytest.mark.clause("6.a.i.2", "AC-12")
@pytest.mark.django_db
def test_it_ends_at_the_first_look_after_the_sign_in_has_ended(
    feed: stream.Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks(monkeypatch, Allow(), Allow(), ENDED)
    assert collect(None) == ["ping", "ping", "ping"]
    assert feed._listeners == {}


@pytest.mark.clause("6.a.i.2", "AC-12")
@pytest.mark.django_db
def test_events_without_end_put_off_no_look(feed: stream.Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    looks(monkeypatch, ENDED)

    async def flood() -> None:
        for number in range(1, 100):
            feed._tell((number, f"id: {number}\n"))
        await asyncio.sleep(0)

    assert collect(None, flood) == ["ping"]


def test_it_looks_often_enough() -> None:
    assert stream.PING_EVERY <= 5.0


@pytest.mark.clause("5.b")
@pytest.mark.django_db
def test_what_comes_while_it_catches_up_is_told_once(
    feed: stream.Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changes_after(number: int) -> list[stream.Told]:
        told = [(one, f"id: {one}\n") for one in range(number + 1, 8)]
        feed._tell(told[-1])
        feed._tell((8, "id: 8\n"))
        return told

    monkeypatch.setattr(stream, "changes_after", changes_after)
    monkeypatch.setattr(stream, "PING_EVERY", 0.2)
    monkeypatch.setattr(signin, "stands", lambda _request: ENDED)
    assert collect(5) == ["ping", "6", "7", "8"]


def test_a_browser_that_cannot_keep_up_is_sent_away_to_continue_later() -> None:
    queue: asyncio.Queue[stream.Told] = asyncio.Queue(maxsize=2)
    for number in (1, 2, 3):
        stream._put(queue, (number, ""))
    assert queue.get_nowait() == stream.LOST
    assert queue.empty()


def test_the_feed_outlives_a_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    feed, heard = stream.Feed(), threading.Event()
    tries: list[int] = []

    def changes_after(number: int) -> list[stream.Told]:
        tries.append(number)
        if len(tries) == 1:
            raise RuntimeError("whatever")
        return [(number + 1, "")]

    monkeypatch.setattr(stream, "changes_after", changes_after)

    def tell(_told: stream.Told) -> None:
        heard.set()
        feed._listeners.clear()

    monkeypatch.setattr("plateward.alerts.stream.time.sleep", lambda _seconds: None)
    monkeypatch.setattr(feed, "_tell", tell)
    monkeypatch.setattr("plateward.alerts.stream.connection.close", lambda: None)
    feed._listeners[asyncio.Queue()] = asyncio.new_event_loop()
    feed._look(7)
    assert heard.is_set()
    assert tries == [7, 7]
    assert "it tries again" in caplog.text


def opened(given: str) -> HttpResponse | StreamingHttpResponse:
    """The answer to a browser that asks to continue from `given`."""
    request = HttpRequest()
    request.META["HTTP_LAST_EVENT_ID"] = given
    request.user, request.session = person("ada"), SessionStore()
    return async_to_sync(stream.stream)(request)


@pytest.mark.django_db
def test_an_event_id_that_is_no_number_of_ours_is_none() -> None:
    for given in ("x", "-1", "²", "9" * 30):
        assert opened(given).status_code == 200
        leaf = Entry.objects.latest("sequence").leaf
        assert leaf is not None
        assert leaf.details["after"] is None


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.9", "6.b.i.10")
def test_a_stream_is_on_the_log_before_it_opens_and_does_not_open_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert opened("7").status_code == 200
    leaf = Entry.objects.latest("sequence").leaf
    assert leaf is not None
    assert (leaf.event, leaf.who_id, leaf.details["after"]) == ("alert.view", "ada", 7)

    def broken(*_: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr("plateward.audit.log.Entry.objects.bulk_create", broken)
    with pytest.raises(LogUnavailable):
        opened("7")
