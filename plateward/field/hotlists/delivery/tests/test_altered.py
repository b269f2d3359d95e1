"""Who writes the database changes no hot list: one whose row, or one of whose units, differs from the log is none."""

import pytest

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.hotlists import audience
from plateward.field.hotlists.audience import cleared_for, is_cleared, lists_of
from plateward.field.hotlists.delivery.lists import current_lists
from plateward.field.hotlists.imports.apply import apply_load
from plateward.field.hotlists.imports.preview import preview_load
from plateward.field.hotlists.imports.receive import receive_file
from plateward.field.hotlists.imports.rows import NotAList
from plateward.field.hotlists.models import HotList
from plateward.people.models import Person, Unit
from plateward.people.testing import person
from plateward.testing.emptying import forget_what_was_compared, past_the_hub, write
from plateward.testing.hotlist import GLORIA, load_hotlist

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.9/records", "AU-9/found"),
]
ROWS = b"plate,state,reason,priority,expires\nABC123,NM,stolen_vehicle,high,\n"
COPY = """INSERT INTO hotlists_hotlist_units (hotlist_id, unit_id)
SELECT hotlist_id, %s FROM hotlists_hotlist_units WHERE hotlist_id = %s"""


def names() -> list[str]:
    return [head.name for head in current_lists().heads]


@pytest.mark.parametrize(
    ("table", "attack"),
    [
        ("hotlists_hotlist", "UPDATE hotlists_hotlist SET stale_after_hours = 9 WHERE id = %s"),
        ("hotlists_hotlist", "UPDATE hotlists_hotlist SET sound = 'none' WHERE id = %s"),
        (
            "hotlists_hotlist_units",
            "UPDATE hotlists_hotlist_units SET unit_id = unit_id - 1 WHERE hotlist_id = %s",
        ),
    ],
    ids=["when it is stale", "how it rings", "whose it is"],
)
def test_nothing_matches_on_a_list_that_was_altered_past_the_hub(table: str, attack: str) -> None:
    load_hotlist("XYZ789", name="Another file")
    altered = load_hotlist("ABC123").hotlist
    assert altered is not None
    with act(GLORIA, Event.HOTLIST_UPDATE, "hotlist:1"):
        Unit.objects.create(name="Unit 12")
        altered.units.add(Unit.objects.create(name="Unit 14"))
    assert names() == ["Another file", "State hot file"]
    with past_the_hub(table):
        write(attack, altered.pk)
    assert names() == ["Another file"]


def test_a_list_that_was_brought_back_past_the_hub_is_none() -> None:
    hotlist = load_hotlist("ABC123").hotlist
    with act(GLORIA, Event.HOTLIST_UPDATE, "hotlist:1"):
        HotList.objects.filter(pk=hotlist.pk).update(retired_at="2026-11-24T12:00:00Z")
    assert names() == []
    with past_the_hub("hotlists_hotlist"):
        write("UPDATE hotlists_hotlist SET retired_at = NULL")
    assert names() == []


def test_no_file_becomes_a_list_whose_limits_were_altered_past_the_hub() -> None:
    load_hotlist("XYZ789")
    load = preview_load(GLORIA, receive_file(GLORIA, "State hot file", "NCIC", "list.csv", [ROWS]))
    with past_the_hub("hotlists_hotlist"):
        write("UPDATE hotlists_hotlist SET hold_below = 0")
    with pytest.raises(NotAList, match=r"cannot be used: it was altered past the hub.*report a breach"):
        apply_load(GLORIA, load)


@pytest.mark.clause("6.c.ii/lists")
@pytest.mark.parametrize(
    ("table", "attack"),
    [
        (
            "hotlists_hotlist_people",
            "UPDATE hotlists_hotlist_people SET person_id = {ada} WHERE hotlist_id = {pk}",
        ),
        (
            "hotlists_hotlist_people",
            "INSERT INTO hotlists_hotlist_people (hotlist_id, person_id) VALUES ({pk}, {ada})",
        ),
        ("hotlists_hotlist", "UPDATE hotlists_hotlist SET covert = (1 = 0) WHERE id = {pk}"),
    ],
    ids=["another person", "one more", "not covert"],
)
def test_nobody_gets_to_see_a_covert_list_by_writing_the_database(
    table: str, attack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = person("ada"), person("ben")
    hotlist = load_hotlist("ABC123").hotlist
    assert hotlist is not None
    with act(GLORIA, Event.HOTLIST_UPDATE, "hotlist:1"):
        HotList.objects.filter(pk=hotlist.pk).update(covert=True)
        hotlist.people.set([ben])
    assert (lists_of(ada), lists_of(ben)) == (frozenset(), frozenset({hotlist.pk}))
    with past_the_hub(table):
        write(attack.format(ada=ada.pk, pk=hotlist.pk))
    assert (lists_of(ada), cleared_for(hotlist)) == (
        frozenset(),
        frozenset({ben.pk}),
    )  # as it was compared last
    monkeypatch.setattr(audience.KEPT, "_known", None)  # another process
    assert (lists_of(ada), cleared_for(hotlist)) == (frozenset(), frozenset())
    assert not is_cleared(ada, hotlist)


@pytest.mark.clause("6.c.ii/lists")
def test_a_list_whose_unit_is_gone_past_the_hub_is_opened_to_no_other() -> None:
    load_hotlist("XYZ789", name="Another file")
    hotlist = load_hotlist("ABC123").hotlist
    assert hotlist is not None
    with act(GLORIA, Event.HOTLIST_UPDATE, "several"):
        ada = person("ada", unit=Unit.objects.create(name="Unit 12"))
        other = Unit.objects.create(name="Unit 14")
    with act(GLORIA, Event.HOTLIST_UPDATE, f"hotlist:{hotlist.name}"):
        hotlist.units.add(other)

    def are_for(unit: int | None) -> list[str]:
        return [each.head.name for each in current_lists().listed if each.is_for(unit)]

    before = lists_of(ada)
    assert hotlist.pk not in before
    assert (are_for(ada.unit_id), are_for(other.pk)) == (["Another file"], ["Another file", "State hot file"])
    with past_the_hub("hotlists_hotlist_units"):
        write("DELETE FROM hotlists_hotlist_units")
    assert lists_of(Person.objects.get(pk=ada.pk)) == before
    assert are_for(ada.unit_id) == ["Another file"], "where it is known, nothing changes"
    forget_what_was_compared()
    assert lists_of(Person.objects.get(pk=ada.pk)) == before
    assert names() == ["Another file"], "and for a new process the list is none"
