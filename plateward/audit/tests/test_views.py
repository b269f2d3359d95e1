"""The log on a page."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from plateward import clock
from plateward.audit import forms, views
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import LogUnavailable, record
from plateward.audit.models import AuditEntry

GLORIA = Actor("person", "gallegos", "Gloria Gallegos")


@pytest.fixture
def look(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """The page's context, for a query."""
    rendered: dict[str, Any] = {}

    def render(_request: object, _template: str, context: dict[str, Any]) -> HttpResponse:
        rendered.update(context)
        return HttpResponse()

    monkeypatch.setattr(views, "render", render)

    def look(**query: str) -> dict[str, Any]:
        request = RequestFactory().get("/audit/", query)
        request.actor = GLORIA  # type: ignore[attr-defined]
        views.index(request)
        return rendered

    return look


@pytest.mark.clause("6.b.i.9", "AU-2")
def test_whoever_looks_at_the_log_is_on_it_before_it_is_shown(look: Callable[..., dict[str, Any]]) -> None:
    context = look(outcome="refused", before="12")
    newest = AuditEntry.objects.order_by("-sequence")[0]
    assert (newest.event, newest.actor_id) == ("audit.view", "gallegos")
    assert newest.leaf is not None
    assert newest.leaf.details == {"before": 12, "filters": "outcome=refused"}
    assert context["head"]["size"] == newest.sequence + 1
    assert len(context["head"]["root"]) == 64


def test_the_log_is_not_shown_when_that_cannot_be_recorded(
    look: Callable[..., dict[str, Any]], broken_log: None
) -> None:
    with pytest.raises(LogUnavailable):
        look()


@pytest.mark.parametrize("few", [forms.FEW, 2])
def test_entries_are_shown_newest_first_a_page_at_a_time(
    look: Callable[..., dict[str, Any]], ada: Actor, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(forms, "FEW", few)
    monkeypatch.setattr(views, "PER_PAGE", 3)
    for i in range(5):
        record(ada, Event.IMAGE_VIEW, f"read:{i}")
    context = look(event="image.view", who="archuleta")
    assert [entry.object for entry in context["entries"]] == ["read:4", "read:3", "read:2"]
    assert (context["before"], context["query"]) == (0, "event=image.view&who=archuleta")
    older = look(event="image.view", who="archuleta", before=str(context["older"]))
    assert [entry.object for entry in older["entries"]][:2] == ["read:1", "read:0"]


def test_entries_of_one_moment_are_shown_once_each(
    look: Callable[..., dict[str, Any]], ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 2)
    with clock.set_to(datetime(2020, 7, 1, 12, tzinfo=UTC)):
        for i in range(5):
            record(ada, Event.IMAGE_VIEW, f"read:{i}")
    objects, before = [], ""
    while before is not None:
        context = look(until="2020-07-01", before=before)
        objects += [entry.object for entry in context["entries"]]
        before = context["older"]
    assert objects == ["read:4", "read:3", "read:2", "read:1", "read:0"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"event": "image.view"},
        {"who": "archuleta"},
        {"outcome": "refused"},
        {"event": "image.view", "who": "archuleta", "outcome": "refused"},
        {"since": "2020-07-01", "until": "2020-07-02", "who": "archuleta"},
    ],
    ids=lambda query: " ".join(query) or "all",
)
def test_a_search_reads_an_index_alone_and_counts_nothing(
    look: Callable[..., dict[str, Any]], query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "FEW", 0)  # it looks at each of so many by itself
    with CaptureQueriesContext(connection) as questions:
        look(**query)
    statements = [query_log["sql"] for query_log in questions if 'FROM "audit_entry"' in query_log["sql"]]
    assert not any("COUNT(" in sql for sql in statements)
    if connection.vendor == "sqlite":  # PostgreSQL plans by table size, and this one is tiny
        (search,) = (
            sql
            for sql in statements
            if "ORDER BY" in sql and "IN (" not in sql and "audit.restore" not in sql
        )
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {search}")
            (plan,) = (row[3] for row in cursor.fetchall())
        assert "USING COVERING INDEX audit_by_" in plan


def test_days_are_the_sites_own_and_both_included(look: Callable[..., dict[str, Any]], ada: Actor) -> None:
    for hour in (5, 7):  # midnight of July 1 in Denver is 06:00 UTC
        with clock.set_to(datetime(2020, 7, 1, hour, tzinfo=UTC)):
            record(ada, Event.IMAGE_VIEW, f"read:{hour}")
    assert [entry.object for entry in look(since="2020-07-01", until="2020-07-01")["entries"]] == ["read:7"]
    assert [entry.object for entry in look(since="2020-06-30", until="2020-06-30")["entries"]] == ["read:5"]


def test_a_filter_that_makes_no_sense_is_named_and_left_out(look: Callable[..., dict[str, Any]]) -> None:
    context = look(since="9999-12-31", until="soon", event="nonsense", before="minus one")
    assert set(context["form"].errors) == {"since", "until", "event"}
    assert context["before"] == 0
