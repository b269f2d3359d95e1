"""A picture's review through its pages: by whom, what must be said, and what is kept."""

from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from msgspec.structs import replace

from plateward.core.audit.events import Event
from plateward.ground.tiles.encoding import encode_tiled
from plateward.ground.tiles.proof import decode_proof, seal_picture
from plateward.ground.tiles.testing import scene as tile_scene
from plateward.people import days
from plateward.people.testing import person, signed_in
from plateward.recognition.covering import checking
from plateward.recognition.covering.testing import jpeg, scene
from plateward.recognition.covering.types import Cover, CoverKind
from plateward.sharing.redaction.models import RedactedPicture
from plateward.sharing.redaction.testing import REQUEST, form_of, path, photographed, wanted
from plateward.testing.roadside import JPEG, Photo, enroll_reader
from plateward.work.evidence.verify.findings import State
from plateward.work.evidence.verify.picture import verify_copy

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.h.iii/redaction")]
FOUND = Cover((470, 390, 300, 180), CoverKind.PLATE, "covers-1", 0.9)


@pytest.fixture(autouse=True)
def _finders(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the networks find is tested in test_networks.py; here it is one plate, and the result has no flaw."""
    monkeypatch.setattr(checking, "find_covers", lambda _: [FOUND])
    monkeypatch.setattr(checking, "flaws", lambda *_: [])
    monkeypatch.setattr(checking, "version", lambda: "test")


@pytest.mark.both_databases
@pytest.mark.clause("6.h.iv/custody", "6.h.iv/safeguard")
def test_a_reviewed_picture_is_kept_sealed_with_what_was_covered_and_why(
    photo: Photo, iris: Client, recorded: Any
) -> None:
    page = iris.get(path(photo))
    assert b"found by the system (90%)" in page.content
    assert recorded(Event.READ_VIEW).object == f"read:{photo.read.id}"
    answer = iris.post(
        path(photo), form_of([FOUND.box, (10, 20, 60, 120)], found=1, **{"box-1-kind": "person"})
    )
    assert answer.status_code == 302, answer.content
    row = RedactedPicture.objects.get()
    assert answer["Location"] == f"/redaction/{row.pk}/"
    assert (row.original_sha256, row.sha256) == (photo.read.context_sha256, sha256(row.jpeg).hexdigest())
    assert [(cover.kind, cover.by_hand) for cover in row.manifest.covered] == [
        (CoverKind.PLATE, False),
        (CoverKind.PERSON, True),
    ]
    entry = recorded(Event.PICTURE_REDACT)
    assert (entry.object, entry.reason) == (f"read:{photo.read.id}", REQUEST)
    assert entry.details["sha256"] == row.sha256
    shown = iris.get(answer["Location"]).content.decode()
    assert "Plate covered: identifies a vehicle" in shown
    assert "Found by the reviewer. 60 × 120 pixels" in shown
    with connection.cursor() as cursor:
        cursor.execute("SELECT manifest_json, content FROM sharing_redactedpicture")
        assert all(
            b"covered" not in bytes(column) and b"/9j/" not in bytes(column) for column in cursor.fetchone()
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        RedactedPicture.objects.update(request="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


@pytest.mark.clause("6.h.iii/proof", "6.h.iv/verified")
def test_what_its_reader_sealed_is_proven_to_whoever_has_the_readers_key(iris: Client, recorded: Any) -> None:
    roadside = enroll_reader("redaction-6", unit=person("ada").unit)
    plain = roadside.photo()
    context = encode_tiled(tile_scene(1280, 720))
    seal = seal_picture(
        roadside.key,
        context,
        read=plain.read.id,
        camera=plain.read.camera,
        captured_at=plain.read.captured_at,
    )
    read = replace(plain.read, context_sha256=sha256(context).hexdigest(), context_tiles=seal)
    photo = Photo(read, context, plain.plate)
    roadside.send(photo)
    with wanted(photo):
        assert iris.post(path(photo), form_of([FOUND.box], found=1)).status_code == 302
        row = RedactedPicture.objects.get()
        assert b"its proof" in iris.get(f"/redaction/{row.pk}/").content
        answer = iris.get(f"/redaction/{row.pk}.proof.json")
    assert recorded(Event.READ_VIEW).details["page"] == "proof"
    findings = list(verify_copy(row.jpeg, decode_proof(answer.content), roadside.key.public_key()))
    assert {each.state for each in findings} == {State.OK}
    assert read.plate.encode() not in answer.content
    assert findings[1].says.endswith(
        f"the agency wrote: RECORDS REQUEST 3 - REDACTED {days.today()} - NM0000000"
    )


def test_without_a_seal_the_page_says_that_there_is_no_proof(photo: Photo, iris: Client) -> None:
    iris.post(path(photo), form_of([FOUND.box], found=1))
    row = RedactedPicture.objects.get()
    assert b"There is no proof for this picture" in iris.get(f"/redaction/{row.pk}/").content
    assert iris.get(f"/redaction/{row.pk}.proof.json").status_code == 404


def test_a_review_that_is_skipped_gives_nothing(photo: Photo, iris: Client, recorded: Any) -> None:
    form = form_of([FOUND.box], found=1)
    form.pop("complete")
    answer = iris.post(path(photo), form)
    assert answer.status_code == 409
    assert b"You have not confirmed" in answer.content
    assert iris.post(path(photo), {}).status_code == 422
    assert iris.post(path(photo), form_of([(1, 1, 5, 5)])).status_code == 409  # the find was dropped silently
    assert not RedactedPicture.objects.exists()
    assert recorded(Event.PICTURE_REDACT).clause == "6.h.iii"


def test_what_is_typed_wrong_stays_on_the_page(photo: Photo, iris: Client) -> None:
    answer = iris.post(path(photo), form_of([FOUND.box, (-4, 1, 0, 5)], found=1))
    assert answer.status_code == 422
    assert b'value="-4"' in answer.content


def test_each_view_of_the_picture_is_a_custody_event(photo: Photo, iris: Client, recorded: Any) -> None:
    answer = iris.get(path(photo, ".jpg"))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer.content.endswith(b"\xff\xd9")  # nothing of what followed the picture
    entry = recorded(Event.IMAGE_VIEW)
    assert (entry.object, entry.details["image"]) == (f"read:{photo.read.id}", "context")
    assert entry.details["request"] == REQUEST


def test_without_a_request_that_names_it_a_picture_does_not_exist(photo: Photo, iris: Client) -> None:
    other = photographed(reader="redaction-5")
    for what in ("/", ".jpg"):
        assert iris.get(path(other, what)).status_code == 404
        assert signed_in(person("ada")).get(path(photo, what)).status_code == 403


def test_the_chief_sees_the_result_and_not_the_original(photo: Photo, iris: Client, recorded: Any) -> None:
    iris.post(path(photo), form_of([FOUND.box], found=1))
    row, chief = RedactedPicture.objects.get(), signed_in(person("hector", role="chief"))
    assert chief.get(path(photo)).status_code == 403
    assert chief.get(f"/redaction/{row.pk}/").status_code == 200
    assert chief.get(f"/redaction/{row.pk}.jpg").content == row.jpeg
    assert recorded(Event.IMAGE_VIEW).details["image"] == "redacted"


def test_what_is_no_picture_is_refused_in_words(iris: Client) -> None:
    broken = photographed(JPEG, "redaction-5")
    with wanted(broken):
        answer = iris.get(path(broken))
    assert answer.status_code == 409
    assert b"This picture cannot be redacted, so it cannot be released." in answer.content


def test_while_exports_are_stopped_nothing_is_made(photo: Photo, iris: Client) -> None:
    from plateward.core.pages.models import ExportStop

    ExportStop.objects.create(cause="breach:1", why="A leak is being contained.", begun_by="system:hub")
    assert iris.post(path(photo), form_of([FOUND.box], found=1)).status_code == 409
    assert not RedactedPicture.objects.exists()


def test_small_pictures_are_redacted_too(iris: Client) -> None:
    small = photographed(jpeg(scene().resize((200, 112))), "redaction-5")
    with wanted(small):
        assert iris.post(path(small), form_of([(1, 1, 190, 100)])).status_code == 409  # the find lies outside
