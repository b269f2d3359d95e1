"""A new entry is also matched with stored reads; hits ring for nobody and are kept."""

import secrets
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from plateward.core.audit.actor import Actor
from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.field.hotlists.signals import entries_changed
from plateward.field.reads.losses import loss_text
from plateward.field.reads.models import LossAcknowledgment
from plateward.field.reads.signals import StoredBatch
from plateward.field.reads.store import ReadKey, ReadStore, StoredRead, configured_store
from plateward.field.reads.store.away import DayLost
from plateward.ground import clock
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.wire.read import ReadCharacter
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.testing.waiting import WITHIN
from plateward.work.alerts.arrival.actions import match
from plateward.work.alerts.earlier_reads import actions as looking_back
from plateward.work.alerts.earlier_reads.models import EarlierReadsJob
from plateward.work.alerts.models import Alert, Change, Sighting
from plateward.work.alerts.queue import live_queue
from plateward.work.alerts.queue.summary import summary
from plateward.work.alerts.testing import held_reads

pytestmark = pytest.mark.django_db
AGO = timedelta(days=2)
# The SQLCipher store is files that outlive a test's transaction: no other run's plates begin like this.
P = "".join(secrets.choice("ACDEFHJKLMNPRTUVWXY") for _ in range(6))


@pytest.fixture
def reader() -> Roadside:
    return enroll_reader()


def seen(reader: Roadside, plate: str, ago: timedelta = timedelta(hours=3), **more: Any) -> UUID:
    """The vehicle passed a while ago, and its read is stored."""
    photo = reader.photo(plate, **{"captured_at": clock.now() - ago} | more)
    reader.send(photo)
    return photo.read.id


def list_now(*rows: str, **more: str) -> Revision:
    """Put the rows in force and signal it, as a load does."""
    revision = load_hotlist(*rows, **more).revision
    assert revision
    EarlierReadsJob.objects.filter(revision=revision).delete()
    entries_changed.send(sender=Entry, hotlist=revision.hotlist, revision=revision)
    return revision


def look() -> None:
    while looking_back.do_next_job():
        pass


@pytest.mark.clause("5.a/compare", "5.b/which")
def test_a_new_entry_finds_the_reads_before_it_and_rings_nothing(reader: Roadside) -> None:
    late, early = seen(reader, f"{P}01"), seen(reader, f"{P}01", AGO)
    seen(reader, f"{P}09")
    list_now(f"{P}01")
    assert not Alert.objects.exists()  # nothing happens in the request that listed it
    look()
    alert = Alert.objects.get()
    assert (alert.read, alert.historical, alert.kind) == (late, True, "exact")
    assert Sighting.objects.get(alert=alert).read == early
    assert not Change.objects.filter(new=True).exists()
    changes = live_queue.changes_after(0)
    assert [change.kind for change in changes] == ["stage"]
    assert summary(alert)["historical"]
    done = Audit.objects.filter(event="alert.look_back").latest("sequence").leaf
    assert done
    assert done.details == {"done": True, "alerts": 1}


@pytest.mark.clause("6.b.i.2/hold", "6.h.ii/hits")
def test_what_was_found_is_held_when_its_day_goes(reader: Roadside) -> None:
    listed, other = seen(reader, f"{P}02", AGO), seen(reader, f"{P}03", AGO)
    day = (clock.now() - AGO).date()
    assert listed not in held_reads(day)
    list_now(f"{P}02")
    look()
    assert listed in held_reads(day)
    assert other not in held_reads(day)
    again = seen(reader, f"{P}02", AGO - timedelta(minutes=1))
    held = held_reads(day) | held_reads((clock.now() - AGO + timedelta(minutes=1)).date())
    assert again in held


@pytest.mark.clause("6.c.ii/lists")
def test_what_a_covert_list_finds_is_shown_to_the_named_alone(reader: Roadside) -> None:
    seen(reader, f"{P}04")
    list_now(f"{P}04", name="Narcotics")
    HotList.objects.update(covert=True)
    HotList.objects.get().people.set([person("ben")])
    look()
    outside, inside = signed_in(person("ada")), signed_in(person("ben"))
    for page in ("/alerts/", "/alerts/historical"):
        assert b"Narcotics" not in outside.get(page).content
        assert b"Stolen vehicle (NCIC)" not in outside.get(page).content
        assert b"Stolen vehicle (NCIC)" in inside.get(page).content


def test_historical_alerts_stand_apart_on_the_queue(reader: Roadside) -> None:
    seen(reader, f"{P}05")
    list_now(f"{P}05")
    look()
    browser = signed_in(person("ada"))
    response = browser.get("/alerts/")
    assert ([len(response.context[name]) for name in ("alerts", "historical")]) == [0, 1]
    assert response.context["last_event_id"] == Change.objects.latest("pk").pk  # nothing that would ring
    assert "Earlier reads" in response.content.decode()
    page = browser.get(f"/alerts/{Alert.objects.get().pk}/").content.decode()
    assert "before this alert was made" in page
    assert "An earlier read was matched" in page


def test_look_alikes_are_found(reader: Roadside) -> None:
    seen(reader, f"{P}S6")  # for the five
    list_now(f"{P}56")
    look()
    assert Alert.objects.get().kind == "folded"


def test_the_readers_second_choices_are_found(reader: Roadside) -> None:
    choices = tuple(ReadCharacter(char, 0.6, (("7", 0.4),) if char == "1" else ()) for char in f"{P}18")
    seen(reader, f"{P}18", characters=choices)
    list_now(f"{P}78")
    look()
    assert Alert.objects.get().kind == "alternative"


@pytest.mark.clause("5.b/which")
def test_the_vehicle_rings_when_it_passes_again_right_after(reader: Roadside) -> None:
    seen(reader, f"{P}19", timedelta(minutes=3))
    list_now(f"{P}19")
    look()
    seen(reader, f"{P}19", timedelta(0))
    live = Alert.objects.get(historical=False)
    assert summary(live)["rings"]
    assert Change.objects.filter(alert=live, new=True).exists()


def test_only_what_is_new_is_looked_for(reader: Roadside) -> None:
    seen(reader, f"{P}07")
    seen(reader, f"{P}10")
    list_now(f"{P}07,NM,stolen_vehicle,high")
    look()
    assert Alert.objects.count() == 1
    first = Alert.objects.get()
    list_now(f"{P}07,NM,stolen_vehicle,low", f"{P}10")  # one line changes, one is new
    look()
    assert Alert.objects.exclude(pk=first.pk).get().entry.plate == f"{P}10"


def test_an_entry_that_is_off_the_list_again_is_looked_for_no_more(reader: Roadside) -> None:
    seen(reader, f"{P}11")
    list_now(f"{P}11")
    load_hotlist(f"{P}12")
    look()
    assert not Alert.objects.exists()


def test_a_read_that_rang_already_is_found_no_second_time(reader: Roadside) -> None:
    revision = list_now(f"{P}13")
    seen(reader, f"{P}13", timedelta(0))
    seen(reader, f"{P}13", timedelta(0))
    assert (Alert.objects.count(), Sighting.objects.count()) == (1, 1)
    look()
    assert (Alert.objects.count(), Sighting.objects.count()) == (1, 1)
    assert EarlierReadsJob.objects.get(revision=revision).done_at


@pytest.mark.both_databases
def test_a_node_that_is_killed_leaves_a_job_that_goes_on_where_it_stopped(
    reader: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    days_ago = [seen(reader, f"{P}14", timedelta(days=ago)) for ago in (1, 2, 3)]
    list_now(f"{P}14")
    looked: list[date] = []
    of_plates = type(configured_store()).of_plates

    def killed(self: object, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        if f"{P}14" in plates:
            looked.append(day)
            if len(looked) == 2:
                raise SystemExit
        return of_plates(configured_store(), day, plates)

    monkeypatch.setattr(type(configured_store()), "of_plates", killed)
    with pytest.raises(SystemExit):
        looking_back.do_next_job()
    assert [alert.read for alert in Alert.objects.all()] == [days_ago[0]]
    assert not looking_back.do_next_job()  # another node holds it
    with clock.set_to(clock.now() + looking_back.LEASE + timedelta(seconds=1)):
        assert looking_back.do_next_job()
    assert len(looked) == 4  # the second day again, then the third; not the first
    assert (Alert.objects.count(), Sighting.objects.count()) == (1, 2)
    assert held_reads((clock.now() - timedelta(days=3)).date()) >= {days_ago[2]}


@pytest.mark.both_databases
def test_a_node_that_lost_its_lease_keeps_nothing_more(
    reader: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(reader, f"{P}15")
    list_now(f"{P}15")
    keep = looking_back._create_alerts

    def taken_over(*given: object) -> list[Alert]:
        EarlierReadsJob.objects.update(leased_by="another")
        return keep(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(looking_back, "_create_alerts", taken_over)
    assert looking_back.do_next_job()
    assert not Alert.objects.exists()
    assert EarlierReadsJob.objects.get().done_at is None


@pytest.mark.both_databases
def test_a_job_that_fails_is_given_back_at_once(reader: Roadside, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(reader, f"{P}16")
    list_now(f"{P}16")

    def broken(*_: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(looking_back, "matching_reads", broken)
        with pytest.raises(OSError, match="disk"):
            looking_back.do_next_job()
    look()
    assert Alert.objects.count() == 1


def test_a_day_whose_retention_ended_is_passed_over(
    reader: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = (clock.now() - AGO).date()
    seen(reader, f"{P}17", AGO)
    seen(reader, f"{P}17")
    plates = type(configured_store()).plates

    def destroyed(self: ReadStore, day: date) -> list[str]:
        if day == gone:
            raise DayDestroyed(f"{day} is gone.")
        return plates(self, day)

    monkeypatch.setattr(type(configured_store()), "plates", destroyed)
    list_now(f"{P}17")
    look()
    assert Alert.objects.count() == 1
    assert EarlierReadsJob.objects.get().done_at


def test_a_day_whose_loss_is_acknowledged_is_named_and_keeps_no_earlier_day_waiting(
    reader: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, store = (clock.now() - AGO).date(), configured_store()
    seen(reader, f"{P}30", AGO)
    seen(reader, f"{P}30", AGO + timedelta(days=1))
    plates = store.plates

    def lost(day: date) -> list[str]:
        if day == gone:
            raise DayLost(day)
        return plates(day)

    monkeypatch.setattr(store, "plates", lost)
    monkeypatch.setattr(store, "lost_days", lambda: {gone: DayLost(gone)})
    list_now(f"{P}30")
    with pytest.raises(DayLost):  # it may come back
        looking_back.do_next_job()
    LossAcknowledgment.objects.create(
        day=gone, text=loss_text(DayLost(gone)), reason="No backup.", by=person("hector")
    )
    look()
    assert Alert.objects.get().captured_at.date() == gone - timedelta(days=1)
    done = Audit.objects.filter(event="alert.look_back").latest("sequence").leaf
    assert done
    assert done.details == {"done": True, "alerts": 1, "lost": [gone.isoformat()]}


@pytest.mark.clause("5.b/which")
def test_what_looking_back_finds_before_it_is_matched_rings_when_it_comes(reader: Roadside) -> None:
    """A hub died between storing and matching a read; its reader sends it again."""
    id = seen(reader, f"{P}9", timedelta(minutes=1))
    list_now(f"{P}9")
    look()
    early = Alert.objects.get(read=id)
    assert (early.historical, early.rings) == (True, False)
    again = configured_store().get(ReadKey(early.captured_at.date(), id))
    assert again
    matched(reader, again)
    late = Alert.objects.get(read=id)
    assert (late.pk, late.historical, late.rings) == (early.pk, False, True)
    assert Audit.objects.filter(event="alert.arrive", object=f"alert:{late.pk}").count() == 1
    assert Change.objects.filter(alert=late, new=True).exists()
    matched(reader, again)
    assert Change.objects.filter(alert=late, new=True).count() == 1, "once"


@pytest.mark.both_databases
@pytest.mark.clause("5.a/compare", "5.b/which")
@pytest.mark.django_db(transaction=True)
def test_a_read_that_is_matched_just_now_is_not_found_a_second_time(reader: Roadside) -> None:
    """The read is stored, but its alert not yet committed, when the search of stored reads reaches it."""
    passed = clock.now() - timedelta(minutes=1)
    id = seen(reader, f"{P}23", captured_at=passed)
    stored = configured_store().get(ReadKey(passed.date(), id))
    assert stored
    list_now(f"{P}23")
    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        matched(reader, stored)
        looked = threads.submit(apart, look)
        with pytest.raises(TimeoutError):
            looked.result(0.5)  # it must wait, or both raise the alert
    looked.result(WITHIN)
    alert = Alert.objects.get()
    assert (alert.read, alert.historical, alert.sightings.count()) == (id, False, 0)


def matched(reader: Roadside, stored: StoredRead) -> None:
    actor, row = Actor("device", reader.name, reader.name), Reader.objects.get(name=reader.name)
    match([StoredBatch(actor, row, [stored], timedelta(0))])


def apart(work: Callable[[], None]) -> None:
    """Runs it in a thread and closes the thread's connection afterward."""
    try:
        work()
    finally:
        connection.close()
