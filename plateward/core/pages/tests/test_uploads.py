"""A file between preview and apply: for its uploader only, for a day, and once."""

from datetime import timedelta

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.pages import uploads
from plateward.core.pages.csv_import import CsvColumns, NotACsvFile
from plateward.core.pages.models import Upload
from plateward.core.pages.uploads import TERM, UploadGone
from plateward.ground import clock

pytestmark = pytest.mark.django_db
GLORIA, CARLA = Actor("person", "gloria", "Gloria Gallegos"), Actor("person", "carla", "Carla Chavez")
COLUMNS = CsvColumns(required=("plate",), optional=(), max_bytes=100, max_rows=10)


@pytest.fixture
def upload() -> Upload:
    return uploads.keep(GLORIA, "plates", "a\n.csv", b"plate\nABC123\n", COLUMNS)


@pytest.mark.clause("6.c.ii/people")
def test_it_is_of_its_person_and_purpose_alone(upload: Upload) -> None:
    key = str(upload.pk)
    assert uploads.waiting(GLORIA, "plates", key) == upload
    for who, purpose in ((CARLA, "plates"), (GLORIA, "people")):
        with pytest.raises(UploadGone):
            uploads.waiting(who, purpose, key)


@pytest.mark.both_databases
def test_its_content_is_handed_out_once_and_then_gone(upload: Upload) -> None:
    assert uploads.claim(upload) == b"plate\nABC123\n"
    with pytest.raises(UploadGone, match="already applied"):
        uploads.claim(upload)
    upload.refresh_from_db()
    assert (upload.content, upload.file_name) == ("", "a.csv")


def test_an_overdue_file_is_refused_and_deleted_and_an_applied_one_stays(upload: Upload) -> None:
    applied = uploads.keep(GLORIA, "plates", "b.csv", b"plate\n", COLUMNS)
    uploads.claim(applied)
    uploads.forget_overdue()
    assert Upload.objects.count() == 2
    with clock.set_to(clock.now() + TERM + timedelta(seconds=1)):
        with pytest.raises(UploadGone):
            uploads.claim(upload)
        uploads.forget_overdue()
    assert list(Upload.objects.all()) == [applied]


def test_what_is_no_text_is_not_kept() -> None:
    with pytest.raises(NotACsvFile):
        uploads.keep(GLORIA, "plates", "a.csv", b"\xff", COLUMNS)
