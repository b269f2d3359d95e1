"""The pages for loading a file and describing a format."""

from typing import Any

import asyncssh
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plateward.field.hotlists.imports import formats, ncic, store, views
from plateward.field.hotlists.imports import jobs as rounds
from plateward.field.hotlists.imports.models import Feed, Format, Part
from plateward.field.hotlists.imports.tests.made import HEAD, NCIC_HEAD, live, vehicle
from plateward.field.hotlists.models import Load
from plateward.ground.policy.decision import Refused
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import GLORIA, import_hotlist

pytestmark = pytest.mark.django_db(transaction=True)

DESCRIBED: dict[str, Any] = {
    "name": "Kansas",
    "layout": "delimited",
    "delimiter": ",",
    "quoted": "on",
    "encoding": "utf-8",
    "skip": "0",
    "names": "0",
    "plate_take": "2",
    "state_take": "=KS",
    "reason_take": "1",
    "reason_codes": "SV = stolen_vehicle\nXP = -",
}


@pytest.fixture
def gloria() -> Client:
    return signed_in(person("gloria"))


def given(content: bytes, **more: str) -> dict[str, Any]:
    return {
        "name": "Hot file",
        "source": "NCIC",
        "format": "csv",
        "file": SimpleUploadedFile("list.csv", content),
    } | more


def test_a_small_file_is_looked_at_and_applied_at_once(gloria: Client) -> None:
    answer = gloria.post(
        "/hotlists/import", given((HEAD + "AAA111,NM,stolen_plate,low,\nX,ZZ,x,,\n").encode())
    )
    load = Load.objects.get()
    assert answer.headers["Location"] == f"/hotlists/import/{load.pk}/"
    page = gloria.get(f"/hotlists/import/{load.pk}/").content.decode()
    assert "Replace list" in page
    assert "AAA111" in page
    csv = gloria.get(f"/hotlists/import/{load.pk}/rejected").content.decode("utf-8-sig")
    assert "investigative lead only" in csv.splitlines()[0]  # 6.e.iii
    assert csv.splitlines()[2].startswith("3,")
    assert not live()
    assert gloria.post(f"/hotlists/import/{load.pk}/apply").status_code == 302
    assert live() == {"AAA111"}


@pytest.mark.both_databases
@pytest.mark.clause("5.h/import")
def test_a_large_file_comes_in_parts_and_is_worked_on_by_the_hub_itself(
    gloria: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SMALL_ROWS", 10)
    monkeypatch.setattr(store, "PART_BYTES", 700)
    content = (NCIC_HEAD + "".join(vehicle(n) for n in range(50))).encode()
    announcement = {
        "name": "NCIC",
        "source": "NCIC",
        "format": "ncic",
        "file_name": "V.txt",
        "size": len(content),
    }
    to = gloria.post("/hotlists/import/announce", announcement).json()
    parts = [content[at : at + 700] for at in range(0, len(content), 700)]
    for number, part in enumerate(parts):
        answer = gloria.post(f"{to['part']}{number}", part, content_type="application/octet-stream")
        assert answer.status_code == 200
    again = gloria.post(f"{to['part']}0", b"x", content_type="application/octet-stream")
    assert "arrived out of order" in again.json()["error"]
    page = gloria.post(to["end"]).json()["page"]
    assert "Waiting to be checked" in gloria.get(page).content.decode()
    rounds.run_imports()
    load = Load.objects.get()
    assert (load.state, load.added, load.size) == ("looked", 50, len(content))
    assert gloria.post(f"/hotlists/import/{load.pk}/apply").headers["Location"] == page
    assert "Waiting to be applied" in gloria.get(page).content.decode()
    rounds.run_imports()
    assert "Applied" in gloria.get(page).content.decode()
    assert len(live()) == 50


def test_a_file_of_ten_gigabytes_is_refused_before_its_first_byte(gloria: Client) -> None:
    announcement = {
        "name": "NCIC",
        "source": "NCIC",
        "format": "ncic",
        "file_name": "V.txt",
        "size": 10 * 1024**3,
    }
    answer = gloria.post("/hotlists/import/announce", announcement)
    assert answer.status_code == 422
    assert "larger than 400 MiB" in answer.json()["error"]
    assert not Load.objects.exists()


def test_whoever_says_it_is_small_and_sends_more_is_stopped(
    gloria: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plateward.field.hotlists.imports.receive.MAX_BYTES", 10)
    announcement = {"name": "NCIC", "source": "NCIC", "format": "ncic", "file_name": "V.txt", "size": 5}
    to = gloria.post("/hotlists/import/announce", announcement).json()
    answer = gloria.post(f"{to['part']}0", b"x" * 11, content_type="application/octet-stream")
    assert (answer.status_code, Part.objects.count()) == (422, 0)


def test_nobody_adds_to_a_file_of_another(gloria: Client) -> None:
    announcement = {"name": "NCIC", "source": "NCIC", "format": "ncic", "file_name": "V.txt", "size": 5}
    to = gloria.post("/hotlists/import/announce", announcement).json()
    namesake = signed_in(person("frank", full_name="Gloria Gallegos", role=Role.ADMINISTRATOR))
    assert namesake.post(f"{to['part']}0", b"x", content_type="application/octet-stream").status_code == 404
    assert namesake.post(to["end"]).status_code == 404
    assert gloria.post(f"{to['part']}0", b"x", content_type="application/octet-stream").status_code == 200


def test_a_lists_history_names_the_account_of_who_loaded_and_who_applied(gloria: Client) -> None:
    gloria.post("/hotlists/import", given((HEAD + "AAA111,NM,stolen_plate,low,\n").encode()))
    load = Load.objects.get()
    namesake = signed_in(person("frank", full_name="Gloria Gallegos", role=Role.ADMINISTRATOR))
    namesake.post(f"/hotlists/import/{load.pk}/apply")
    load.refresh_from_db()
    assert (load.by, load.decided_by) == ("person:gloria", "person:frank")
    assert load.revision
    assert load.revision.by == "person:frank"
    page = gloria.get(f"/hotlists/import/{load.pk}/").content.decode()
    assert "loaded by Gloria Gallegos (gloria)" in page
    assert "Applied · Gloria Gallegos (frank)" in page
    assert "Gloria Gallegos (gloria)" in gloria.get("/hotlists/").content.decode()
    entry = load.revision.begun.get()
    history = gloria.get(f"/hotlists/requests/history/{entry.pk}/").content.decode()
    assert "by Gloria Gallegos (frank)" in history


@pytest.mark.both_databases
@pytest.mark.clause("5.f/reasons")
def test_a_format_is_tried_described_and_used_and_every_version_stays(gloria: Client) -> None:
    sample = "SV,ABC123\nXP,DEF456\nQQ,GHI789"
    page = gloria.post("/hotlists/formats/preview", DESCRIBED | {"sample": sample}).content.decode()
    assert "ABC123" in page
    assert "the format skips lines with" in page
    assert "is not in the format" in page
    assert gloria.post("/hotlists/formats/add", DESCRIBED).status_code == 302
    suggested = gloria.post("/hotlists/formats/of/Kansas/suggest", {"sample": ""})
    assert suggested.context["form"]["name"].value() == "Kansas"
    assert 'action="/hotlists/formats/of/Kansas"' in suggested.content.decode()
    changed = DESCRIBED | {"reason_codes": "SV = stolen_plate"}
    assert gloria.post("/hotlists/formats/of/Kansas", changed).status_code == 302
    assert list(Format.objects.values_list("name", "version")) == [("Kansas", 2), ("Kansas", 1)]
    gloria.post("/hotlists/import", given(b"SV,ABC123\n", format="Kansas"))
    load = Load.objects.get()
    assert (load.format, load.rows) == ("Kansas:2", 1)
    assert gloria.post("/hotlists/formats/of/Kansas/retire").status_code == 302
    assert gloria.get("/hotlists/formats/of/Kansas").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "says", "field"),
    [
        ({"plate_take": "0"}, "is not a column", "plate_take"),
        ({"reason_then": "run this"}, "is not a step", "reason_take"),
        ({"reason_codes": "ICE = wanted_person"}, "SB 40 does not allow", "reason_take"),
        ({"name": "ncic"}, "is not csv or ncic", "name"),
    ],
)
def test_a_description_that_cannot_be_used_is_refused_at_its_field(
    gloria: Client, wrong: dict[str, str], says: str, field: str
) -> None:
    answer = gloria.post("/hotlists/formats/add", DESCRIBED | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert set(answer.context["form"].errors) == {field}
    assert not Format.objects.exists()


@pytest.mark.clause("SB40.use/immigration", "5.h/import")
def test_a_file_of_ncic_may_be_switched_off_and_immigration_never_on(gloria: Client) -> None:
    page = gloria.get("/hotlists/formats/ncic").content.decode()
    assert "cannot be turned on" in page
    assert 'name="N"' not in page
    assert (
        gloria.post(
            "/hotlists/formats/ncic", ncic.default_reasons() | {"X": "", "N": "wanted_person"}
        ).status_code
        == 302
    )
    assert formats.ncic_reasons()["X"] == ""
    assert "N" not in formats.ncic_reasons()
    with pytest.raises(Refused, match="SB 40"):
        formats.save_ncic_reasons(GLORIA, {"N": "wanted_person"})
    content = NCIC_HEAD + vehicle(1) + vehicle(2, "X") + vehicle(3, "N")
    gloria.post("/hotlists/import", given(content.encode(), format="ncic"))
    assert (Load.objects.get().rows, Load.objects.get().rejected) == (1, 2)


def test_a_feeds_secret_is_kept_and_never_shown(gloria: Client, tmp_path: Any, settings: Any) -> None:
    hotlist = import_hotlist("AAA111").hotlist
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    sent = {
        "format": "ncic", "place": "sftp", "folder": "out", "pattern": "V*.txt", "host": "sftp.example.gov",
        "port": "22", "user": "plateward", "host_key": key, "password": "a long password",
        "times": "05:30 17:30", "on": "on",
    }  # fmt: skip
    assert gloria.post(f"/hotlists/feeds/{hotlist.pk}/", sent).status_code == 302
    assert "a long password" not in gloria.get(f"/hotlists/feeds/{hotlist.pk}/").content.decode()
    assert (
        gloria.post(f"/hotlists/feeds/{hotlist.pk}/", sent | {"password": "", "user": "other"}).status_code
        == 302
    )
    feed = Feed.objects.get()
    assert (feed.secret, feed.user) == ("a long password", "other")
    assert gloria.post(f"/hotlists/feeds/{hotlist.pk}/pull").status_code == 302
    answer = gloria.post(f"/hotlists/feeds/{hotlist.pk}/", sent | {"host_key": "", "pattern": "../x"})
    assert answer.status_code == 422
