"""A recalled plate stays off its list while the source lists it, until a supervisor lets it return."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import act
from plateward.field.hotlists.imports import feeds
from plateward.field.hotlists.imports.apply import apply_load
from plateward.field.hotlists.imports.models import Feed
from plateward.field.hotlists.imports.tests.made import HEAD, NCIC_HEAD, applied, live, looked, vehicle
from plateward.field.hotlists.models import Entry, HotList
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.recall.actions import decide_return, recall_entry, request_return
from plateward.field.hotlists.recall.models import HeldLine, RecalledPlate, Return
from plateward.ground import clock
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import GLORIA

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Recovered by Santa Fe PD; the owner has the vehicle back."
AGAIN = "Santa Fe PD called at 14:10: stolen again last night, report 2026-00977."
BOTH = HEAD + "BBB222,NM,stolen_vehicle,high,\nAAA111,NM,stolen_vehicle,high,\n"


@pytest.fixture
def recalled() -> RecalledPlate:
    applied(BOTH)
    recall_entry(GLORIA, Entry.objects.get(plate="AAA111"), WHY)
    return RecalledPlate.objects.get()


@pytest.mark.clause("6.f.i.1/recall", "6.b.i.9/entries")
def test_the_next_files_hold_it_back_with_their_line_and_say_who_recalled_it_and_why(
    recalled: RecalledPlate, recorded: Callable[[str], Leaf]
) -> None:
    gloria = signed_in(person("gloria"))
    for content, line in ((BOTH, 3), (BOTH.replace("high", "low"), 3), (BOTH + "\n\nAAA111,NM,x,,\n", 3)):
        load = looked(content)
        assert (load.held_back, load.added) == (1, 0)
        page = gloria.get(f"/hotlists/import/{load.pk}/").content.decode()
        for text in ("Held back: recalled here", "AAA111", "Gloria Gallegos (gloria)", WHY):
            assert text in page
        apply_load(GLORIA, load)
        held = HeldLine.objects.get(load=load)
        assert (held.recalled, held.line) == (recalled, line)
        assert live() == {"BBB222"}
    assert recorded("hotlist.import").details["held_back"] == 1
    page = gloria.get("/hotlists/recalled/").content.decode()
    assert "list.txt, line 3" in page
    assert WHY in page


@pytest.mark.clause("6.f.i.1/recall")
@pytest.mark.parametrize(
    "line",
    [
        "AAA-111,NM,stolen_plate,high,,",
        "AAA111,,stolen_vehicle,high,,",
        "AAA111,NM,stolen_vehicle,high,,V000000002",
    ],
)
def test_it_is_held_back_however_its_source_writes_it(recalled: RecalledPlate, line: str) -> None:
    head = "plate,state,reason,priority,expires,nic\n"
    load = applied(head + f"BBB222,NM,stolen_vehicle,high,,\n{line}\n")
    assert (load.held_back, live()) == (1, {"BBB222"})


def test_another_states_plate_and_other_entries_of_the_list_are_not_held_back(
    recalled: RecalledPlate,
) -> None:
    load = applied(BOTH.replace("AAA111,NM", "AAA111,TX"))
    assert (load.held_back, load.added) == (0, 1)


@pytest.mark.clause("6.f.i.1/recall")
def test_a_letter_o_and_a_zero_are_one() -> None:
    applied(HEAD + "AAO111,NM,stolen_vehicle,high,\nBBB222,NM,stolen_vehicle,high,\n")
    recall_entry(GLORIA, Entry.objects.get(plate="AAO111"), WHY)
    assert applied(HEAD + "AA0111,NM,stolen_vehicle,high,\nBBB222,NM,stolen_vehicle,high,\n").held_back == 1


@pytest.mark.clause("6.f.i.1/recall", "6.b.i.9/entries")
def test_once_its_source_has_dropped_it_a_later_file_lists_it(
    recalled: RecalledPlate, recorded: Callable[[str], Leaf]
) -> None:
    applied(HEAD + "BBB222,NM,stolen_vehicle,high,\n")
    recalled.refresh_from_db()
    assert (recalled.end, recalled.ended_by) == ("dropped", GLORIA.key)
    assert recorded("hotlist.import").details["dropped"] == 1
    assert applied(BOTH).added == 1


@pytest.mark.clause("6.f.i.1/recall")
def test_a_line_that_cannot_be_read_is_no_sign_that_its_source_dropped_it(recalled: RecalledPlate) -> None:
    applied(HEAD + "BBB222,NM,stolen_vehicle,high,\nAAA 111,NM,stolen_vehicle,high,soon\n")
    assert applied(BOTH).held_back == 1


def test_a_file_with_nothing_but_what_was_recalled_is_a_list_all_the_same() -> None:
    applied(HEAD + "AAA111,NM,stolen_vehicle,high,\n")
    recall_entry(GLORIA, Entry.objects.get(), WHY)
    load = applied(HEAD + "AAA111,NM,stolen_vehicle,high,\n")
    assert (load.state, load.held_back, live()) == ("applied", 1, set())


@pytest.mark.clause("6.f.i.1/recall")
def test_a_recall_between_look_and_apply_holds() -> None:
    applied(BOTH)
    load = looked(BOTH.replace("AAA111,NM,stolen_vehicle", "AAA111,NM,stolen_plate"))
    assert load.changed == 1
    recall_entry(GLORIA, Entry.objects.get(plate="AAA111"), WHY)
    assert apply_load(GLORIA, load).held_back == 1
    assert live() == {"BBB222"}


@pytest.mark.clause("6.f.i.1/review")
def test_an_entry_of_the_agencys_own_list_comes_back_by_a_request_alone() -> None:
    applied(BOTH)
    HotList.objects.update(kind="agency")
    recall_entry(GLORIA, Entry.objects.get(plate="AAA111"), WHY)
    assert not RecalledPlate.objects.exists()


# The plate's return.


def ask(browser: Client, recalled: RecalledPlate, why: str = AGAIN) -> str:
    answer = browser.post(f"/hotlists/recalled/{recalled.pk}/return", {"why": why}, follow=True)
    return answer.content.decode()


def decide(browser: Client, plate_return: Return, decision: str, answer: str = "") -> str:
    given = {"decision": decision, "answer": answer}
    return browser.post(f"/hotlists/recalled/returns/{plate_return.pk}", given, follow=True).content.decode()


@pytest.mark.clause("6.f.i.1/recall", "6.b.i.9/entries")
def test_a_supervisor_lets_it_return_with_the_next_file(
    recalled: RecalledPlate, recorded: Callable[[str], Leaf]
) -> None:
    carla, gloria = signed_in(person("carla")), signed_in(person("gloria"))
    assert "not stated" in ask(gloria, recalled, "Please.")
    assert "A supervisor decides" in ask(gloria, recalled)
    assert recorded("return.ask").reason == AGAIN
    assert "already requested" in ask(gloria, recalled)
    assert "AAA111" in Notice.objects.get(to__username="carla").text
    page = carla.get("/hotlists/recalled/").content.decode()
    assert AGAIN in page
    assert "Gloria Gallegos (gloria)" in page
    plate_return = Return.objects.get()
    assert "reason for the denial is missing" in decide(carla, plate_return, "deny")
    assert applied(BOTH).held_back == 1, "nothing is decided yet"
    assert "returns with its source" in decide(carla, plate_return, "approve")
    assert "already decided" in decide(carla, plate_return, "approve")
    leaf = recorded("return.approve")
    assert (leaf.outcome, leaf.actor_id) == ("refused", "carla")
    recalled.refresh_from_db()
    assert (recalled.end, recalled.ended_by) == ("returned", "person:carla")
    assert applied(BOTH).added == 1
    assert "approved the return" in Notice.objects.get(to__username="gloria").text


@pytest.mark.both_databases
@pytest.mark.clause("6.f.i.1/recall")
def test_a_denied_return_stays_off_and_may_be_asked_for_again(recalled: RecalledPlate) -> None:
    carla, gloria = signed_in(person("carla")), signed_in(person("gloria"))
    ask(gloria, recalled)
    decide(carla, Return.objects.get(), "deny", "Santa Fe PD has no such report.")
    assert applied(BOTH).held_back == 1
    assert "Santa Fe PD has no such report." in gloria.get("/hotlists/recalled/").content.decode()
    assert "A supervisor decides" in ask(gloria, recalled)


@pytest.mark.clause("6.f.i.1/nobody", "6.c.ii/lists", "6.a.ii.3/brake")
def test_nobody_decides_on_their_own_nor_on_their_own_vehicle_nor_on_a_list_that_is_not_theirs(
    recalled: RecalledPlate,
) -> None:
    carla = person("carla")
    plate_return = request_return(acting("gloria"), recalled, AGAIN)
    for name in ("ada", "elena", "gloria"):
        browser = signed_in(person(name))
        assert browser.post(f"/hotlists/recalled/returns/{plate_return.pk}", {}).status_code == 403
    assert signed_in(person("ada")).post(f"/hotlists/recalled/{recalled.pk}/return", {}).status_code == 403
    vehicle = Vehicle.objects.create(
        plate="AAA111", bare="AAA111", state="NM", kind="personal", person=carla, added_by="x"
    )
    assert "It names your own vehicle" in decide(signed_in(carla), plate_return, "approve")
    Vehicle.objects.filter(pk=vehicle.pk).update(ended_at=clock.now(), ended_by="x")
    with act(GLORIA, Event.HOTLIST_UPDATE, "hotlist:1"):
        HotList.objects.update(covert=True)
    assert signed_in(carla).post(f"/hotlists/recalled/returns/{plate_return.pk}", {}).status_code == 404
    assert "AAA111" not in signed_in(carla).get("/hotlists/recalled/").content.decode()
    assert RecalledPlate.objects.in_force().exists()


@pytest.mark.both_databases
@pytest.mark.clause("5.h/import", "6.f.i.1/recall")
def test_a_feed_says_what_it_holds_back_and_brings_the_same_file_back_once_it_may_return(
    tmp_path: Path, settings: Any
) -> None:
    settings.FEEDS = tmp_path
    (tmp_path / "V.txt").write_text(NCIC_HEAD + vehicle(1) + vehicle(2))
    with act(GLORIA, Event.HOTLIST_UPDATE, "hotlist:NCIC"):
        hotlist = HotList.objects.create(name="NCIC", source="NCIC", kind="ncic")
    given = {"place": "folder", "folder": ".", "pattern": "V.txt", "format": "ncic", "times": ["05:30"]}
    feed = feeds.save_feed(GLORIA, hotlist, given)

    def turn() -> str:
        feeds.fetch_soon(GLORIA, feed)
        assert feeds.fetch_due() == 1
        return Feed.objects.get().result

    turn()
    recall_entry(GLORIA, Entry.objects.get(plate="T000001"), WHY)
    (tmp_path / "V.txt").write_text(NCIC_HEAD + vehicle(1) + vehicle(2) + vehicle(3))
    assert "1 held back: recalled here" in turn()
    assert "same file as before" in turn()
    plate_return = request_return(acting("gloria"), RecalledPlate.objects.get(), AGAIN)
    decide_return(acting("carla"), plate_return, approves=True, answer="")
    assert "1 added" in turn()
    assert "same file as before" in turn()
    assert live() == {"T000001", "T000002", "T000003"}


@pytest.mark.both_databases
@pytest.mark.clause("6.f.i.1/recall")
def test_the_database_keeps_it_but_for_its_one_end(recalled: RecalledPlate) -> None:
    plate_return = request_return(acting("gloria"), recalled, AGAIN)

    def refused(statement: str) -> None:
        with (
            pytest.raises(DatabaseError, match="never altered"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    refused("DELETE FROM hotlists_return")
    refused("UPDATE hotlists_return SET asked_by = 'person:carla'")
    Return.objects.filter(pk=plate_return.pk).update(decided_at=clock.now(), approved=False)
    refused("UPDATE hotlists_return SET approved = NULL")
    applied(HEAD + "BBB222,NM,stolen_vehicle,high,\n")
    refused("UPDATE hotlists_recalledplate SET ended_at = NULL")
    refused("DELETE FROM hotlists_recalledplate")
