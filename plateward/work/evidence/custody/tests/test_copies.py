"""Printing and downloading: permissions of their own, a new proof, a reason; marked, and on the log first."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from PIL import Image

from plateward.core.audit import log
from plateward.core.pages.models import ExportStop
from plateward.ground import clock
from plateward.people.models import SignIn
from plateward.people.testing import person, signed_in
from plateward.testing.roadside import Photo, enroll_reader
from plateward.work.alerts.testing import DISCLOSED
from plateward.work.evidence.testing import jpeg

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.h.iv/custody", "6.h.iv/safeguard", "6.e.iii/marked", "6.c.ii.1/all"),
]
GIVEN = {
    "image": "plate",
    "number": "2026-00412",
    "use": "For Agent Begay, who compares the car with the store's video of that night.",
    **DISCLOSED,
}


@pytest.fixture
def photo() -> Photo:
    reader = enroll_reader("custody-2", unit=person("ada").unit)
    photo = reader.photo("CPY100", image=jpeg())
    reader.send(photo)
    return photo


@pytest.fixture
def ada(photo: Photo) -> Client:
    return signed_in(person("ada"))


def path(photo: Photo, what: str) -> str:
    return f"/custody/{photo.read.captured_at.date()}/{photo.read.id}/{what}"


def test_a_download_is_a_marked_copy_and_the_log_has_both_hashes(
    ada: Client, photo: Photo, recorded: Any
) -> None:
    answer = ada.post(path(photo, "download"), GIVEN)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].endswith('-CJI.jpg"')
    entry = recorded("image.download")
    assert entry.object == f"read:{photo.read.id}"
    assert entry.reason == GIVEN["use"]
    assert entry.details["number"] == GIVEN["number"]
    assert entry.details["plate_sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert entry.details["plate_original"] == photo.read.plate_sha256
    assert answer.content != photo.plate
    assert entry.details["export"] in answer["Content-Disposition"]
    assert Image.open(io.BytesIO(answer.content)).width >= 640


def test_a_print_has_both_pictures_within_one_page_and_one_entry(
    ada: Client, photo: Photo, recorded: Any
) -> None:
    page = ada.post(path(photo, "print"), GIVEN).content.decode()
    entry = recorded("image.print")
    assert page.count("data:image/jpeg;base64,") == 2
    assert f"/{photo.read.id}/plate.jpg" not in page
    assert entry.details["export"] in page
    assert {entry.details["context_original"], entry.details["plate_original"]} == {
        photo.read.context_sha256,
        photo.read.plate_sha256,
    }
    assert "Confidential: investigative lead only, verify before acting" in page


@pytest.mark.parametrize("what", ["download", "print"])
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"use": "for the case"}, "does not say who gets this"),
        ({"number": "1111"}, "is not one"),
        ({"number": ""}, "Enter the CAD or case number."),
        ({"destination": ""}, "Choose where it goes"),
        ({"purpose": ""}, "Choose the purpose of the disclosure"),
        ({"use": "For the ICE agents in Albuquerque, deportation of the driver."}, "6.h.iii"),
    ],
)
def test_without_a_case_and_a_use_nothing_leaves(
    ada: Client, photo: Photo, what: str, changed: dict[str, str], words: str
) -> None:
    answer = ada.post(path(photo, what), GIVEN | changed)
    assert answer.status_code in (409, 422)
    text = answer.content.decode()
    assert words in text or "law" in text
    assert "data:image" not in text


@pytest.mark.parametrize("what", ["download", "print"])
def test_it_asks_for_the_second_factor_again(ada: Client, photo: Photo, what: str) -> None:
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        answer = ada.post(path(photo, what), GIVEN)
    assert answer.status_code == 401
    assert b"second factor" in answer.content
    assert SignIn.objects.exists()


@pytest.mark.parametrize("what", ["download", "print"])
def test_nothing_leaves_while_exports_are_stopped_or_the_log_is_away(
    ada: Client, photo: Photo, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = ExportStop.objects.create(cause="breach:1", why="A breach.", begun_by="person:gloria")
    stopped = ada.post(path(photo, what), GIVEN)
    assert stopped.status_code in (403, 409)
    assert b"exports are stopped" in stopped.content
    ExportStop.objects.filter(pk=stop.pk).update(ends=clock.now())

    def away(*_: Any) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(log, "_add_to_tree", away)
    ada.raise_request_exception = False
    answer = ada.post(path(photo, what), GIVEN)
    assert answer.status_code == 503
    assert b"data:image" not in answer.content


def test_who_does_not_see_the_read_gets_no_copy_and_the_attempt_is_recorded(
    photo: Photo, recorded: Any
) -> None:
    with clock.set_to(clock.now() + timedelta(hours=13)):  # no longer of the shift
        later = signed_in(person("ada"))
        for what, event in (("download", "image.download"), ("print", "image.print")):
            assert later.post(path(photo, what), GIVEN).status_code == 404
            assert recorded(event).outcome == "refused"
        assert later.get(path(photo, "copy/")).status_code == 404
    elena = signed_in(person("elena"))  # dispatch sees it, and takes nothing along
    assert elena.get(path(photo, "copy/")).status_code == 200
    assert b"formaction" not in elena.get(path(photo, "copy/")).content
    assert elena.post(path(photo, "download"), GIVEN).status_code == 403


def test_an_image_that_cannot_be_marked_does_not_leave(recorded: Any) -> None:
    reader = enroll_reader("custody-3", unit=person("ada").unit)
    photo = reader.photo("CPY200")
    reader.send(photo)
    answer = signed_in(person("ada")).post(path(photo, "download"), GIVEN)
    assert answer.status_code == 422
    assert b"cannot be copied with a watermark" in answer.content
    assert recorded("image.download").outcome == "failed"


def test_a_picture_in_a_tab_of_its_own_is_within_a_page(ada: Client, photo: Photo) -> None:
    image = f"/reads/{photo.read.captured_at.date()}/{photo.read.id}/plate.jpg"
    tab = ada.get(image, headers={"Sec-Fetch-Dest": "document"})
    assert tab["Content-Type"].startswith("text/html")
    assert f'src="{image}"' in tab.content.decode()
    assert ada.get(image, headers={"Sec-Fetch-Dest": "image"}).content == photo.plate
