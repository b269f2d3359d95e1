"""Who owns the database, and has no key, adds, alters, removes, swaps and sets back the lines of a list. What was added
or altered matches nothing, and each is named with its list."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from plateward.core.audit.actor import Actor
from plateward.field.hotlists.delivery.altered import LinesAltered, for_whom_has
from plateward.field.hotlists.delivery.building import build_full
from plateward.field.hotlists.delivery.lists import current_lists
from plateward.field.hotlists.line_sums import CHUNK, check_lines, compare_lines
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.field.hotlists.recall.actions import recall_entry
from plateward.ground import clock
from plateward.testing.hotlist import import_hotlist, load_hotlist

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.9/records", "6.b.i.3/integrity"),
]
FEWER, MORE, OTHERS = "1 fewer", "1 more", "others are in their place"


def faults() -> list[str]:
    return [f"{fault.object}: {fault.problem}" for step in check_lines("") for fault in step.faults]


def matching() -> set[str]:
    """The plates that a hub or a reader would match that begins now."""
    with suppress(LinesAltered):
        build_full(current_lists())
    return {entry.plate for entry in build_full(for_whom_has((), current_lists())).entries}


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def key(plate: str) -> Any:
    pk = Entry.objects.get(plate=plate).pk
    return pk if connection.features.has_native_uuid_field else pk.hex


@pytest.fixture
def two_lists() -> HotList:
    """Two lists, the first with a second file and a recall."""
    load_hotlist("ABC111", "ABC222", "ABC333", "ABC444")
    import_hotlist("ABC111", "ABC222,TX", "ABC333", "ABC555")
    recall_entry(Actor("person", "gloria", "Gloria"), Entry.objects.get(plate="ABC333"), "Recovered in Taos.")
    load_hotlist("XYZ111", name="County list", source="County")
    assert faults() == []
    return HotList.objects.get(name="State hot file")


def copied(listed: str, **changed: Any) -> None:
    """A line copied, digest and all, with another key."""
    columns = [str(field.column) for field in Entry._meta.concrete_fields]
    changed = {"id": uuid4() if connection.features.has_native_uuid_field else uuid4().hex, **changed}
    chosen = ", ".join("%s" if column in changed else column for column in columns)
    values = [changed[column] for column in columns if column in changed]
    sql(f"INSERT INTO hotlists_entry ({', '.join(columns)}) SELECT {chosen} FROM hotlists_entry WHERE id = %s",
        *values, key(listed))  # fmt: skip


def test_a_line_that_was_added_matches_nothing_and_is_named(two_lists: HotList) -> None:
    copied("ABC111", plate="VIC001", bare="VIC001")
    [fault] = faults()
    assert fault.startswith("hot list State hot file: Entry ")
    assert fault.endswith("was altered or added past the hub.")
    assert matching() == {"ABC111", "ABC222", "ABC555", "XYZ111"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("plate", "VIC001"), ("bare", "VIC001"), ("state", "AZ"), ("reason", "wanted"), ("priority", "low")),
        *(("expires_at", "2031-01-01T00:00:00Z"), ("listed_on", "2020-01-01"), ("vehicle", "RED"), ("nic", "V1")),
        *(("ori", "NM0010000"), ("number", "2026-1"), ("plate_type", "TK"), ("plate_year", "2031")),
    ],
)  # fmt: skip
def test_a_line_that_was_altered_matches_nothing_and_is_named(
    two_lists: HotList, column: str, value: str
) -> None:
    sql(f"UPDATE hotlists_entry SET {column} = %s WHERE id = %s", value, key("ABC111"))
    assert any("was altered or added past the hub" in fault for fault in faults())
    assert matching() == {"XYZ111"}


@pytest.mark.parametrize("column", ["hotlist_id", "began_id", "ended_id"])
def test_a_line_that_was_moved_to_another_list_or_revision_is_named(two_lists: HotList, column: str) -> None:
    other = Entry.objects.get(plate="XYZ111")
    value = other.hotlist_id if column == "hotlist_id" else other.began_id
    sql(f"UPDATE hotlists_entry SET {column} = %s WHERE id = %s", value, key("ABC111"))
    assert any("was altered or added past the hub" in fault for fault in faults())
    assert matching() <= {"XYZ111"}


def test_two_lines_with_their_plates_swapped_are_named(two_lists: HotList) -> None:
    one, other = key("ABC111"), key("ABC555")
    for line, plate in ((one, "-"), (other, "ABC111"), (one, "ABC555")):
        sql("UPDATE hotlists_entry SET plate = %s, bare = %s WHERE id = %s", plate, plate, line)
    assert sum("was altered or added" in fault for fault in faults()) == 2
    assert matching() == {"XYZ111"}


def remove() -> None:
    sql("DELETE FROM hotlists_entry WHERE id = %s", key("ABC111"))


def set_back() -> None:
    sql("UPDATE hotlists_entry SET ended_id = NULL WHERE id = %s", key("ABC444"))


def end() -> None:
    revision = Revision.objects.filter(hotlist__name="State hot file").latest("pk")
    sql("UPDATE hotlists_entry SET ended_id = %s WHERE id = %s", revision.pk, key("ABC111"))


def exchange() -> None:
    set_back()
    remove()


def undo_recall() -> None:
    sql("UPDATE hotlists_revision SET at = NULL WHERE cause = 'recall'")


@pytest.mark.parametrize(
    ("attack", "words"),
    [(remove, FEWER), (set_back, MORE), (end, FEWER), (exchange, OTHERS), (undo_recall, MORE)],
)
def test_a_line_that_is_gone_or_in_force_again_is_told_with_its_list(
    two_lists: HotList, attack: Callable[[], None], words: str
) -> None:
    attack()
    [fault] = faults()
    assert fault.startswith(
        "hot list State hot file: Its entries in force are not those that its last change left"
    )
    assert words in fault
    assert matching() == {"XYZ111"}


def test_no_later_act_makes_good_what_was_done(two_lists: HotList) -> None:
    remove()
    import_hotlist("ABC555", "ABC777")
    assert any(FEWER in fault for fault in faults())


def test_a_sum_of_another_list_does_not_open(two_lists: HotList) -> None:
    other = HotList.objects.get(name="County list")
    HotList.objects.filter(pk=two_lists.pk).update(lines=other.lines)
    assert faults() == ["hot list State hot file: The count of its entries was altered: it does not open."]


def test_what_is_prepared_is_not_counted_before_it_is_in_force(two_lists: HotList) -> None:
    prepared = Revision.objects.create(hotlist=two_lists, cause="load", by="x")
    Entry.objects.create(hotlist=two_lists, plate="NEW111", bare="NEW111", reason="stolen_vehicle",
                         priority="high", began=prepared, expires_at=clock.now() + timedelta(days=1))  # fmt: skip
    Entry.objects.filter(plate="ABC111").update(ended=prepared)
    assert faults() == []
    assert CHUNK > compare_lines(two_lists.pk)[0] > 0


def test_the_name_of_a_covert_list_is_for_its_own_audience(two_lists: HotList) -> None:
    HotList.objects.filter(pk=two_lists.pk).update(covert=True)
    remove()
    [fault] = faults()
    assert fault.startswith(f"covert list {two_lists.pk}: ")
