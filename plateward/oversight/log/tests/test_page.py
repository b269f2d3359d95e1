"""The log on a page: found by person, thing and plate, folded, exported."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.mentions import plate_thing, thing_key
from plateward.core.audit.models import AuditEntry, Mention
from plateward.core.audit.testing import noted
from plateward.core.pages.models import ExportStop
from plateward.ground import clock
from plateward.oversight.log import searching, views
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.models import Alert

pytestmark = pytest.mark.django_db
ADA = Actor("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d")
PAGE, NOON = "/audit/", datetime(2020, 7, 1, 12, tzinfo=UTC)
Look = Callable[..., Any]


@pytest.fixture
def gloria() -> Client:
    return signed_in(person("gloria"))


@pytest.fixture
def look(gloria: Client) -> Look:
    """The page's context, for a query."""
    return lambda **query: gloria.get(PAGE, query).context


def objects(context: Any) -> list[str]:
    return [entry.object for line in context["lines"] for entry in reversed(line.entries)]


@pytest.mark.clause("6.b.i.9/read", "6.b.i.9/first", "AU-2/itself")
def test_whoever_looks_at_the_log_is_on_it_before_it_is_shown(look: Look) -> None:
    context = look(outcome="refused", before="12")
    newest = AuditEntry.objects.order_by("-sequence")[0]
    assert (newest.event, newest.actor_id) == ("audit.view", "gloria")
    assert newest.leaf is not None
    assert noted(newest.leaf) == {"purpose": "hot_lists", "before": 12, "filters": "outcome=refused"}
    assert context["head"]["size"] == newest.sequence + 1
    assert len(context["head"]["root"]) == 64


@pytest.mark.both_databases
@pytest.mark.parametrize("few", [searching.FEW, 2])
def test_entries_are_shown_newest_first_a_page_at_a_time(
    look: Look, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(searching, "FEW", few)
    monkeypatch.setattr(views, "PER_PAGE", 3)
    for number in range(5):
        record(ADA, Event.ALERT_CONFIRM, f"alert:{number}")
    context = look(event="alert.confirm", who="archuleta")
    assert objects(context) == ["alert:4", "alert:3", "alert:2"]
    assert (context["before"], context["query"]) == (0, "who=archuleta&event=alert.confirm")
    older = look(event="alert.confirm", who="archuleta", before=str(context["older"]))
    assert objects(older)[:2] == ["alert:1", "alert:0"]


@pytest.mark.both_databases
@pytest.mark.parametrize("event", [Event.ALERT_CONFIRM, Event.IMAGE_VIEW])
@pytest.mark.parametrize("at_most", [2, 3, 200])
def test_entries_of_one_moment_are_shown_once_each(
    look: Look, monkeypatch: pytest.MonkeyPatch, event: Event, at_most: int
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 2)
    monkeypatch.setattr(views, "AT_MOST", at_most)
    with clock.set_to(NOON):
        for number in range(5):
            record(ADA, event, f"read:{number}")
    shown, before = [], ""
    while before is not None:
        context = look(until="2020-07-01", before=before)
        shown += objects(context)
        before = context["older"]
    assert shown == ["read:4", "read:3", "read:2", "read:1", "read:0"]


@pytest.mark.clause("6.b.i.9/read")
def test_what_somebody_looks_at_in_a_row_is_one_line_that_opens_to_its_entries(look: Look) -> None:
    ben = Actor("person", "begay", "Ben Begay")
    seen = [
        (0, ADA, Event.ALERT_VIEW, "alert:1"),
        (2, ADA, Event.IMAGE_VIEW, "read:a"),
        (3, ben, Event.ALERT_VIEW, "alert:1"),
        (4, ADA, Event.ALERT_VIEW, "alert:1"),
        (5, ADA, Event.IMAGE_VIEW, "read:b"),
        (6, ADA, Event.ALERT_CONFIRM, "alert:1"),
        (8, ADA, Event.ALERT_VIEW, "alert:2"),
        (9, ADA, Event.IMAGE_VIEW, "read:c"),
        (10, ADA, Event.ALERT_VIEW, "alert:1"),
        (700, ADA, Event.ALERT_VIEW, "alert:1"),  # another opening
    ]
    for seconds, actor, event, thing in seen:
        with clock.set_to(NOON + timedelta(seconds=seconds)):
            record(actor, event, thing)
    with clock.set_to(NOON + timedelta(seconds=701)):
        record(ADA, Event.ALERT_VIEW, "alert:1", outcome="refused", clause="6.c.ii")
    lines = [
        (line.first.event, line.first.object, line.times, line.images)
        for line in look(until="2020-07-01")["lines"]
    ]
    assert lines == [
        ("alert.view", "alert:1", 1, 0),
        ("alert.view", "alert:1", 1, 0),
        ("alert.view", "alert:1", 4, 3),  # and alert 2
        ("alert.confirm", "alert:1", 1, 0),
        ("alert.view", "alert:1", 1, 0),
    ]


@pytest.mark.clause("6.b.i.9/read")
def test_a_line_never_names_one_thing_where_several_were_seen(look: Look) -> None:
    car = Actor("device", "12", "Unit 12 rear")
    for number, thing in enumerate(("read:a", "read:b", "read:a")):
        with clock.set_to(NOON + timedelta(seconds=number)):
            record(ADA, Event.IMAGE_VIEW, thing)  # of no page
            record(car, Event.BATCH_RECEIVE, f"batch:{number}")
    context = look(until="2020-07-01")
    lines = [(line.first.event, line.first.object, line.times, line.others) for line in context["lines"]]
    assert sorted(lines) == [
        ("batch.receive", "batch:0", 3, 2),
        ("image.view", "read:a", 2, 0),
        ("image.view", "read:b", 1, 0),
    ]
    page = render_to_string("audit/line.html", {"line": context["lines"][0]})
    assert 'batch 0 and 2 others,\n      <span class="quiet">3 times' in page


@pytest.mark.clause("6.h.iv/custody", "6.b.i.9/read")
def test_an_alert_is_found_with_the_images_that_were_seen_of_it(look: Look) -> None:
    load_hotlist("LOG4711")
    reader = enroll_reader()
    reader.send(reader.photo("LOG4711"))
    alert = Alert.objects.latest("pk")
    record(ADA, Event.ALERT_VIEW, f"alert:{alert.pk}")
    record(ADA, Event.IMAGE_VIEW, f"read:{alert.read}")
    record(ADA, Event.EVIDENCE_REQUEST, "package:1", mentions=[f"read:{alert.read}"])
    record(ADA, Event.ALERT_VIEW, "alert:999999")
    found = {
        (entry.event, entry.object)
        for line in look(about=f"Alert {alert.pk}")["lines"]
        for entry in line.entries
    }
    assert {
        ("alert.arrive", f"alert:{alert.pk}"),
        ("alert.view", f"alert:{alert.pk}"),
        ("image.view", f"read:{alert.read}"),
        ("evidence.request", "package:1"),
    } == {pair for pair in found if pair[0] not in ("call.open", "call.tell")}
    assert {event for event, _ in found} >= {"alert.arrive"}
    alone = look(about=str(alert.pk), event="image.view", who="archuleta")
    assert objects(alone) == [f"read:{alert.read}"]


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes")
def test_a_plate_is_found_by_its_key_and_stands_in_no_address_and_no_entry(gloria: Client) -> None:
    load_hotlist("KEY5B0")
    reader = enroll_reader()
    reader.send(reader.photo("KEY5B0"))
    alert = Alert.objects.latest("pk")
    record(ADA, Event.IMAGE_VIEW, f"read:{alert.read}")
    before = AuditEntry.objects.latest("sequence").sequence
    answer = gloria.post(f"{PAGE}find/", {"typed": "key-580"})  # as somebody misreads it
    key = thing_key(plate_thing("KEY5B0")).hex()
    assert answer["Location"] == f"{PAGE}?plate={key}"
    page = gloria.get(answer["Location"])
    found = {entry.event for line in page.context["lines"] for entry in line.entries}
    assert found >= {
        "alert.arrive",
        "image.view",
        "audit.view",
    }  # who looked for the plate is found by it, too
    for entry in AuditEntry.objects.filter(sequence__gt=before):
        assert not any(plate in entry.line().decode() for plate in ("key-580", "KEY580", "KEY5B0"))
    assert not any(plate in page.content.decode() for plate in ("key-580", "KEY580", "KEY5B0"))
    gloria.get(f"{PAGE}export/", {"plate": key})
    looks = AuditEntry.objects.filter(sequence__gt=before)
    by_key = Mention.objects.filter(thing=bytes.fromhex(key)).values_list("entry", flat=True)
    assert [look.event for look in looks if look.sequence in by_key] == ["audit.view", "audit.export"]
    assert objects(gloria.get(PAGE, {"plate": thing_key(plate_thing("KEY999")).hex()}).context) == [
        "audit log"
    ]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/read")
def test_people_are_found_by_their_names(gloria: Client) -> None:
    person("ada")
    person("ben")
    enroll_reader("cam-7")
    assert gloria.post(f"{PAGE}find/", {"who": "ada arch"})["Location"] == f"{PAGE}?who=ada"
    assert gloria.post(f"{PAGE}find/", {"who": "cam-7"})["Location"] == f"{PAGE}?who=cam-7"
    person("carla")
    answer = gloria.post(f"{PAGE}find/", {"who": "ar"})  # Archuleta, Carla
    assert answer.status_code == 422
    assert "Several people have this name: Ada Archuleta (ada)" in answer.content.decode()


@pytest.mark.clause("6.i.i/aes")
@pytest.mark.parametrize(
    "typed", ["ABC123", "plate ABC123", "plate:ABC123", "entry ABC123", "LOVEBUG", "person LOVEBUG"]
)
def test_what_may_be_a_plate_is_taken_at_its_own_field_alone(gloria: Client, typed: str) -> None:
    for name in ("about", "who"):
        answer = gloria.post(f"{PAGE}find/", {name: typed})
        assert answer.status_code == 422
        assert "Enter a plate under Plate." in answer.content.decode()
    in_an_address = gloria.get(PAGE, {"typed": typed, "about": typed, "who": typed})
    assert in_an_address.context["form"].errors.keys() == {"about", "typed", "who"}
    for latest in AuditEntry.objects.order_by("-sequence")[:3]:
        assert latest.event == "audit.view"
        assert not any(part in latest.line().decode() for part in ("ABC123", "LOVEBUG"))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("12", "alert:12"),
        ("Hotlist-Request 3", "hotlist-request:3"),
        ("4F4B1D8E-0C1C-4E0B-9C43-1E0A3B3F5D11", "read:4f4b1d8e-0c1c-4e0b-9c43-1e0a3b3f5d11"),
        ("person gloria", "person:gloria"),
        ("reader unit-12", "reader:unit-12"),
        ("unit:Unit 12", "unit:Unit 12"),  # as a line's own link has it
        ("audit log", "audit log"),
    ],
)
def test_a_thing_is_found_by_what_it_is_and_its_number_or_a_known_name(
    gloria: Client, typed: str, name: str
) -> None:
    enroll_reader()
    record(ADA, Event.PLACE_UPDATE, "unit:Unit 12")
    gloria.get(PAGE)
    answer = gloria.post(f"{PAGE}find/", {"about": typed})
    assert answer["Location"] == f"{PAGE}?{urlencode({'about': name})}"


@pytest.mark.clause("6.b.i.7/lists", "6.b.i.7/official", "6.b.i.9/read")
def test_what_is_found_leaves_as_a_marked_file_that_is_on_the_log(gloria: Client) -> None:
    record(ADA, Event.ALERT_CONFIRM, "alert:77", plate_agrees=True)
    record(ADA, Event.ALERT_VIEW, "alert:78")
    answer = gloria.get(f"{PAGE}export/", {"event": "alert.confirm", "who": "archuleta"})
    assert "-CJI.csv" in answer["Content-Disposition"]
    marking, mark, header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert marking[0].startswith("CJI: Criminal Justice Information.")
    leaf = AuditEntry.objects.latest("sequence").leaf
    assert leaf
    assert (leaf.event, leaf.actor_id) == ("audit.export", "gloria")
    assert leaf.details["filters"] == "who=archuleta&event=alert.confirm"
    assert leaf.details["entries"] == len(rows) == 1
    assert f"Export {leaf.details['export']}" in mark[0]
    row = dict(zip(header, rows[0], strict=True))
    assert (row["about"], row["details"], row["as_sealed"]) == ("alert:77", '{"plate_agrees":true}', "yes")


@pytest.mark.clause("6.b.i.9/read")
@pytest.mark.parametrize(
    "wrong", [{"since": "soon"}, {"event": "nonsense"}, {"plate": "ABC123"}, {"typed": "ABC123"}]
)
def test_a_wrong_filter_lets_nothing_leave(gloria: Client, wrong: dict[str, str]) -> None:
    answer = gloria.get(f"{PAGE}export/", {"who": "archuleta"} | wrong)
    assert (answer.status_code, answer.get("Content-Disposition")) == (422, None)
    assert "web/problems.html" in {template.name for template in answer.templates}
    assert not AuditEntry.objects.filter(event=Event.AUDIT_EXPORT).exists()


@pytest.mark.clause("6.b.i.11/contained")
def test_nothing_of_the_log_leaves_while_exports_are_stopped(gloria: Client) -> None:
    ExportStop.objects.create(cause="breach:1", why="contained", begun_by="person:gloria")
    assert gloria.get(f"{PAGE}export/").status_code == 403


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"event": "image.view"},
        {"who": "archuleta"},
        {"outcome": "refused"},
        {"event": "image.view", "who": "archuleta", "outcome": "refused"},
        {"since": "2020-07-01", "until": "2020-07-02", "who": "archuleta"},
        {"about": "alert:12"},
    ],
    ids=lambda query: " ".join(query) or "all",
)
def test_a_search_reads_an_index_alone_and_counts_nothing(
    look: Look, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEW", 0)  # it looks at each of so many by itself
    with CaptureQueriesContext(connection) as questions:
        look(**query)
    statements = [query_log["sql"] for query_log in questions if 'FROM "audit_entry"' in query_log["sql"]]
    assert not any("COUNT(" in sql for sql in statements)
    if connection.vendor == "sqlite":  # PostgreSQL plans by table size, and this one is tiny
        (search,) = (
            sql
            for sql in statements
            if "ORDER BY" in sql and "LIMIT" in sql and "IN (" not in sql and "audit.restore" not in sql
        )
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {search}")
            (plan,) = (row[3] for row in cursor.fetchall())
        assert "USING COVERING INDEX audit_by_" in plan


@pytest.mark.both_databases
def test_days_are_the_sites_own_and_both_included(look: Look) -> None:
    for hour in (5, 7):  # midnight of July 1 in Denver is 06:00 UTC
        with clock.set_to(datetime(2020, 7, 1, hour, tzinfo=UTC)):
            record(ADA, Event.IMAGE_VIEW, f"read:{hour}")
    assert objects(look(since="2020-07-01", until="2020-07-01")) == ["read:7"]
    assert objects(look(since="2020-06-30", until="2020-06-30")) == ["read:5"]


def test_a_filter_that_makes_no_sense_is_named_and_left_out(look: Look) -> None:
    context = look(since="9999-12-31", until="soon", event="nonsense", before="minus one", plate="ABC123")
    assert set(context["form"].errors) == {"since", "until", "event", "typed"}
    assert (context["before"], context["query"]) == (0, "")
