"""The chain of custody has every event of an image, in order, each with its entry and its leaf's hash."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import read_line
from plateward.core.audit.log import act, record
from plateward.core.audit.models import AuditEntry
from plateward.field.reads import destruction
from plateward.field.reads.store import ReadKey
from plateward.ground import clock
from plateward.ground.merkle import leaf_hash
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Photo, Roadside, enroll_reader
from plateward.work.alerts.models import Alert, Sighting
from plateward.work.evidence.custody.chain import CustodyEvent, chain_of
from plateward.work.evidence.custody.sentences import DESCRIPTIONS, CustodyStep, describe

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.h.iv/custody", "6.j.i/proven", "6.j.i/shared")]


@pytest.fixture
def roadside() -> Roadside:
    load_hotlist("CST100")
    return enroll_reader("custody-1", unit=person("ada").unit)


def key_of(photo: Photo) -> ReadKey:
    return ReadKey(photo.read.captured_at.date(), photo.read.id)


def steps(events: list[CustodyEvent]) -> list[str]:
    return [event.step.value for event in events]


def test_it_is_whole_from_the_lens_to_what_leaves(roadside: Roadside) -> None:
    photo = roadside.photo("CST100", clock_error_ms=40)
    roadside.send(photo)
    alert, ada = Alert.objects.get(read=photo.read.id), acting("ada")
    key, pk = key_of(photo), photo.read.id
    for which in ("plate", "context"):
        path = f"/reads/{key.day.isoformat()}/{pk}/{which}.jpg"
        assert signed_in(person("ada")).get(path).status_code == 200
    record(ada, Event.ALERT_SHARE, f"alert:{alert.pk}", to="frank", days=2)
    others = [f"read:{uuid4()}" for _ in range(3)]
    record(ada, Event.IMAGE_VIEW, "search:7", mentions=[f"read:{pk}", *others], reads=[str(pk)])
    with act(ada, Event.SEARCH_EXPORT, "search:7") as entry:
        entry.mention(f"read:{pk}", *others)
        entry.note(export="e1", sha256="abc")
    with act(ada, Event.EVIDENCE_EXPORT, f"alert:{alert.pk}") as entry:
        entry.note(package=77_000, number="2026-00412")
        entry.mention(f"alert:{alert.pk}", f"read:{pk}")
    record(ada, Event.EVIDENCE_SIGN, "package:77000", sha256="def")
    with act(ada, Event.DEMS_EXPORT, f"alert:{alert.pk}") as entry:
        entry.note(number="2026-00412", item="DEMS-9")

    chain = chain_of([key])
    assert chain.gaps == []
    assert steps(chain.events) == [
        *("Captured", "Sealed", "Received", "Matched", "Viewed", "Viewed", "Shared"),
        *("Viewed", "Exported", "Exported", "Exported", "Exported"),
    ] or steps(chain.events)[2:4] == ["Matched", "Received"]
    captured = chain.events[0]
    assert "its signature is the reader's own" in captured.what
    assert "clock error at most 0.04 s" in captured.what
    assert (captured.outcome, captured.entry) == ("done", None)
    for event in chain.events[2:]:
        assert event.entry is not None
        row = AuditEntry.objects.get(sequence=event.entry)
        assert event.hash == leaf_hash(read_line(row.line()).covered).hex()
        assert event.reads == {pk}
    assert [event.what for event in chain.events[4:]] == [
        "The plate's picture was viewed.",
        "The vehicle's picture was viewed.",
        f"Alert {alert.pk} was shared with frank for 2 days.",
        "Both pictures were viewed among the results of search 7.",
        "Its data was exported among the results of search 7, without images. Export e1, SHA-256 abc.",
        "Evidence package 77000 made for 2026-00412: it holds the read and its original photographs.",
        "Evidence package signed: package 77000. SHA-256 def.",
        f"Alert {alert.pk} was exported to DEMS for 2026-00412, item DEMS-9.",
    ]
    assert chain.events[4].who == "Ada Archuleta (ada)"
    assert chain.events[4].source == "127.0.0.1"


def test_two_reads_of_an_alert_each_have_their_own(roadside: Roadside) -> None:
    first, again = roadside.photo("CST100"), roadside.photo("CST100")
    roadside.send(first)
    roadside.send(again)
    assert Sighting.objects.get().read == again.read.id
    record(acting("ada"), Event.IMAGE_VIEW, f"read:{again.read.id}", image="plate")
    events = chain_of([key_of(first), key_of(again)]).events
    of_both = [
        (event.step, event.reads)
        for event in events
        if event.step in (CustodyStep.MATCHED, CustodyStep.VIEWED)
    ]
    assert of_both.count((CustodyStep.MATCHED, frozenset({again.read.id}))) == 1
    assert of_both.count((CustodyStep.MATCHED, frozenset({first.read.id}))) == 1
    assert of_both[-1] == (CustodyStep.VIEWED, frozenset({again.read.id}))
    assert len({event.entry for event in events if event.step is CustodyStep.RECEIVED}) == 2


def test_an_attempt_that_was_refused_is_part_of_it(roadside: Roadside) -> None:
    photo = roadside.photo("CST200", captured_at=clock.now() - timedelta(hours=13))
    roadside.send(photo)
    key = key_of(photo)
    assert signed_in(person("ada")).get(f"/reads/{key.day}/{key.id}/plate.jpg").status_code == 404
    assert [event.outcome for event in chain_of([key]).events if event.step is CustodyStep.VIEWED] == [
        "refused"
    ]


@pytest.mark.both_databases
def test_what_is_missing_or_altered_is_a_gap(roadside: Roadside) -> None:
    gone = ReadKey(clock.now().date(), UUID(int=7))
    record(acting("ada"), Event.IMAGE_VIEW, f"read:{gone.id}", image="plate")
    record(acting("ada"), Event.IMAGE_VIEW, "search:9", mentions=[f"read:{gone.id}"])
    chain = chain_of([gone])
    assert [event.outcome for event in chain.events] == ["done", "done"]
    assert len(chain.gaps) == 1
    assert "is not among the stored reads" in chain.gaps[0]
    with connection.cursor() as cursor:  # with the rights of the database's owner
        if connection.vendor == "sqlite":
            for name in ("audit_entry_no_update", "audit_mention_no_delete"):
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_mention DISABLE TRIGGER USER")
        first, second = chain.events[0].entry, chain.events[1].entry
        cursor.execute("UPDATE audit_entry SET sealed = %s WHERE sequence = %s", [b"x", first])
        cursor.execute(
            "INSERT INTO audit_mention (entry, thing) VALUES (%s, %s)", [second, b"another thing.."]
        )
    altered = chain_of([gone])
    assert [event.outcome for event in altered.events] == ["altered", "done"]
    assert any(f"Entry {first:,} was altered" in gap for gap in altered.gaps)
    assert any(f"Entry {second:,}: what it is found by was altered" in gap for gap in altered.gaps)


@pytest.mark.clause("6.h.ii/destruction")
def test_it_goes_on_to_what_was_kept_and_to_what_was_destroyed(roadside: Roadside) -> None:
    with clock.set_to(datetime(2031, 5, 6, 12, tzinfo=UTC)):
        held, ended = roadside.photo("CST300"), roadside.photo("CST400")
        roadside.send(held, ended)
        day = key_of(held).day
        destruction.prepare(day, [held.read.id])
        destruction.switch(day, [held.read.id], at=clock.now(), why="6.h.ii: 30 days.")
        record(acting("ada"), Event.READ_SHRED, f"day:{day}", sha256="0f")
        kept, gone = chain_of([key_of(held)]), chain_of([key_of(ended)])
    assert kept.gaps == []
    assert "Resealed" in steps(kept.events)
    assert "Sealed again under generation 1" in next(
        e.what for e in kept.events if e.step is CustodyStep.RESEALED
    )
    assert steps(gone.events)[0] == "Destroyed"
    assert gone.events[0].what.endswith("with it all reads not kept: 6.h.ii: 30 days.")
    assert gone.events[-1].what == "Remains of destroyed reads removed: day 2031-05-06. SHA-256 0f."
    assert "is not among the stored reads" in gone.gaps[0]


def test_five_hundred_reads_ask_no_more_of_the_log_than_a_few_questions(
    roadside: Roadside, django_assert_max_num_queries: object
) -> None:
    keys = [ReadKey(clock.now().date(), uuid4()) for _ in range(500)]
    record(acting("ada"), Event.IMAGE_VIEW, "search:8", mentions=[f"read:{key.id}" for key in keys])
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        events = chain_of(keys).events
    assert [len(event.reads) for event in events] == [500]


@pytest.mark.parametrize("event", DESCRIPTIONS)
def test_every_step_is_a_sentence_even_if_its_entry_does_not_open(event: Event) -> None:
    step, words = describe(event.value, event.label, None)
    assert (step, words) == (DESCRIPTIONS[event][0], f"{event.label}.")


def test_a_package_of_several_alerts_is_named_by_its_case_not_by_the_first_alert() -> None:
    record(acting("ada"), Event.EVIDENCE_REQUEST, "alert:1", number="2026-00412", alerts=[1, 3])
    record(acting("ada"), Event.EVIDENCE_REQUEST, "alert:1", number="", alerts=[1])
    record(acting("ada"), Event.DEMS_DUE, "alert:1", became="due")
    requested, of_one, due = (
        describe(entry.event, "", entry.sealed_leaf) for entry in AuditEntry.objects.order_by("-pk")[:3][::-1]
    )
    assert requested == (CustodyStep.OTHER, "Evidence package requested for 2026-00412 · alerts 1, 3.")
    assert of_one == (CustodyStep.OTHER, "Evidence package requested for alert 1.")
    assert due == (CustodyStep.OTHER, "Alert 1 must be exported to DEMS.")
