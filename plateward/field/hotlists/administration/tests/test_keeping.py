"""Who administers lists: their settings, their reasons, and the export."""

import csv
import io
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from hashlib import sha256
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.http import StreamingHttpResponse

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import act
from plateward.core.pages.marking import MARKING
from plateward.field.hotlists.administration import actions
from plateward.field.hotlists.imports.tests.made import HEAD, applied, live
from plateward.field.hotlists.models import Entry, HotList, Reason
from plateward.field.hotlists.reasons import why_barred
from plateward.field.hotlists.signals import entries_ended
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.models import Person
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import GLORIA, load_hotlist

pytestmark = pytest.mark.django_db(transaction=True)

SETTINGS: dict[str, Any] = {
    "name": "Texas list",
    "source": "Texas DPS",
    "kind": "state",
    "priority": "high",
    "sound": "urgent",
    "refresh_times": "18:00, 06:00",
    "stale_after_hours": "36",
    "hold_below": "60",
    "hold_above": "150",
    "hold_from": "10",
    "alarm_exact": "ring",
    "alarm_folded": "show",
    "alarm_alternative": "show",
    "alarm_partial": "off",
    "alarm_near": "off",
}


@pytest.mark.both_databases
@pytest.mark.clause("6.c.ii/lists", "6.b.i.9/entries")
def test_a_list_is_made_and_changed_on_one_page(recorded: Callable[[str], Leaf]) -> None:
    gloria, ada = person("gloria"), person("ada")
    browser = signed_in(gloria)
    given = SETTINGS | {"owner": gloria.pk, "units": [ada.unit_id], "roles": ["officer"]}
    assert browser.post("/hotlists/add", given).status_code == 302
    made = HotList.objects.get(name="Texas list")
    assert (made.refresh_times, made.stale_after_hours, made.roles) == (["06:00", "18:00"], 36, ["officer"])
    assert (made.alarms["folded"], made.hold_below, list(made.units.all())) == ("show", 60, [ada.unit])
    assert [revision.cause for revision in made.revisions.all()] == ["settings"]
    page = browser.get(f"/hotlists/{made.pk}/settings").content.decode()
    assert 'value="06:00 18:00"' in page
    assert browser.post(f"/hotlists/{made.pk}/settings", given | {"priority": "low"}).status_code == 302
    assert recorded("hotlist.update").details["changed"] == ["priority: high → low"]
    assert made.revisions.count() == 2


@pytest.mark.clause("6.c.ii/lists")
def test_an_audience_of_hundreds_is_chosen_by_searching_without_scripts_too() -> None:
    people = [
        Person.objects.create(username=f"agent{n:03}", full_name=f"Agent {n:03}", badge=f"b{n:03}")
        for n in range(300)
    ]
    browser = signed_in(person("gloria"))
    typed = SETTINGS | {"covert": "on", "people": [people[7].pk], "find_people": "b123", "find": "people"}
    page = browser.post("/hotlists/add", typed).content.decode()
    assert not HotList.objects.filter(
        name="Texas list"
    ).exists()  # it was searched for, and nothing submitted
    assert 'value="Texas list"' in page
    boxes = re.findall(r'name="people" value="(\d+)"[^>]*?( checked)?>', page)
    assert boxes == [(str(people[7].pk), " checked"), (str(people[123].pk), "")]
    chosen = SETTINGS | {"covert": "on", "owner": person("gloria").pk, "people": [key for key, _ in boxes]}
    assert browser.post("/hotlists/add", chosen).status_code == 302
    assert {*HotList.objects.get(name="Texas list").people.all()} == {people[7], people[123]}


@pytest.mark.clause("6.c.ii/lists", "6.b.i.9/entries")
def test_all_people_of_a_covert_list_stand_on_the_log(recorded: Callable[[str], Leaf]) -> None:
    people = [
        Person.objects.create(username=f"agent{n:03}", full_name=f"Agent {n}", badge=f"b{n}")
        for n in range(70)
    ]
    given = SETTINGS | {
        "covert": "on",
        "owner": person("gloria").pk,
        "people": [person.pk for person in people],
    }
    assert signed_in(person("gloria")).post("/hotlists/add", given).status_code == 302
    assert recorded("hotlist.update").details["people"] == [person.username for person in people]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"refresh_times": "25:00"}, "is not a time of day"),
        ({"hold_below": "120"}, "Enter 99 or less."),
        ({"covert": "on"}, "Choose at least one"),
        ({"covert": "on", "people": "ada", "through_dispatch": "on"}, "Choose covert or Communications"),
        ({"name": "State hot file"}, "A list named State hot file already exists"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, str], says: str) -> None:
    load_hotlist("AAA111")
    given = SETTINGS | wrong | ({"people": person(wrong["people"]).pk} if "people" in wrong else {})
    answer = signed_in(person("gloria")).post("/hotlists/add", given)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert HotList.objects.count() == 1


@pytest.mark.clause("6.e.vii/type", "6.b.i.9/entries")
def test_that_its_alerts_go_through_communications_is_a_setting_and_a_revision(
    recorded: Callable[[str], Leaf],
) -> None:
    browser, hotlist = signed_in(person("gloria")), load_hotlist("AAA111").hotlist
    page = f"/hotlists/{hotlist.pk}/settings"
    assert "Alerts go through Communications" in browser.get(page).content.decode()
    given = SETTINGS | {"name": hotlist.name, "source": hotlist.source}
    assert browser.post(page, given | {"through_dispatch": "on"}).status_code == 302
    hotlist.refresh_from_db()
    assert hotlist.through_dispatch
    assert "through_dispatch: False → True" in str(recorded("hotlist.update").details["changed"])
    assert [revision.cause for revision in hotlist.revisions.all()] == ["settings", "load"]
    assert '<span class="tag">Through Communications</span>' in browser.get("/hotlists/").content.decode()


@pytest.mark.clause("6.c.ii/lists")
def test_a_covert_list_is_hidden_from_whoever_keeps_the_lists_and_is_not_named_in_it() -> None:
    load = load_hotlist("AAA111", name="Covert")
    HotList.objects.update(covert=True)
    browser = signed_in(person("gloria"))
    for path in ("", "settings", "export"):
        assert browser.get(f"/hotlists/{load.hotlist_id}/{path}").status_code in (403, 404)
    assert browser.get(f"/hotlists/import/{load.pk}/").status_code == 404
    file = io.BytesIO((HEAD + "BBB222,NM,stolen_plate,low,\n").encode())
    given = {"name": "Covert", "source": "NCIC", "format": "csv", "file": file}
    assert "That name is taken" in browser.post("/hotlists/import", given).content.decode()
    assert live() == {"AAA111"}


def test_a_retired_list_matches_nothing_and_says_so_to_the_rooms_above() -> None:
    load = load_hotlist("AAA111")
    ended: list[object] = []

    def heard(sender: object, entries: list[object], **more: object) -> None:
        ended.extend(entries)

    entries_ended.connect(heard)
    try:
        signed_in(person("gloria")).post(f"/hotlists/{load.hotlist_id}/retire")
    finally:
        entries_ended.disconnect(heard)
    assert ended == [Entry.objects.get().pk]
    assert not live()
    assert Entry.objects.count() == 1


@pytest.mark.both_databases
def test_settings_undo_nothing_that_another_act_wrote_meanwhile() -> None:
    stale = load_hotlist("AAA111").hotlist
    stale.refresh_from_db()
    given = {name: getattr(stale, name) for name in actions.FIELDS}
    now = clock.now()
    written = {"muted_at": now, "refreshed_at": now, "floor": 70, "priority": "high"}
    HotList.objects.update(**written)
    stored = actions.save_list(GLORIA, stale, given | {"sound": "soft"}, [], [])
    assert HotList.objects.filter(sound="soft", priority=given["priority"]).exists()
    for name in ("muted_at", "refreshed_at", "floor"):
        assert getattr(HotList.objects.get(), name) == getattr(stored, name) == written[name], name
    actions.retire_list(GLORIA, stale)
    with pytest.raises(actions.AdministrationError, match="is retired: nothing on it matches"):
        actions.save_list(GLORIA, stale, given, [], [])
    assert HotList.objects.get().retired_at
    assert not live()


@pytest.mark.both_databases
@pytest.mark.clause("5.f/open", "5.f/reasons")
def test_a_reason_with_its_legal_basis_may_be_given_until_it_is_retired() -> None:
    browser = signed_in(person("gloria"))
    given = {"text": "Stolen trailer", "legal_basis": "NMSA 1978, 30-16D-4"}
    assert browser.post("/hotlists/reasons/", given).status_code == 302
    load = applied(HEAD + "AAA111,NM,stolen trailer,high,\n")
    assert load.rejected == 0
    assert Entry.objects.get().reason_text == "Stolen trailer"
    assert browser.post("/hotlists/reasons/stolen_trailer/retire").status_code == 302
    again = applied(HEAD + "AAA111,NM,stolen_vehicle,high,\nBBB222,NM,stolen_trailer,high,\n")
    assert (again.rows, again.rejected) == (1, 1)
    assert "Stolen trailer" in browser.get("/hotlists/reasons/").content.decode()


@pytest.mark.clause("SB40.use/surveillance", "SB40.use/traffic", "5.f/open")
@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Immigration violator", "8 USC 1326"),
        ("Wanted by ICE", "Administrative warrant"),
        ("Removal", "Removal order of the immigration court"),
        ("Expired registration", "NMSA 66-3"),
        ("Unpaid tolls", "Toll authority"),
        ("Abortion clinic visit", "Texas law"),
        ("General surveillance", "None"),
    ],
)
def test_what_sb_40_forbids_can_be_no_reason(text: str, basis: str, recorded: Callable[[str], Leaf]) -> None:
    with pytest.raises(Refused, match="SB 40 does not allow"):
        actions.add_reason(GLORIA, text, basis)
    assert not Reason.objects.exists()
    assert (recorded("reason.add").outcome, recorded("reason.add").clause) == ("refused", "SB40.use")


@pytest.mark.parametrize(
    "text", ["Police impersonator", "Sex offender registration", "Justice for victims", "Alice"]
)
def test_words_that_only_look_like_it_may_be_said(text: str) -> None:
    assert why_barred(text) == ""


def test_a_reason_that_is_there_is_not_added_again() -> None:
    with pytest.raises(actions.AdministrationError, match="is already a reason"):
        actions.add_reason(GLORIA, "Stolen vehicle", "x")


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/entries", "6.c.ii/lists", "6.e.iii/marked", "AU-3/bytes")
def test_a_list_leaves_as_a_marked_file_that_runs_nothing_and_loads_again(
    monkeypatch: pytest.MonkeyPatch, recorded: Callable[[str], Leaf]
) -> None:
    monkeypatch.setattr("plateward.field.hotlists.administration.views.AT_ONCE", 2)
    first = "plate,state,reason,priority,expires,number,vehicle\n"
    rows = "-AAA111,NM,stolen_vehicle,high,,-1+1,@SUM\nBBB222,,stolen_plate,low,2090-01-31,,\n"
    rows += "CCC333,TX,stolen_plate,low,,,\n"
    load = applied(first + rows)
    Entry.objects.filter(plate="CCC333").update(plate="=CMD3")  # a plate from before plates were validated
    answer = signed_in(person("gloria")).get(f"/hotlists/{load.hotlist_id}/export")
    assert isinstance(answer, StreamingHttpResponse)
    content = b"".join(async_to_sync(_all)(answer))
    assert content.startswith("\ufeff".encode())
    marking, table = content.decode("utf-8-sig").split("\r\n", 1)
    assert marking == f'"{MARKING}"'
    lines = list(csv.DictReader(io.StringIO(table)))
    assert {line["plate"] for line in lines} == {"BBB222", "'=CMD3", "AAA111"}
    cells = [cell for line in lines for cell in line.values()]
    assert not [cell for cell in cells if cell and cell[0] in "=+-@"]
    assert recorded("hotlist.export").details["entries"] == 3
    left = {"bytes": len(content), "sha256": sha256(content).hexdigest(), "whole": True}
    assert left.items() <= recorded("export.end").details.items()
    assert ".csv" in answer["Content-Disposition"]
    assert "CJI" in answer["Content-Disposition"]
    again = applied(content.replace(b"'=CMD3", b"CMD3").decode("utf-8-sig"))
    assert (again.rows, again.rejected) == (3, 0)


@pytest.mark.clause("AU-3/bytes")
def test_a_download_that_breaks_off_is_logged_with_what_was_sent(
    monkeypatch: pytest.MonkeyPatch, recorded: Callable[[str], Leaf]
) -> None:
    monkeypatch.setattr("plateward.field.hotlists.administration.views.AT_ONCE", 1)
    answer = signed_in(person("gloria")).get(
        f"/hotlists/{load_hotlist('AAA111', 'BBB222').hotlist_id}/export"
    )
    assert isinstance(answer, StreamingHttpResponse)
    begun = async_to_sync(_first)(answer)
    left = {"bytes": len(begun), "sha256": sha256(begun).hexdigest(), "whole": False}
    assert left.items() <= recorded("export.end").details.items()


async def _first(answer: StreamingHttpResponse) -> bytes:
    content = answer.streaming_content
    assert isinstance(content, AsyncGenerator)
    part: bytes = await anext(content)
    await content.aclose()
    return part


async def _all(answer: StreamingHttpResponse) -> list[bytes]:
    content = answer.streaming_content
    assert isinstance(content, AsyncIterator)
    return [part async for part in content]


@pytest.mark.clause("6.c.ii/lists")
@pytest.mark.parametrize("username", ["ada", "carla", "elena", "frank", "hector"])
def test_lists_are_kept_and_loaded_by_nobody_else(username: str) -> None:
    load = load_hotlist("AAA111")
    browser = signed_in(person(username))
    for path in (
        "add",
        "reasons/",
        "formats/",
        "feeds/",
        "import",
        f"import/{load.pk}/",
        f"{load.hotlist_id}/export",
    ):
        assert browser.get(f"/hotlists/{path}").status_code == 403, path


@pytest.mark.clause("5.h/reports")
def test_the_lists_are_shown_with_their_health() -> None:
    load_hotlist("AAA111")
    with act(GLORIA, Event.HOTLIST_UPDATE, "hotlist:1"):
        HotList.objects.update(stale_after_hours=1, refreshed_at="2026-01-01T00:00:00Z")
    page = signed_in(person("ada")).get("/hotlists/").content.decode()
    assert "Stale: nothing on it matches" in page
