"""What one live queue stream sends, and when it ends."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, cast
from unittest.mock import Mock
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from plateward.core.audit.actor import Actor
from plateward.core.audit.log import LogUnavailable
from plateward.core.audit.models import AuditEntry
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import StoreAway
from plateward.ground.wire.read import ReadVehicle, VehicleFact
from plateward.people.http import TOKEN_KEY
from plateward.people.models import Person, SignIn
from plateward.people.permissions import Permission
from plateward.people.sessions import SessionStore
from plateward.people.sign_in import open_sessions
from plateward.people.sign_in.open_sessions import OpenSession
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.queue import live_queue as feeds
from plateward.work.alerts.queue import stream
from plateward.work.alerts.queue.live_queue import Listener, LiveQueue, StreamEvent
from plateward.work.alerts.routing.rules import Recipient

ADA = Actor("person", "ada", "Ada Archuleta")


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> LiveQueue:
    """A live queue without its thread: the test sends the events."""
    made = LiveQueue()
    monkeypatch.setattr(made, "_poll", lambda _last: None)
    monkeypatch.setattr(feeds, "live_queue", made)
    return made


def numbered(number: int) -> StreamEvent:
    return StreamEvent("alert", {}, number)


def session(who: Person) -> OpenSession:
    """For somebody who has just signed in."""
    signed_in(who)
    return OpenSession(who.pk, str(SignIn.objects.get(person=who).token))


class AtOnce:
    """An event loop that runs each call at once."""

    def call_soon_threadsafe(self, do: Callable[..., object], *given: object) -> None:
        do(*given)


def listener(whose: OpenSession | None = None, size: int = 1000) -> Listener:
    loop = cast(asyncio.AbstractEventLoop, AtOnce())
    return Listener(
        asyncio.Queue(maxsize=size), loop, whose or OpenSession(0, str(uuid4())), ADA, Recipient()
    )


def collect(after: int | None, meanwhile: Callable[[], Coroutine[Any, Any, None]]) -> list[str]:
    """The names or numbers of all events until the stream ends."""

    async def run() -> list[str]:
        kinds = []
        listening = Listener(
            asyncio.Queue(maxsize=1000),
            asyncio.get_running_loop(),
            OpenSession(0, str(uuid4())),
            ADA,
            Recipient(),
        )
        async for text in stream._events(listening, after):
            kinds.append(text.partition("\n")[0].removeprefix("event: ").removeprefix("id: "))
            await meanwhile()
        return kinds

    return async_to_sync(run)()


@pytest.mark.clause("6.a.i.2/own", "6.a.i.2/unauthorized", "AC-2/disabled", "AC-12/ends")
@pytest.mark.django_db
def test_whose_access_has_ended_is_told_why_sees_nothing_more_and_is_recorded(feed: LiveQueue) -> None:
    ada, ben = listener(session(person("ada"))), listener(session(person("ben")))
    chief = listener(session(person("hector")))
    chief.needs = Permission.OVERRIDE_REVIEW
    for subscriber in (ada, ben, chief):
        feed.listen(subscriber)
        feed._tell(numbered(1))
    feed._check()
    assert ada.farewell is ben.farewell is chief.farewell is None
    SignIn.objects.get(person__username="ada").delete()
    feed._check()
    assert ada.farewell is not None
    assert ada.queue.qsize() == 1  # what was waiting is dropped
    name, data = ada.farewell.strip().split("\n")
    assert name == "event: refused"
    (missing,) = json.loads(data.removeprefix("data: "))["missing"]
    assert missing["clause"] == "AC-12"
    assert missing["help"]
    leaf = AuditEntry.objects.filter(event="route.refuse").latest("sequence").leaf
    assert leaf is not None
    assert (leaf.actor_id, leaf.object, leaf.clause) == ("ada", "alerts as they come", "AC-12")
    assert ben.farewell is None
    assert feed._listeners == {ben, chief}


@pytest.mark.clause("AC-12/ends")
@pytest.mark.django_db
def test_a_log_that_is_away_keeps_no_stream_open(feed: LiveQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise LogUnavailable("away")

    monkeypatch.setattr(feeds, "record", away)
    stranger = listener()
    feed.listen(stranger)
    feed._check()
    assert stranger.farewell


@pytest.mark.clause("AC-12/ends")
@pytest.mark.django_db
def test_the_farewell_is_the_last_event_and_no_flood_stands_before_it(feed: LiveQueue) -> None:
    async def flood() -> None:
        for number in range(1, 100):
            feed._tell(numbered(number))
        for listener in feed._all():
            listener.dismiss("event: refused\n")
        await asyncio.sleep(0)

    assert collect(None, flood) == ["ping", "refused"]
    assert feed._listeners == set()


@pytest.mark.clause("AC-12/ends")
@pytest.mark.django_db
def test_who_is_refused_while_it_catches_up_gets_no_more_of_it(
    feed: LiveQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "changes_after", lambda *_: [numbered(number) for number in range(1, 99)])
    monkeypatch.setattr(feeds, "ringing_event", lambda *_: StreamEvent("ringing"))

    async def refuse() -> None:
        for listener in feed._all():
            listener.dismiss("event: refused\n")
            feed.leave(listener)
        await asyncio.sleep(0)

    assert collect(0, refuse) == ["ping", "refused"]


def test_access_that_ended_is_seen_within_a_second() -> None:
    assert feeds.CHECK_EVERY + feeds.POLL_EVERY < 1.0


@pytest.mark.both_databases
@pytest.mark.clause("5.b/browser")
@pytest.mark.django_db
def test_what_comes_while_it_catches_up_is_told_once(
    feed: LiveQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changes_after(number: int, _lists: object) -> list[StreamEvent]:
        changes = [numbered(number) for number in range(number + 1, 8)]
        feed._tell(changes[-1])
        feed._tell(numbered(8))
        return changes

    heard: list[None] = []

    async def until_8() -> None:
        heard.append(None)
        if len(heard) == 5:
            feed._send_away()
            await asyncio.sleep(0)

    monkeypatch.setattr(feeds, "changes_after", changes_after)
    assert collect(5, until_8) == ["ping", "ringing", "6", "7", "8"]


@pytest.mark.clause("5.b/browser")
@pytest.mark.django_db
def test_the_read_store_is_asked_once_for_all_that_came_and_keeps_no_alarm_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load_hotlist("ABC123", "XYZ987")
    reader, red = enroll_reader(), ReadVehicle(color=VehicleFact("red", "paint"))
    reader.send(*(reader.photo(plate, vehicle=red) for plate in ("ABC123", "XYZ987")))
    chosen = Mock(wraps=configured_store().chosen)
    monkeypatch.setattr(configured_store(), "chosen", chosen)
    assert [event.data["vehicle"] for event in feeds.changes_after(0)] == ["Red", "Red"]
    assert chosen.call_count == 1
    chosen.side_effect = StoreAway("A part of the read store did not answer in time.")
    late = feeds.changes_after(0)
    assert [(event.kind, event.data["picture"]) for event in late] == [("alert", "")] * 2
    assert all(event.call and event.call.open for event in late)


def test_a_browser_that_cannot_keep_up_is_sent_away_to_continue_later() -> None:
    slow = listener(size=2)
    for number in (1, 2, 3):
        slow.put(numbered(number))
    assert slow.farewell == ""
    assert slow.queue.qsize() == 1


@pytest.mark.clause("AC-12/ends")
def test_a_feed_that_cannot_look_leaves_nobody_listening_to_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_number: int) -> list[StreamEvent]:
        raise RuntimeError("whatever")

    monkeypatch.setattr(feeds, "changes_after", broken)
    monkeypatch.setattr("plateward.work.alerts.queue.live_queue.connection.close", lambda: None)
    made, lost = LiveQueue(), listener()
    made._listeners.add(lost)
    made._running = True
    made._poll(7)
    assert lost.farewell == ""
    assert not made._running  # the next listener restarts it
    assert "cannot check" in caplog.text


@pytest.mark.clause("AC-2/disabled", "AC-12/ends")
def test_the_feed_looks_at_all_its_people_at_once_and_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[int] = []

    def refusals(sessions: set[OpenSession], _needs: object) -> dict[OpenSession, tuple[()]]:
        looks.append(len(sessions))
        if len(looks) == 3:
            made._listeners.clear()
        return {}

    monkeypatch.setattr(open_sessions, "refusals_of_sessions", refusals)
    monkeypatch.setattr(feeds, "changes_after", lambda _: [])
    monkeypatch.setattr(feeds, "recipients", lambda people: dict.fromkeys(people, Recipient()))
    monkeypatch.setattr(feeds, "waiting", list)
    monkeypatch.setattr(feeds, "CHECK_EVERY", 0.0)
    monkeypatch.setattr(feeds, "POLL_EVERY", 0.0)
    monkeypatch.setattr("plateward.work.alerts.queue.live_queue.connection.close", lambda: None)
    made = LiveQueue()
    made._listeners |= {listener() for _ in range(20)}
    made._poll(0)
    assert looks == [20, 20, 20]


def opened(given: str, token: str = "") -> HttpResponse | StreamingHttpResponse:
    """The response to a browser that wants to continue from `given`."""
    request = HttpRequest()
    request.META["HTTP_LAST_EVENT_ID"] = given
    request.user, request.session = person("ada"), SessionStore()
    request.session[TOKEN_KEY] = token or str(uuid4())
    request.sign_in = SignIn()  # type: ignore[attr-defined]
    return async_to_sync(stream.stream)(request)


@pytest.mark.django_db
def test_an_event_id_that_is_no_number_of_ours_is_none() -> None:
    for given in ("x", "-1", "²", "9" * 30):
        assert opened(given).status_code == 200
        leaf = AuditEntry.objects.latest("sequence").leaf
        assert leaf is not None
        assert leaf.details["after"] is None


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.clause("6.b.i.9/first", "6.b.i.10/failure")
def test_a_stream_is_on_the_log_before_it_opens_and_does_not_open_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert opened("7").status_code == 200
    leaf = AuditEntry.objects.latest("sequence").leaf
    assert leaf is not None
    assert (leaf.event, leaf.actor_id, leaf.details["after"]) == ("alert.view", "ada", 7)

    def broken(*_: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr("plateward.core.audit.log.insert_entries", broken)
    with pytest.raises(LogUnavailable):
        opened("7")


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.9/entries")
def test_a_browser_that_opens_its_line_with_each_page_is_logged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    token = str(uuid4())
    before = AuditEntry.objects.count()
    for _ in range(3):
        assert opened("7", token).status_code == 200
    assert AuditEntry.objects.count() == before + 1
    monkeypatch.setattr(stream, "LOGGED_FOR", -1.0)
    assert opened("7", token).status_code == 200
    assert AuditEntry.objects.count() == before + 2
