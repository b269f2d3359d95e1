"""Many people at once: previewed, then imported, by page and by command."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from plateward.core.audit.actor import Actor
from plateward.core.pages.models import Upload
from plateward.people.access import actions as access
from plateward.people.access import standing
from plateward.people.access.models import Access
from plateward.people.bulk_import import actions
from plateward.people.commands import cli
from plateward.people.models import Person, Unit
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db
FILE = b"""username,name,badge,rank,role,unit,district,supervisor,agency,sworn,employed_since
ada,Ada Archuleta,1201,Agent,officer,Unit 14,District 7,carla,,yes,2020-01-06
carla,Carla Chavez,1100,Sergeant,supervisor,Unit 14,,,,yes,1/6/2014
bad,Bad Line,1201,,officer,,,,,,
"""
SYSTEM = Actor("system", "test", "Test")


def take() -> None:
    actions.apply_import(SYSTEM, actions.preview_import(SYSTEM, "academy.csv", FILE).upload)


@pytest.mark.clause("6.e.i/own", "5.d/account", "AC-2/approval")
def test_those_taken_have_an_account_and_a_request_that_waits_and_nothing_else(recorded) -> None:  # type: ignore[no-untyped-def]
    take()
    ada = Person.objects.get(username="ada")
    assert not ada.has_usable_password()
    assert not standing.standing_of(ada).authorized
    assert ada.role == ""
    wanted = Access.objects.get(person=ada, decision="")
    assert (wanted.role, str(wanted.unit), wanted.supervisor) == (
        "officer",
        "Unit 14",
        Person.objects.get(username="carla"),
    )
    assert str(Unit.objects.get(name="Unit 14").district) == "District 7"
    assert recorded("person.import").details["people"] == 2
    assert recorded("person.create").object == "person:ada"


def test_looking_adds_nothing_and_is_recorded(recorded) -> None:  # type: ignore[no-untyped-def]
    preview = actions.preview_import(SYSTEM, "academy.csv", FILE)
    assert [rejection.line for rejection in preview.change.rejections] == [4]
    assert not Person.objects.exists()
    assert recorded("person.import").details["dry_run"] is True


@pytest.mark.clause("6.e.i/own")
def test_all_are_taken_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, calls = access.create_person_and_request, list[str]()

    def second_fails(actor: Actor, username: str, *args: object, **more: object) -> object:
        calls.append(username)
        if len(calls) == 2:
            raise RuntimeError
        return whole(actor, username, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "create_person_and_request", second_fails)
    with pytest.raises(RuntimeError):
        take()
    assert calls == ["carla", "ada"]
    assert not Person.objects.exists()


@pytest.mark.clause("6.e.i/own", "AC-2/approval")
def test_the_page_shows_whom_a_file_adds_then_adds_them() -> None:
    window = signed_in(person("gloria"))
    looked = window.post("/people/import/", {"file": SimpleUploadedFile("academy.csv", FILE)})
    page = looked.content.decode()
    assert looked.status_code == 200
    assert "Ada Archuleta" in page
    assert "the badge 1201 is already on line 2" in page
    assert "Unit 14 (District 7)" in page
    assert not Person.objects.filter(username="ada").exists()
    done = window.post("/people/import/", {"upload": Upload.objects.get().pk}, follow=True)
    assert "2 accounts created" in done.content.decode()
    assert Access.objects.filter(decision="", requested_by="person:gloria").count() == 2


@pytest.mark.parametrize("key", ["*", "", "7", "²", "9" * 40])
def test_a_file_that_is_not_there_is_not_taken(key: str) -> None:
    window = signed_in(person("gloria"))
    done = window.post("/people/import/", {"upload": key}, follow=True)
    assert done.status_code == 200
    assert "Nothing was imported. This file is no longer here" in done.content.decode()


def test_a_file_that_is_no_table_keeps_the_page_and_says_why() -> None:
    answer = signed_in(person("gloria")).post(
        "/people/import/", {"file": SimpleUploadedFile("x.csv", b"\xff")}
    )
    assert answer.status_code == 422
    assert "not UTF-8" in answer.content.decode()


def test_the_command_shows_what_would_be_added_and_then_adds(tmp_path: Path) -> None:
    file = tmp_path / "academy.csv"
    file.write_bytes(FILE)
    dry = CliRunner().invoke(cli.app, ["import", str(file), "--dry-run", "--json"])
    report = json.loads(dry.stdout)
    assert (report["added"], report["people"], report["rejected"][0]["line"]) == (False, ["ada", "carla"], 4)
    assert not Person.objects.exists()
    done = CliRunner().invoke(cli.app, ["import", str(file)])
    assert done.exit_code == 0
    assert "2 people added" in done.output
    assert "line 4 rejected" in done.output
    assert Person.objects.count() == 2
