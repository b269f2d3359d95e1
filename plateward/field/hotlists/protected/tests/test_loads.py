"""A file that names a registered vehicle waits for a person, and never for its owner."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from plateward.field.hotlists.commands.cli import app
from plateward.field.hotlists.imports import jobs as rounds
from plateward.field.hotlists.imports.apply import apply_load, approve_load, discard_load
from plateward.field.hotlists.imports.claims import LoadTaken
from plateward.field.hotlists.imports.testing import fetch_when_due, make_feed, write_extract
from plateward.field.hotlists.imports.tests.made import HEAD, applied, live, looked
from plateward.field.hotlists.models import Load
from plateward.field.hotlists.protected import actions
from plateward.field.hotlists.protected.tests.conftest import registered
from plateward.field.hotlists.requests.testing import Recorded
from plateward.ground.errors import PlatewardError
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import GLORIA

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "AAA111,NM,stolen_plate,low,\n"
OURS = HEAD + OTHER + "BOT419,NM,stolen_vehicle,high,\n" + "B0T 419,,wanted_person,high,\n"
SAID = "Lines 3 and 4 name vehicles of the agency or of its people."


@pytest.fixture(autouse=True)
def gloria() -> Person:
    """The person who is signed in."""
    return person("gloria")


@pytest.mark.clause("6.a.ii.3/brake", "6.b.i.9/entries")
def test_a_load_that_names_one_is_held_with_its_lines_until_somebody_approves(recorded: Recorded) -> None:
    registered("B0T419")
    load = looked(OURS)
    assert (load.state, load.named, load.error) == ("held", 2, SAID)
    assert recorded("hotlist.preview").details["named"] == 2
    with pytest.raises(LoadTaken):
        apply_load(GLORIA, load)
    assert not live()
    approve_load(acting("gloria"), load)
    rounds.run_imports()
    assert live() == {"AAA111", "BOT419", "B0T 419"}
    leaf = recorded("load.approve")
    assert (leaf.details["named"], SAID in leaf.reason) == (2, True)


@pytest.mark.clause("6.a.ii.3/brake")
def test_a_held_load_may_be_discarded(gloria: Person) -> None:
    registered("B0T419", person=gloria)
    load = looked(OURS)
    discard_load(GLORIA, load)
    rounds.run_imports()
    assert (Load.objects.get().state, live()) == ("discarded", set())


@pytest.mark.clause("6.a.ii.3/brake")
def test_what_a_person_approved_holds_no_later_load_and_a_change_of_it_does() -> None:
    registered("B0T419")
    load = looked(OURS)
    approve_load(acting("gloria"), load)
    apply_load(GLORIA, load)
    assert looked(OURS + "CCC333,NM,stolen_plate,low,\n").state == "looked"
    assert looked(OURS.replace("wanted_person", "officer_safety")).named == 1


@pytest.mark.parametrize("line", ["BOT419,TX,stolen_vehicle,,", "80T419,NM,stolen_vehicle,,"])
def test_another_vehicle_holds_nothing(line: str) -> None:
    registered("B0T419")
    assert looked(f"{HEAD}{line}\n").state == "looked"


def test_a_vehicle_that_was_ended_holds_nothing() -> None:
    actions.end_vehicle(GLORIA, registered("B0T419"))
    assert looked(OURS).state == "looked"


def test_both_reasons_are_told_at_once() -> None:
    rows = "".join(f"AB{n:05d},NM,stolen_vehicle,high,\n" for n in range(200))
    applied(HEAD + rows)
    registered("B0T419")
    held = looked(OURS)
    assert held.error.startswith("The list would shrink from 200 to 3")
    assert held.error.endswith(SAID)


@pytest.mark.clause("6.a.ii.3/brake", "6.a.ii.3/found", "6.b.i.9/denied")
def test_nobody_approves_a_load_that_names_their_own_and_the_chief_is_told(
    gloria: Person, recorded: Recorded
) -> None:
    person("hector")
    vehicle = registered("B0T419", person=gloria)
    load = looked(OURS)
    actions.end_vehicle(GLORIA, vehicle)  # it was theirs when the file came
    client, path = signed_in(gloria), f"/hotlists/import/{load.pk}/"
    page = client.get(path).content.decode()
    assert SAID in page
    assert "a private vehicle of Gloria Gallegos" in page
    page = client.post(f"{path}apply", follow=True, secure=True).content.decode()
    assert "It names your own vehicle: you cannot approve that." in page
    assert "6.a.ii.3" in page
    load.refresh_from_db()
    assert (load.state, live()) == ("held", set())
    refused, flag = recorded("load.approve"), recorded("protected.flag")
    assert (refused.outcome, refused.clause, flag.object) == ("refused", "6.a.ii.3", "person:gloria")
    notice = Notice.objects.get(to=person("hector"))
    assert notice.about == f"people.person:{gloria.pk}"
    assert "personal use (clause 6.a.ii.3)" in notice.text
    assert "419" not in notice.text


@pytest.mark.clause("6.a.ii.3/brake")
def test_the_command_line_approves_none_that_names_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plateward.core.db.setup.setup", lambda: None)
    registered("B0T419")
    file = tmp_path / "list.csv"
    file.write_text(OURS)
    line = ["import", str(file), "--list", "Hot file", "--source", "NCIC", "--json", "--approve"]
    with pytest.raises(PlatewardError, match="under their own log-in"):
        CliRunner().invoke(app, line, catch_exceptions=False)
    assert (Load.objects.get().state, live()) == ("held", set())


@pytest.mark.clause("6.a.ii.3/brake")
def test_a_feeds_file_is_held_and_told(gloria: Person, tmp_path: Path, settings: object) -> None:
    settings.FEEDS = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "ncic").mkdir()
    write_extract(tmp_path / "ncic", "VEHEXTRT.txt", 1, 2)
    registered("TOOOOO2")
    feed = fetch_when_due(make_feed())
    assert "Line 3 names a vehicle of the agency or of one of its people." in feed.result
    assert "Approve or discard it on the page of hot lists" in Notice.objects.get(to=gloria).text
    assert not live()


def test_a_list_that_changed_under_an_approved_load_brings_in_no_vehicle_that_nobody_saw() -> None:
    applied(HEAD + OTHER + "DDD444,NM,stolen_plate,low,\n")
    registered("B0T419")
    load = looked(OURS)
    approve_load(acting("gloria"), load)
    applied(HEAD + "EEE555,NM,stolen_plate,low,\n", name="Hot file")
    registered("AAA111", kind="agency")
    with pytest.raises(PlatewardError, match=r"changed after the file was checked. Lines 2, 3 and 4 name"):
        apply_load(GLORIA, load)
    assert live() == {"EEE555"}
