"""Loading a list: previewed first, applied once, never emptied by mistake."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from plateward.field.hotlists.delivery import lists
from plateward.field.hotlists.imports import apply as applying
from plateward.field.hotlists.imports import store
from plateward.field.hotlists.imports.apply import apply_load, discard_load
from plateward.field.hotlists.imports.claims import Beat, LoadTaken
from plateward.field.hotlists.imports.models import Part
from plateward.field.hotlists.imports.preview import preview_of
from plateward.field.hotlists.imports.receive import receive_file
from plateward.field.hotlists.imports.rows import ImportRow, NotAList
from plateward.field.hotlists.imports.tests.made import HEAD, NCIC_HEAD, applied, live, looked, vehicle
from plateward.field.hotlists.models import Entry, HotList, Load, Revision
from plateward.field.hotlists.signals import entries_changed, entries_ended
from plateward.ground import clock
from plateward.testing.hotlist import GLORIA, import_hotlist

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.clause("5.h/import")
def test_looking_at_a_file_changes_nothing_and_applying_it_once_does() -> None:
    import_hotlist("AAA111", "BBB222", name="Hot file")
    before = lists.current_lists().version
    load = looked(HEAD + "BBB222,NM,stolen_vehicle,high,\nCCC333,NM,stolen_plate,low,\n")
    assert (live(), lists.current_lists().version) == ({"AAA111", "BBB222"}, before)
    assert (load.added, load.changed, load.removed, load.before, load.rows) == (1, 0, 1, 2, 2)
    assert preview_of(load).removed == [("AAA111", "NM")]
    done = apply_load(GLORIA, load)
    assert live() == {"BBB222", "CCC333"}
    assert (done.added, done.changed, done.removed) == (1, 0, 1)
    assert lists.current_lists().version != before
    assert not Part.objects.exists()
    with pytest.raises(LoadTaken, match="no longer waiting for a decision: applied"):
        apply_load(GLORIA, load)


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes")
def test_what_lies_between_look_and_apply_is_sealed() -> None:
    load = looked(HEAD + "QWX918,NM,stolen_vehicle,high,\n")
    parts = [bytes(part) for part in Part.objects.values_list("content", flat=True)]
    assert parts
    assert not any(b"QWX918" in part for part in parts)
    assert [row.plate for row in store.read_items(load, Part.Kind.ADDED, ImportRow)] == ["QWX918"]


@pytest.mark.both_databases
def test_every_version_of_an_entry_is_kept() -> None:
    import_hotlist("AAA111,NM,stolen_vehicle,high,")
    import_hotlist("AAA111,NM,stolen_plate,high,")
    old, new = Entry.objects.order_by("began_id")
    assert (old.reason, old.ended == new.began, new.ended) == ("stolen_vehicle", True, None)


def test_every_column_of_an_entry_counts_as_a_change() -> None:
    applied(NCIC_HEAD + vehicle(1), format="ncic")
    load = looked(NCIC_HEAD + vehicle(1, color="RED"), format="ncic")
    assert (load.added, load.changed, load.removed) == (0, 1, 0)


def test_the_key_of_an_entry_is_its_plate_its_state_and_its_record() -> None:
    two = NCIC_HEAD + vehicle(1, plate="SAME1") + vehicle(2, plate="SAME1") + vehicle(2, plate="SAME1")
    load = applied(two, format="ncic")
    assert (load.added, load.rejected) == (2, 1)
    assert Entry.objects.in_force().count() == 2


@pytest.mark.parametrize("bad", ["AAA111,ZZ,stolen_vehicle,high,\n", ""])
def test_a_file_without_one_good_line_empties_no_list(bad: str) -> None:
    import_hotlist("AAA111", name="Hot file")
    with pytest.raises(NotAList, match="No line"):
        looked(HEAD + bad)
    assert live() == {"AAA111"}
    assert Load.objects.latest("pk").state == "failed"


@pytest.mark.both_databases
def test_a_list_keeps_its_source() -> None:
    import_hotlist("AAA111")
    with pytest.raises(NotAList, match="is from NCIC, not Texas"):
        import_hotlist("BBB222", source="Texas")


@pytest.mark.both_databases
def test_the_age_of_the_list_is_that_of_its_last_change() -> None:
    load = import_hotlist("AAA111")
    assert lists.current_lists().heads[0].refreshed_at == load.applied_at


@pytest.mark.both_databases
@pytest.mark.clause("5.h/import")
def test_a_load_refreshes_its_list_and_a_list_of_ncic_is_of_its_kind() -> None:
    load = import_hotlist("AAA111")
    load.hotlist.refresh_from_db()
    assert (load.hotlist.refreshed_at, load.hotlist.kind) == (load.applied_at, "ncic")


@pytest.mark.both_databases
def test_an_entry_lost_to_a_load_is_told_to_the_rooms_above() -> None:
    import_hotlist("AAA111", "BBB222", "CCC333,NM,stolen_plate,low,")
    gone = Entry.objects.get(plate="AAA111").pk
    ended: list[object] = []
    changed: list[Revision] = []

    def heard(sender: object, entries: list[object], cause: str, **more: object) -> None:
        assert connection.in_atomic_block
        assert cause == "load"
        ended.extend(entries)

    def moved(sender: object, revision: Revision, **more: object) -> None:
        changed.append(revision)

    entries_ended.connect(heard)
    entries_changed.connect(moved)
    try:
        load = import_hotlist("BBB222", "CCC333,NM,stolen_vehicle,low,")
    finally:
        entries_ended.disconnect(heard)
        entries_changed.disconnect(moved)
    assert ended == [gone]
    assert changed == [load.revision]


@pytest.mark.both_databases
def test_a_load_is_discarded_and_the_list_stays() -> None:
    import_hotlist("AAA111", name="Hot file")
    load = looked(HEAD + "BBB222,NM,stolen_vehicle,high,\n")
    discard_load(GLORIA, load)
    assert live() == {"AAA111"}
    assert not Part.objects.exists()
    with pytest.raises(LoadTaken):
        apply_load(GLORIA, load)


@pytest.mark.both_databases
def test_a_list_that_changes_while_it_is_prepared_is_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import_hotlist("AAA111", "BBB222", name="Hot file")
    load = looked(HEAD + "BBB222,NM,stolen_vehicle,high,\nCCC333,NM,stolen_plate,low,\n")
    prepare, tries = applying._prepare, list[str]()

    def beside(load_: Load, revision: Revision, beat: Beat) -> list[UUID]:
        if not tries:
            tries.append("moved")
            now = clock.now()
            other = Revision.objects.create(hotlist=load.hotlist, cause="recall", by="x", at=now)
            Entry.objects.filter(plate="AAA111").update(ended=other)
        return prepare(load_, revision, beat)

    monkeypatch.setattr(applying, "_prepare", beside)
    done = apply_load(GLORIA, load)
    assert (done.added, done.removed) == (1, 0)
    assert live() == {"BBB222", "CCC333"}
    assert not Revision.objects.filter(at=None).exists()


def test_a_list_that_changed_since_the_look_is_compared_again_and_held_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [f"AB{n:05d},NM,stolen_vehicle,high,\n" for n in range(200)]
    applied(HEAD + "".join(rows))
    load = looked(HEAD + "".join(rows[:150]))
    assert load.state == "looked"
    monkeypatch.setattr(applying, "_discard_older", lambda _: None)  # as if both were applied at once
    applied(HEAD + "".join(rows + [row.replace("AB", "CD") for row in rows[:150]]))
    with pytest.raises(NotAList, match="changed after the file was checked"):
        apply_load(GLORIA, load)
    assert len(live()) == 350


@pytest.mark.both_databases
def test_an_error_in_the_middle_takes_everything_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import_hotlist("AAA111", "BBB222,NM,stolen_plate,low,", name="Hot file")
    load = looked(HEAD + "BBB222,NM,stolen_vehicle,high,\nCCC333,NM,stolen_plate,low,\n")
    monkeypatch.setattr(applying, "_put_in_force", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        apply_load(GLORIA, load)
    assert live() == {"AAA111", "BBB222"}
    assert Entry.objects.count() == 2
    assert not Revision.objects.filter(at=None).exists()
    load.refresh_from_db()
    assert (load.state, "the system failed" in load.error.lower()) == ("failed", True)


@pytest.mark.both_databases
def test_two_files_are_not_applied_to_one_list_at_once() -> None:
    first, second = (
        looked(HEAD + "AAA111,NM,stolen_plate,low,\n"),
        looked(HEAD + "BBB222,NM,stolen_plate,low,\n"),
    )
    Load.objects.filter(pk=first.pk).update(state="applying", leased_until=clock.now() + timedelta(minutes=1))
    with pytest.raises(LoadTaken, match="Another file is being applied to Hot file"):
        apply_load(GLORIA, second)
    assert not live()


@pytest.mark.both_databases
def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    with pytest.raises(NotAList, match="larger than 400 MiB"):
        receive_file(GLORIA, "Hot file", "NCIC", "huge.txt", never(), size=10 * 1024**3)
    assert not HotList.objects.exists()
