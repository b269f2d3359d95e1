"""Materials are versioned, sealed, downloaded on the record, and acknowledged by the people they concern."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.core.pages import documents
from plateward.ground.policy.decision import Refused
from plateward.ground.vault.sealing import SealBroken
from plateward.people.testing import acting, person, signed_in, untrain
from plateward.people.training.actions import courses
from plateward.people.training.models import Course, Material, MaterialAcknowledgment, MaterialFile, Version

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")
PDF = b"%PDF-1.7 The ALPR handbook"


def released(
    code: str = "policy", title: str = "Handbook", content: bytes = PDF, name: str = "handbook.pdf"
) -> Version:
    person("ada")
    made = Material.objects.filter(title=title).first() or Material(
        course=Course.objects.get(code=code), title=title
    )
    return courses.release_version(GLORIA, made, "Chapter 3 is new.", name, content)


@pytest.mark.clause("6.d.iv/versions")
def test_a_new_version_has_the_next_number_and_asks_again(recorded: Callable[[str], Leaf]) -> None:
    first = released()
    ada = signed_in(person("ada"))
    page = ada.get("/alerts/").content.decode()
    assert "Read and acknowledge “Handbook”, version 1" in page
    answer = ada.post(f"/training/versions/{first.pk}/acknowledge/", follow=True)
    assert "You acknowledged Handbook, version 1" in answer.content.decode()
    assert recorded("training.acknowledge").object == "person:ada"
    assert "Read and acknowledge" not in ada.get("/alerts/").content.decode()
    second = released(content=PDF + b" again")
    assert (second.number, second.sha256 != first.sha256) == (2, True)
    assert "Read and acknowledge “Handbook”, version 2" in ada.get("/access/mine/").content.decode()
    assert MaterialAcknowledgment.objects.get().version == first


@pytest.mark.clause("6.d.iv/versions")
def test_only_whom_it_concerns_is_asked_and_only_for_the_newest() -> None:
    released("advanced-cjis", "Advanced")
    assert "Advanced" not in signed_in(person("ada")).get("/access/mine/").content.decode()
    assert "Advanced" in signed_in(person("gloria")).get("/access/mine/").content.decode()
    with pytest.raises(Refused, match="does not require this course"):
        courses.acknowledge_version(acting("ada"), Version.objects.get())
    old = released()
    released()
    with pytest.raises(Refused, match="newer version"):
        courses.acknowledge_version(acting("ada"), old)
    newest = Version.objects.get(material__title="Handbook", number=2)
    courses.acknowledge_version(acting("ada"), newest)
    courses.acknowledge_version(acting("ada"), newest)
    assert MaterialAcknowledgment.objects.count() == 1


@pytest.mark.clause("6.d.iv/versions", "6.b.i.9/entries", "6.b.i.9/first")
def test_a_download_is_recorded_before_it_is_sent_and_runs_nothing(
    recorded: Callable[[str], Leaf], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = released(name='..\\evil"\r\n/hand\u202ebook.pdf')
    answer = signed_in(person("ada")).get(f"/training/versions/{version.pk}/file/")
    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="handbook.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert recorded("training.view").details["sha256"] == version.sha256
    gone = signed_in(person("ada"))
    monkeypatch.setattr("plateward.people.training.views.courses.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        gone.get(f"/training/versions/{version.pk}/file/")


@pytest.mark.clause("6.d.i/before")
def test_who_is_not_trained_yet_can_read_what_to_learn_from_and_others_cannot() -> None:
    version, other = released(), released("advanced-cjis", "Advanced")
    ada = person("ada")
    untrain(ada, "policy")
    page = signed_in(ada)
    assert page.get("/alerts/").status_code == 403
    assert page.get(f"/training/versions/{version.pk}/file/").status_code == 200
    for way in ("", "file/"):
        assert page.get(f"/training/versions/{other.pk}/{way}").status_code == 404


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes")
def test_the_file_lies_sealed_and_an_altered_or_moved_one_does_not_open() -> None:
    first, two = released(), released(content=PDF + b" again")
    assert b"handbook" not in bytes(
        MaterialFile.objects.values_list("content", flat=True).get(pk=first.file.pk)
    )
    moved = MaterialFile.objects.values_list("content", flat=True).get(pk=two.file.pk)
    first.file.content = moved
    with pytest.raises(SealBroken):
        courses.read_material(first)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"<html>\xff", "not a PDF or UTF-8 text"),
        (b"PK\x03\x04\x00", "not a PDF or UTF-8 text"),
        (b"%PDF-" + b"x" * documents.MAX_BYTES, "larger than 10 MiB"),
    ],
)
def test_a_file_of_another_kind_or_size_is_no_material(content: bytes, message: str) -> None:
    with pytest.raises(documents.NotADocument, match=message):
        released(content=content)
    assert not Material.objects.exists()


@pytest.mark.both_databases
@pytest.mark.clause("6.d.iv/versions", "AT-4/kept")
def test_the_database_itself_keeps_versions_and_acknowledgments() -> None:
    version = released()
    courses.acknowledge_version(acting("ada"), version)
    for table in ("people_materialfile", "people_version", "people_materialacknowledgment"):
        with (
            pytest.raises(DatabaseError, match="are kept"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        Version.objects.update(sha256="0" * 64)
    assert MaterialFile.objects.count() == 1


@pytest.mark.clause("6.d.iv/versions")
def test_the_administrator_releases_on_a_page_and_sees_who_has_not_read_it() -> None:
    ada, ben = acting("ada"), person("ben")
    gloria = signed_in(person("gloria"))
    text = SimpleUploadedFile("notes.txt", "Größe".encode())
    form = {"title": "Notes", "summary": "All of it.", "file": text}
    gloria.post("/training/course/policy/material/", form)
    version = Version.objects.get()
    assert (version.media_type, version.number) == ("text/plain; charset=utf-8", 1)
    again = gloria.post(
        "/training/course/policy/material/", form | {"file": SimpleUploadedFile("n.txt", b"x")}
    )
    assert again.status_code == 422
    assert "release a new version of it" in again.content.decode()
    courses.acknowledge_version(ada, version)
    page = gloria.get(f"/training/versions/{version.pk}/readers/").content.decode()
    assert page.index("Ben Begay") < page.index("Acknowledged</caption>") < page.index("Ada Archuleta")
    assert str(ben) == "Ben Begay"


def test_the_newest_version_stands_first_with_the_name_of_who_released_it() -> None:
    old, new = released(), released()
    page = signed_in(person("gloria")).get("/training/course/policy/").content.decode()
    assert page.index(f"/training/versions/{new.pk}/") < page.index(f"/training/versions/{old.pk}/")
    assert "Gloria Gallegos</td>" in page.replace("\n", "")
