"""A load that would suddenly halve or double a list waits for a person."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from plateward.core.audit.leaf import Leaf
from plateward.field.hotlists.imports import jobs as rounds
from plateward.field.hotlists.imports.apply import apply_load, approve_load, discard_load
from plateward.field.hotlists.imports.claims import LoadTaken
from plateward.field.hotlists.imports.receive import receive_file
from plateward.field.hotlists.imports.rules import hold_reason
from plateward.field.hotlists.imports.tests.made import HEAD, applied, live, looked
from plateward.field.hotlists.models import HotList, Load
from plateward.people.testing import acting
from plateward.testing.hotlist import GLORIA

USUAL = HotList(hold_below=50, hold_above=200, hold_from=100)


@pytest.mark.clause("5.h/reports")
@pytest.mark.parametrize(
    ("before", "after", "waits"),
    [
        (0, 1_000_000, ""),
        (40, 1, ""),
        (99, 99, ""),
        (100, 51, ""),
        (100, 50, "shrink from 100 to 50"),
        (99, 198, "grow from 99 to 198 entries (200 %"),
        (1000, 1999, ""),
        (1000, 2000, "grow from 1,000 to 2,000"),
    ],
)
def test_from_which_change_on_a_load_waits(before: int, after: int, waits: str) -> None:
    said = hold_reason(before, after, USUAL)
    assert (waits in said) if waits else said == ""


def content(entries: int) -> str:
    return HEAD + "".join(f"AB{n:05d},NM,stolen_vehicle,high,\n" for n in range(entries))


@pytest.fixture
def halved(db: None) -> Load:
    applied(content(200))
    return looked(content(100))


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.clause("5.h/reports", "6.b.i.9/entries")
def test_a_halved_list_is_held_with_its_figures_until_somebody_approves(
    halved: Load, recorded: Callable[[str], Leaf]
) -> None:
    assert (halved.state, halved.before, halved.rows, halved.removed) == ("held", 200, 100, 100)
    with pytest.raises(LoadTaken):
        apply_load(GLORIA, halved)
    assert len(live()) == 200
    approve_load(acting("gloria"), halved)
    rounds.run_imports()
    assert len(live()) == 100
    leaf = recorded("load.approve")
    assert (leaf.actor_name, leaf.details["before"], leaf.details["rows"]) == (GLORIA.name, 200, 100)
    assert "shrink from 200 to 100" in leaf.reason
    assert recorded("hotlist.import").details["decided_by"] == GLORIA.key


@pytest.mark.clause("5.h/import")
def test_a_held_load_that_is_discarded_leaves_the_list(halved: Load, recorded: Callable[[str], Leaf]) -> None:
    discard_load(GLORIA, halved)
    rounds.run_imports()
    assert len(live()) == 200
    assert recorded("load.discard").details["load"] == halved.pk


def test_the_thresholds_are_the_lists_own(halved: Load) -> None:
    HotList.objects.update(hold_below=10)
    assert looked(content(30)).state == "looked"
    assert looked(content(20)).state == "held"


def test_what_is_held_stays_and_what_was_only_looked_at_is_forgotten_after_a_day(halved: Load) -> None:
    left = looked(content(199), name="Another")
    Load.objects.update(looked_at=left.looked_at - timedelta(hours=25))
    rounds.run_imports()
    halved.refresh_from_db()
    left.refresh_from_db()
    assert (halved.state, left.state) == ("held", "discarded")
    assert not left.parts.exists()


def test_a_later_file_that_is_applied_discards_the_held_one(halved: Load) -> None:
    applied(content(201))
    halved.refresh_from_db()
    assert (halved.state, "list.txt, was applied" in halved.error) == ("discarded", True)


@pytest.mark.both_databases
def test_a_look_that_was_cut_short_is_begun_anew() -> None:
    load = receive_file(GLORIA, "Hot file", "NCIC", "list.txt", [content(3).encode()])
    Load.objects.filter(pk=load.pk).update(state="looking", leased_until=None)
    rounds.run_imports()
    load.refresh_from_db()
    assert (load.state, load.rows) == ("looked", 3)
