"""The stream of a page of results: log before answer, what it says, and when it ends."""

import itertools
import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from plateward.core.audit.log import LogUnavailable
from plateward.ground import clock
from plateward.people.models import SignIn
from plateward.people.testing import person, signed_in
from plateward.testing.roadside import enroll_reader
from plateward.work.searches.models import Search
from plateward.work.searches.results import events, views
from plateward.work.searches.results.layouts import Layout
from plateward.work.searches.results.running import running_searches
from plateward.work.searches.results.slots import AT_ONCE, streams
from plateward.work.searches.results.tests.brute import brute, many
from plateward.work.searches.results.tests.listening import data_of, leaves, listen, text_of
from plateward.work.searches.testing import Searchers

pytestmark = pytest.mark.django_db
Ask = Callable[..., Search]


NUMBERS = itertools.count(200)


@pytest.fixture
def plate(db: None) -> str:
    """A plate of this test alone, read five times in one hour; between them another was read."""
    plate, reader, now = (
        f"BKT{next(NUMBERS)}",
        enroll_reader(),
        clock.now().replace(hour=12) - timedelta(days=1),
    )
    reader.send(
        *(reader.photo(plate, captured_at=now - timedelta(minutes=number)) for number in range(5)),
        reader.photo("HJK335", captured_at=now),
    )
    return plate


@pytest.fixture
def ada(searchers: Searchers) -> Client:
    return signed_in(searchers.ada)


def address(search: Search, layout: str = "table", more: str = "") -> str:
    return f"/searches/{search.pk}/results/{layout}/stream{more}"


@pytest.mark.clause("6.b.i.9/first")
def test_results_come_with_their_number_once_the_log_holds_what_is_shown(
    plate: str, plate_search: Ask, ada: Client
) -> None:
    search = plate_search(plates=(plate,))

    def logged(name: str) -> bool:
        leaf = leaves("search.run")[-1]
        assert (leaf.object, leaf.actor_id) == (f"search:{search.pk}", "ada")
        if name == "rows":
            assert leaf.details["view"] == "table"
            assert (leaf.details["page_size"], leaf.details["order"]) == (50, "oldest")
        return True

    heard = listen(ada, address(search, more="?order=oldest"), logged)
    rows = data_of(heard, "rows")["html"]
    assert rows.count(f'class="plate">{plate}<') == 5
    assert "HJK335" not in text_of(heard)
    assert data_of(heard, "counted")["text"] == "All 5 reads"
    assert data_of(heard, "end")["next"] == ""
    progress = data_of(heard, "progress")
    assert progress["done"] == progress["parts"] > 0
    end = leaves("search.run")[-1]
    assert (end.details["reads"], end.details["ended"]) == (5, "complete")


def test_nothing_found_says_how_much_was_looked_through_and_what_to_try_next(
    plate: str, plate_search: Ask, ada: Client
) -> None:
    search = plate_search(plates=("QQQ111",))
    said = data_of(listen(ada, address(search)), "none")["html"]
    assert re.search(r"Searched: (at least )?[\d,]+ reads of [\d,]+ readers? on 31 days. None matches.", said)
    assert f"again={search.pk}&amp;change=lookalikes" in said
    assert "QQQ111" not in said
    page = ada.get(f"/searches/{search.pk}/results/strip/").content.decode()
    assert 'class="plate">QQQ111<' in page
    assert 'name="begin"' in page
    for found in (plate_search(plates=(plate,)), plate_search(plates=("QQQ111",), hits_only=True)):
        heard = listen(ada, address(found))
        assert ("none" in dict(heard)) is (found.query.hits_only is True)
    long_ago = clock.now().astimezone(UTC) - timedelta(days=20)
    early = plate_search(plates=("QQQ112",), since=long_ago - timedelta(days=5), until=long_ago)
    assert "took no reads in these 6 days" in data_of(listen(ada, address(early)), "none")["html"]


@pytest.mark.clause("6.b.i.10/failure", "6.b.i.9/first")
def test_nothing_is_shown_that_the_log_cannot_hold(
    plate: str, plate_search: Ask, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = plate_search(plates=(plate,))

    def away(*_: object, **__: object) -> None:
        raise LogUnavailable("away")

    with monkeypatch.context() as blocked:
        blocked.setattr(views, "allowed_search", away)
        with pytest.raises(LogUnavailable):
            listen(ada, address(search))
    monkeypatch.setattr(events, "record", away)  # it fails while the pictures come
    heard = listen(ada, address(search, "strip"))
    assert [name for name, _ in heard if name == "rows"] == []
    assert "not complete" in data_of(heard, "missing")["text"]


@pytest.mark.both_databases
def test_a_page_goes_on_from_a_read_and_its_address_names_no_plate(
    plate_search: Ask, ada: Client, plate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Layout, "limit", property(lambda _: 2))
    search, seen = plate_search(plates=(plate,)), 0
    path = address(search)
    for number in (2, 2, 1):
        heard = listen(ada, path)
        seen += number
        assert data_of(heard, "rows")["html"].count("<tr>") == number
        assert data_of(heard, "counted")["text"] == f"{number} of 5 reads"
        path = data_of(heard, "end")["next"].replace("/table/?", "/table/stream?")
        assert plate not in path
    assert (seen, path) == (5, "")
    ((_, refused),) = listen(ada, address(search, more="?after=2020-01-01.nonsense"))
    assert refused["code"] == 409


@pytest.mark.clause("6.b.i.8/scope", "6.c.ii/cases")
def test_nobody_else_hears_of_a_search(plate_search: Ask, searchers: Searchers) -> None:
    search = plate_search()
    for username in ("ben", "carla"):
        ((_, answer),) = listen(signed_in(person(username)), address(search))
        assert answer["code"] == 404
    assert signed_in(searchers.gloria).get(address(search)).status_code == 403


def test_a_search_that_waits_shows_nothing(plate_search: Ask, ada: Client) -> None:
    search = plate_search(plates=("BKT419", "HJK335"))  # several plates wait for approval
    ((_, answer),) = listen(ada, address(search))
    assert answer["code"] == 409
    assert "approval" in answer["text"]
    page = ada.get(f"/searches/{search.pk}/results/table/")
    assert page.status_code == 409
    assert b"approval" in page.content


@pytest.mark.clause("6.a.i.2/own", "AC-12/ends")
def test_a_session_that_is_revoked_ends_its_stream(
    plate_search: Ask, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, brute_store = brute(many(5, 100, "BKT419"))
    monkeypatch.setattr(views, "configured_store", lambda: brute_store)
    search = plate_search(since=many(6, 1)[-1].captured_at)

    def revoked(name: str) -> bool:
        if name == "progress":
            SignIn.objects.filter(person__username="ada").delete()
            running_searches.check(running_searches._all())
        return True

    heard = listen(ada, address(search), revoked)
    assert [name for name, _ in heard] == ["progress", "refused"]
    assert heard[-1][1]["clause"] == "AC-12"
    assert leaves("route.refuse")[-1].object == f"search:{search.pk}"
    assert (store.open, running_searches._all()) == (0, [])
    assert leaves("search.run")[-1].details["ended"] == "left or stopped"


@pytest.mark.both_databases
def test_a_browser_that_leaves_leaves_no_query_running(
    plate_search: Ask, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, brute_store = brute(many(5, 100, "BKT419"))
    monkeypatch.setattr(views, "configured_store", lambda: brute_store)
    search = plate_search(since=many(6, 1)[-1].captured_at)
    heard = listen(ada, address(search), lambda name: name != "rows")
    assert heard[-1][0] == "rows"
    assert (store.open, running_searches._all()) == (0, [])


@pytest.mark.both_databases
def test_two_tabs_search_at_once_and_a_third_is_told_to_wait(plate_search: Ask, ada: Client) -> None:
    search = plate_search()
    with ExitStack() as tabs:
        for _ in range(AT_ONCE - 1):
            tabs.enter_context(streams.taken(search.person_id))
        assert listen(ada, address(search))[-1][0] == "end"
        tabs.enter_context(streams.taken(search.person_id))
        ((_, refused),) = listen(ada, address(search))
    assert refused["reason"] == "You have two searches running already."
    assert listen(ada, address(search))[-1][0] == "end"


@pytest.mark.both_databases
def test_a_part_of_the_store_that_is_away_is_said(
    plate_search: Ask, ada: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rows = many(5, 10, "BKT419")
    failing = (rows[20].captured_at.date(), OperationalError("no server: BKT419"))
    _, brute_store = brute(rows, failing=failing)
    monkeypatch.setattr(views, "configured_store", lambda: brute_store)
    search = plate_search(since=many(6, 1)[-1].captured_at)
    heard = listen(ada, address(search))
    assert "not complete: a part of the read store does not respond" in data_of(heard, "missing")["text"]
    assert data_of(heard, "end")["text"] == "Ended before it was complete."
    assert leaves("search.run")[-1].details["ended"] == "failed"
    assert "BKT419" not in caplog.text


def test_a_day_that_was_destroyed_meanwhile_is_named(
    plate_search: Ask, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = many(3, 10, "BKT419")
    _, brute_store = brute(rows, destroyed=(rows[-1].captured_at.date(),))
    monkeypatch.setattr(views, "configured_store", lambda: brute_store)
    heard = listen(ada, address(plate_search(since=many(6, 1)[-1].captured_at)))
    assert "Not searched: November 22, 2026" in data_of(heard, "missing")["text"]


def test_only_hits_are_shown_if_only_hits_are_asked_for(plate: str, plate_search: Ask, ada: Client) -> None:
    heard = listen(ada, address(plate_search(plates=(plate,), hits_only=True)))
    assert "rows" not in [name for name, _ in heard]
    assert data_of(heard, "counted")["text"] == "All 0 reads"
