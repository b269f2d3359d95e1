"""What a reader gets: its audience's lists, full or as a delta, and never anybody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings

from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.fleet import actions as fleet
from plateward.field.fleet.checks.rules import SHIFT
from plateward.field.fleet.contact import NOTED_EVERY
from plateward.field.fleet.lists import Behind, lists_of
from plateward.field.fleet.models import Reader
from plateward.field.fleet.testing import recorded_check
from plateward.field.hotlists.delivery import building, bundles, current
from plateward.field.hotlists.delivery import lists as lists_module
from plateward.field.hotlists.delivery.lists import ListSet, current_lists
from plateward.field.hotlists.delivery.testing import Held
from plateward.field.hotlists.line_sums import count_in
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.ground import clock
from plateward.ground.wire.check import CHECK_HEADER, ShiftCheck, from_header
from plateward.ground.wire.hotlist import WireHotList as HotListOnWire
from plateward.ground.wire.hotlist import decode_delta, decode_hotlist, open_delta, open_hotlist
from plateward.ground.wire.request import DELTA_HEADER
from plateward.people.models import District, Unit
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import GLORIA, load_hotlist
from plateward.testing.roadside import enroll_reader

pytestmark = pytest.mark.django_db


def end(plate: str) -> Revision:
    """Remove an entry in one revision."""
    entry = Entry.objects.get(plate=plate, ended=None)
    revision = Revision.objects.create(hotlist=entry.hotlist, cause="removal", by="Carla", at=clock.now())
    Entry.objects.filter(pk=entry.pk).update(ended=revision)
    count_in(revision)
    return revision


@pytest.mark.clause("6.b.i.9/entries")
def test_first_the_whole_list_then_what_changed_and_nothing_where_nothing_did(held: Held) -> None:
    load_hotlist("ABC123", "XYZ789")
    assert (held.poll().status_code, held.got) == (200, "whole")
    assert held.has("ABC123", "XYZ789", "GHY851") == [True, True, False]
    assert (held.poll().status_code, held.got) == (304, "nothing")
    load_hotlist("ABC123", "GHY851")
    assert (held.poll().status_code, held.got) == (200, "delta")
    assert held.has("ABC123", "XYZ789", "GHY851") == [True, False, True]
    delivered = Audit.objects.filter(event="hotlist.deliver").order_by("sequence")
    leaves = [entry.leaf for entry in delivered]
    assert [leaf and leaf.details["delta"] for leaf in leaves] == [False, True]


@pytest.mark.both_databases
def test_many_changes_make_one_delta_and_what_came_and_went_is_in_none(held: Held) -> None:
    load_hotlist("ABC123")
    held.poll()
    for rows in (["ABC123", "TMP001"], ["ABC123"], ["ABC123", "GHY851"], ["GHY851"]):
        load_hotlist(*rows)
    answer = held.poll()
    assert held.got == "delta"
    assert b"TMP001" not in answer.content
    assert held.has("ABC123", "TMP001", "GHY851") == [False, False, True]


@pytest.mark.clause("6.c.ii/lists")
def test_a_reader_gets_the_lists_of_its_unit_and_of_who_sits_in_the_vehicle() -> None:
    twelve, fourteen = (Unit.objects.create(name=name) for name in ("Unit 12", "Unit 14"))
    plates = {"All": "AAA111", "Twelve": "BBB222", "Dispatch": "CCC333", "Covert": "DDD444"}
    for name, plate in plates.items():
        load_hotlist(plate, name=name)
    HotList.objects.get(name="Twelve").units.set([twelve])
    HotList.objects.filter(name="Dispatch").update(roles=[Role.COMMUNICATIONS])
    HotList.objects.filter(name="Covert").update(covert=True)
    for unit, expected in {twelve: [1, 1, 0, 0], fourteen: [1, 0, 0, 0], None: [1, 0, 0, 0]}.items():
        car = Held(enroll_reader(f"reader-{unit}", unit=unit))
        answer = car.poll()
        assert car.has(*plates.values()) == [bool(it) for it in expected]
        assert b"DDD444" not in answer.content
        assert b"Covert" not in answer.content


@pytest.mark.clause("6.c.ii/lists")
def test_a_change_of_a_list_that_a_reader_does_not_get_is_none_for_it(held: Held) -> None:
    load_hotlist("ABC123")
    load_hotlist("DDD444", name="Covert")
    HotList.objects.filter(name="Covert").update(covert=True)
    held.poll()
    load_hotlist("DDD444", "EEE555", name="Covert")
    assert held.poll().status_code == 304


@pytest.mark.clause("6.c.ii/lists")
def test_a_reader_given_to_another_unit_loses_its_lists_and_gets_the_others() -> None:
    five = District.objects.create(name="District 5")  # of both: to another, command staff send it (6.e.v)
    twelve, fourteen = (Unit.objects.create(name=name, district=five) for name in ("Unit 12", "Unit 14"))
    for name, plate, unit in (("Twelve", "BBB222", twelve), ("Fourteen", "CCC333", fourteen)):
        load_hotlist(plate, name=name)
        HotList.objects.get(name=name).units.set([unit])
    car = Held(enroll_reader(unit=twelve))
    car.poll()
    assert car.has("BBB222", "CCC333") == [True, False]
    fleet.assign_unit(GLORIA, Reader.objects.get(), fourteen)
    car.poll()
    assert (car.got, car.has("BBB222", "CCC333")) == ("delta", [False, True])
    fleet.assign_unit(GLORIA, Reader.objects.get(), twelve)
    end("BBB222")
    car.poll()
    assert car.has("BBB222", "CCC333") == [False, False]


@pytest.mark.clause("6.e.iv.1/missing")
def test_with_each_answer_the_reader_hears_how_its_start_of_shift_check_stands() -> None:
    ada = person("ada")
    held = Held(enroll_reader(unit=ada.unit))
    reader = Reader.objects.get()
    load_hotlist("ABC123")
    assert from_header(held.poll().headers[CHECK_HEADER]) == ShiftCheck("not_done")
    made = recorded_check(ada, reader).at
    check = from_header(held.poll().headers[CHECK_HEADER])
    assert held.got == "nothing"
    assert check == ShiftCheck("passed", made, made + SHIFT)
    recorded_check(ada, reader, time="An hour late.")
    assert from_header(held.poll().headers[CHECK_HEADER]) == ShiftCheck("failed", failed="time")
    with clock.set_to(clock.now() + SHIFT):
        assert from_header(held.poll().headers[CHECK_HEADER]) == ShiftCheck("not_done")


def test_a_retired_list_leaves_the_readers(held: Held) -> None:
    load_hotlist("ABC123")
    load_hotlist("XYZ789", name="Other")
    held.poll()
    HotList.objects.filter(name="Other").update(retired_at=clock.now())
    held.poll()
    assert (held.got, held.has("ABC123", "XYZ789")) == ("delta", [True, False])


def test_a_change_of_a_lists_settings_reaches_the_reader_without_its_entries(held: Held) -> None:
    load_hotlist("ABC123")
    held.poll()
    HotList.objects.update(sound="urgent", refreshed_at=clock.now() + timedelta(minutes=1))
    answer = held.poll()
    assert held.got == "delta"
    assert b"ABC123" not in answer.content
    assert held.index is not None
    assert held.index.match("ABC123", None, clock.now())[0].head.sound == "urgent"


@pytest.mark.both_databases
def test_a_change_that_was_committed_late_is_not_missed(held: Held) -> None:
    load_hotlist("ABC123", "XYZ789")
    early = clock.now()
    load_hotlist("GHY851", name="Other")
    held.poll()
    Revision.objects.filter(pk=end("XYZ789").pk).update(at=early)  # before the reader's version
    held.poll()
    assert (held.got, held.has("ABC123", "XYZ789", "GHY851")) == ("whole", [True, False, True])
    load_hotlist("GHY851", "MRD583", name="Other")
    held.poll()
    assert (held.got, held.has("MRD583")) == ("delta", [True])


@pytest.mark.both_databases
def test_a_load_that_is_still_being_prepared_changes_nothing(held: Held) -> None:
    load_hotlist("ABC123")
    held.poll()
    entry = Entry.objects.get()
    revision = Revision.objects.create(hotlist=entry.hotlist, cause="load", by="Gloria")
    Entry.objects.update(ended=revision)
    assert held.poll().status_code == 304
    other = Held(enroll_reader("other"))
    other.poll()
    assert other.has("ABC123") == [True]
    Revision.objects.filter(pk=revision.pk).update(at=clock.now())
    count_in(revision)
    held.poll()
    assert (held.got, held.has("ABC123")) == ("delta", [False])


@pytest.mark.parametrize(
    ("version", "lists"),
    [
        ("7", []),
        ("none-0-000000-" + "0" * 16, []),
        ("20260302T190000.000005Z-57-a1b2c3-0123456789abcdef", [1]),
        ("x" * 5000, [1]),
    ],
)
def test_who_holds_nothing_of_ours_gets_the_whole(held: Held, version: str, lists: list[int]) -> None:
    load_hotlist("ABC123")
    answer = held.reader.ask(version, lists)
    assert answer.status_code == 200
    hub = settings.RING.signing("hotlist").public_key()
    if answer.headers.get(DELTA_HEADER):  # from an empty list, everything is a delta
        assert len(open_delta(hub, decode_delta(answer.content)).added) == 1
    else:
        assert len(open_hotlist(hub, decode_hotlist(answer.content)).entries) == 1


def test_lists_that_are_no_numbers_are_none(held: Held) -> None:
    load_hotlist("ABC123")
    held.poll()
    assert held.index is not None
    answer = held.reader.ask(held.index.version + "x", ["¹", "-1", "9" * 40])  # type: ignore[list-item]
    assert answer.status_code == 200


def test_while_the_list_is_made_for_one_the_others_are_not_held_up(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_hotlist("ABC123")
    monkeypatch.setattr(bundles, "WAIT", 0.01)
    with bundles._full_bundles._making:
        assert held.poll().status_code == 202
    assert held.poll().status_code == 200


def test_what_is_made_for_one_is_made_for_all(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    load_hotlist("ABC123")
    made: list[ListSet] = []

    def whole(lists: ListSet) -> HotListOnWire:
        made.append(lists)
        return building.build_full(lists)

    monkeypatch.setattr(bundles, "build_full", whole)
    for number in range(5):
        Held(enroll_reader(f"reader-{number}")).poll()
    assert len(made) == 1


def test_the_fleet_page_shows_who_is_behind_since_when_and_by_how_much(held: Held) -> None:
    load_hotlist("ABC123")
    reader = Reader.objects.get()
    assert lists_of([reader])[reader.pk].behind == Behind(None, None)
    held.poll()
    held.poll()
    reader.refresh_from_db()
    assert lists_of([reader])[reader.pk].behind is None
    assert held.index is not None
    assert reader.hotlist_version == held.index.version
    page = signed_in(person("gloria")).get("/fleet/").content.decode()
    assert "Up to date" in page
    first = load_hotlist("ABC123", "XYZ789")
    load_hotlist("ABC123")
    assert first.revision
    assert lists_of([reader])[reader.pk].behind == Behind(2, first.revision.at)
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        page = signed_in(person("frank")).get("/fleet/").content.decode()
    assert "Behind by 2 changes" in page
    assert "5 minutes" in page
    held.poll(), held.poll()
    reader.refresh_from_db()
    assert lists_of([reader])[reader.pk].behind is None


def test_a_reader_that_says_nothing_new_is_written_down_now_and_then(held: Held) -> None:
    load_hotlist("ABC123")
    held.poll(), held.poll()
    seen = Reader.objects.get().last_seen_at
    held.poll()
    assert Reader.objects.get().last_seen_at == seen
    with clock.set_to(clock.now() + NOTED_EVERY):
        held.poll()
    assert Reader.objects.get().last_seen_at != seen


@pytest.mark.clause("6.c.ii/lists", "6.b.i.9/entries")
def test_the_unit_of_a_reader_is_changed_on_the_page_and_on_the_log(
    held: Held, recorded: Callable[[str], Leaf]
) -> None:
    five = District.objects.create(name="District 5")
    twelve, fourteen = (Unit.objects.create(name=name, district=five) for name in ("Unit 12", "Unit 14"))
    Reader.objects.update(unit=twelve)
    reader = Reader.objects.get()
    browser = signed_in(person("frank", unit=twelve))
    browser.post(f"/fleet/{reader.pk}/unit", {"unit": fourteen.pk})
    assert Reader.objects.get().unit == fourteen
    leaf = recorded("reader.update")
    assert leaf.details == {"unit": "Unit 14", "unit_before": "Unit 12"}
    browser.post(f"/fleet/{reader.pk}/unit", {"unit": ""})
    assert Reader.objects.get().unit is None


def test_the_hub_itself_is_brought_forward_by_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    load_hotlist("ABC123", name="Covert")
    HotList.objects.update(covert=True)
    version, index = current.current_index()
    assert index.match("ABC123", None, clock.now())

    def never(*_: object) -> None:
        raise AssertionError("the whole list was read again")

    monkeypatch.setattr(current, "build_full", never)
    load_hotlist("XYZ789", name="Other")
    later, index = current.current_index()
    assert later != version
    assert index.match("ABC123", None, clock.now())
    assert index.match("XYZ789", None, clock.now())
    assert str(current_lists().version) == later


@pytest.mark.both_databases
def test_hundreds_of_readers_ask_the_database_a_few_times_a_second(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists_module, "RECENT_S", 60.0)
    monkeypatch.setattr(lists_module, "_recent", (-60.0, ListSet(())))
    load_hotlist("ABC123")
    looks: list[None] = []

    def counted() -> ListSet:
        looks.append(None)
        return current_lists()

    monkeypatch.setattr(lists_module, "current_lists", counted)
    held.poll()
    for _ in range(20):
        assert held.poll().status_code == 304
    assert len(looks) == 1
