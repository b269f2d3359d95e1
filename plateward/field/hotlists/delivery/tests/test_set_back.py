"""Who writes the database puts a line of a list back as it was, or ends one, with all that needs no key. It rings
neither at the hub nor on a reader, old or new."""

from collections.abc import Callable
from typing import Any

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.jobs.check import check_wanted
from plateward.field.fleet.lists import lists_of
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.delivery import altered, current
from plateward.field.hotlists.delivery.altered import LinesAltered
from plateward.field.hotlists.delivery.current import current_index, newest_index
from plateward.field.hotlists.delivery.testing import Held
from plateward.field.hotlists.line_sums import compare_lines
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.field.hotlists.recall.actions import recall_entry
from plateward.ground import clock
from plateward.testing.emptying import forget_what_was_compared, past_the_hub, write
from plateward.testing.hotlist import import_hotlist, load_hotlist
from plateward.testing.roadside import enroll_reader

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.9/records", "AU-9/found"),
]
GLORIA = Actor("person", "gloria", "Gloria")
OLD = "UPDATE hotlists_entry SET ended_id = NULL WHERE plate = 'OLD111'"
REVISIONS = "(SELECT MAX(id) FROM hotlists_revision WHERE cause = 'recall')"


def recall(plate: str) -> None:
    recall_entry(GLORIA, Entry.objects.in_force().get(plate=plate), "Recovered in Taos.")


@pytest.fixture
def lists() -> HotList:
    """Two lists; OLD111 was recalled from the first, BLU111 was a red car."""
    load_hotlist("AAA111", "OLD111", "TMP111", "BLU111")
    load_hotlist("XYZ111", name="County list", source="County")
    import_hotlist("AAA111", "OLD111", "TMP111", "BLU111,NM,stolen_vehicle,low,")
    recall("OLD111")
    return HotList.objects.get(name="State hot file")


def put_back() -> None:
    write(OLD)


def undo_the_recall() -> None:
    write(f"UPDATE hotlists_revision SET at = NULL WHERE id = {REVISIONS}")


def put_back_and_hide_the_recall() -> None:
    write(OLD)
    write(f"DELETE FROM hotlists_revision WHERE id = {REVISIONS}")


def put_back_beside_a_new_revision() -> None:
    write(OLD)
    first = Revision.objects.exclude(lines=None).earliest("pk")
    Revision.objects.create(
        hotlist=first.hotlist, cause="load", by=first.by, at=clock.now(), lines=first.lines
    )


def instead_of_another() -> None:
    write(OLD)
    write("DELETE FROM hotlists_entry WHERE plate = 'TMP111'")


def as_it_was_described() -> None:
    live, former = Entry.objects.filter(plate="BLU111").order_by("-began__pk")
    Entry.objects.filter(pk=live.pk).update(ended=live.began)
    Entry.objects.filter(pk=former.pk).update(ended=None)


ATTACKS: list[Callable[[], None]] = [
    put_back,
    undo_the_recall,
    put_back_and_hide_the_recall,
    put_back_beside_a_new_revision,
    instead_of_another,
    as_it_was_described,
]
TABLES = ("hotlists_entry", "hotlists_revision")


def another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "_loaded", None)
    monkeypatch.setattr(altered, "_wrong", {})
    forget_what_was_compared()


def rings(plate: str) -> bool:
    _, index = current_index()
    return bool(index.match(plate, None, clock.now()))


@pytest.fixture
def asked() -> Any:
    """The checks that were asked to look soon."""
    keys: list[str] = []

    def note(check: str, **_: Any) -> None:
        keys.append(check)

    check_wanted.connect(note)
    yield keys
    check_wanted.disconnect(note)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_line_that_is_put_back_past_the_hub_rings_nowhere_and_its_list_is_named(
    attack: Callable[[], None], lists: HotList, held: Held, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held.poll()
    assert (held.has("AAA111", "OLD111"), rings("AAA111"), rings("OLD111")) == ([True, False], True, False)
    with past_the_hub(*TABLES):
        attack()
    for plates in (["XYZ111", "XYZ222"], ["XYZ222"]):
        held.poll()
        assert held.has("AAA111", "OLD111") == [True, False], "what a reader has goes on"
        assert [rings(plate) for plate in ("AAA111", "OLD111")] == [True, False]
        import_hotlist(*plates, name="County list", source="County")
    another_process(monkeypatch)
    assert [rings(plate) for plate in ("AAA111", "OLD111", "XYZ222")] == [False, False, True]
    assert set(asked) == {"hotlists.lines"}
    other = Held(enroll_reader("other"))
    other.poll()
    assert other.has("AAA111", "OLD111", "XYZ222") == [False, False, True]
    assert {fault.object for fault in compare_lines(lists.pk)[1]} == {"hot list State hot file"}


def test_a_reader_that_lacks_a_recall_is_not_up_to_date_though_its_revision_is_hidden(
    lists: HotList, held: Held
) -> None:
    held.poll()
    assert rings("TMP111")
    recall("TMP111")
    with past_the_hub(*TABLES):
        undo_the_recall()
    assert (held.poll().status_code, held.poll().status_code) == (304, 304)
    reader = Reader.objects.get()
    assert lists_of([reader])[reader.pk].behind is not None
    with pytest.raises(LinesAltered):
        newest_index()


def test_a_stolen_plate_that_is_ended_past_the_hub_goes_on_ringing_where_it_is_known(
    lists: HotList, held: Held
) -> None:
    held.poll()
    assert rings("AAA111")
    recall("TMP111")
    with past_the_hub(*TABLES):
        write(f"UPDATE hotlists_entry SET ended_id = {REVISIONS} WHERE plate = 'AAA111' AND ended_id IS NULL")
    assert held.poll().status_code == 304
    assert held.has("AAA111", "XYZ111") == [True, True]
    assert rings("AAA111")


def test_a_list_that_is_put_right_is_handed_out_again(
    lists: HotList, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    with past_the_hub(*TABLES):
        put_back()
    held.poll(), held.poll()
    assert held.has("AAA111", "XYZ111") == [False, True]
    with past_the_hub(*TABLES):
        write(f"UPDATE hotlists_entry SET ended_id = {REVISIONS} WHERE plate = 'OLD111' AND ended_id IS NULL")
    held.poll()
    assert held.has("AAA111") == [False]
    monkeypatch.setattr(altered, "AGAIN_S", -1.0)
    held.poll()
    assert (held.got, held.has("AAA111", "OLD111")) == ("delta", [True, False])
