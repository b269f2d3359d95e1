"""Loading a list: looked at first, applied once, never emptied by mistake."""

import pytest

from plateward.hotlists import actions
from plateward.hotlists.csv_list import NotAList
from plateward.hotlists.delivery.lists import look
from plateward.hotlists.models import Entry
from plateward.testing.hotlist import WHO, listed

pytestmark = pytest.mark.django_db


def live() -> set[str]:
    return set(Entry.objects.filter(ended=None).values_list("plate", flat=True))


def test_looking_at_a_file_changes_nothing_and_applying_it_once_does() -> None:
    listed("AAA111", "BBB222")
    content = (
        b"plate,state,reason,priority,expires\nBBB222,NM,stolen_vehicle,high,\nCCC333,NM,stolen_plate,low,\n"
    )
    before = look().version
    preview = actions.look(WHO, "State hot file", "NCIC", "new.csv", content)
    assert (live(), look().version) == ({"AAA111", "BBB222"}, before)
    done = actions.apply(WHO, preview.load)
    assert live() == {"BBB222", "CCC333"}
    assert (done.added, done.changed, done.removed) == (1, 0, 1)
    assert done.content == ""
    assert look().version != before
    with pytest.raises(actions.AlreadyApplied):
        actions.apply(WHO, preview.load)


def test_every_version_of_an_entry_is_kept() -> None:
    listed("AAA111,NM,stolen_vehicle,high,")
    listed("AAA111,NM,stolen_plate,high,")
    old, new = Entry.objects.order_by("began_id")
    assert (old.reason, old.ended == new.began, new.ended) == ("stolen_vehicle", True, None)


def test_a_file_without_one_good_line_empties_no_list() -> None:
    listed("AAA111")
    with pytest.raises(NotAList, match="Not one line"):
        listed("AAA111,ZZ")
    assert live() == {"AAA111"}


def test_a_list_keeps_its_source() -> None:
    listed("AAA111")
    with pytest.raises(NotAList, match="is of NCIC, not of Texas"):
        listed("BBB222", source="Texas")


def test_the_age_of_the_list_is_that_of_its_last_change() -> None:
    load = listed("AAA111")
    assert look().heads[0].refreshed_at == load.applied_at


@pytest.mark.clause("5.h")
def test_a_load_refreshes_its_list() -> None:
    load = listed("AAA111")
    load.hotlist.refresh_from_db()
    assert load.hotlist.refreshed_at == load.applied_at
