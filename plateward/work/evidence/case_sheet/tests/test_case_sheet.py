"""The case sheet of an alert: all that is on record, marked, on the log before it leaves."""

import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from unittest.mock import Mock

import pypdf
import pytest
from django.test import Client

from plateward.core.audit.leaf import Leaf
from plateward.core.audit.mentions import entries_about
from plateward.core.pages.models import ExportStop
from plateward.field.reads.images import image_segments
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import DayLost, StoreAway
from plateward.ground import clock
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.vault.segments import Location
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page.actions import confirm
from plateward.work.alerts.testing import DISCLOSED
from plateward.work.evidence.custody.chain import chain_of
from plateward.work.evidence.custody.sentences import CustodyStep
from plateward.work.evidence.package.gathering import reads_of
from plateward.work.evidence.testing import jpeg

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.iii/marked", "6.e.iii/vetted", "6.h.iv/custody")]
GIVEN = {
    "number": "2026-00412",
    "use": "For Agent Begay's case file on the stolen truck of that night.",
    **DISCLOSED,
}


@pytest.fixture
def reader() -> Roadside:
    return enroll_reader("sheet-2", unit=person("ada").unit)


@pytest.fixture
def alert(reader: Roadside) -> Alert:
    load_hotlist("CSH412")
    reader.send(reader.photo("CSH412", image=jpeg()))
    return Alert.objects.latest("pk")


@pytest.fixture
def ada(alert: Alert) -> Client:
    return signed_in(person("ada"))


def path(alert: Alert, what: str = "") -> str:
    return f"/alerts/{alert.pk}/case-sheet/{what}"


def read_pdf(content: bytes) -> tuple[Sequence[pypdf.PageObject], str]:
    """Its pages, and their words."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return pages, " ".join(" ".join(page.extract_text() for page in pages).split())


def images(pages: Sequence[pypdf.PageObject]) -> list[bytes]:
    """The JPEGs on them, as they were set."""
    of_pages = (image.indirect_reference for page in pages for image in page.images)
    objects = (reference.get_object() for reference in of_pages if reference)
    return [stream._data for stream in objects if isinstance(stream, pypdf.generic.StreamObject)]


@pytest.mark.clause("6.e.ii/report")
def test_it_says_what_is_on_record_and_the_chain_of_custody_has_it(
    ada: Client, alert: Alert, recorded: Callable[[str], Leaf]
) -> None:
    confirm(acting("ada"), alert, "CSH412", "NM")
    assert 'name="number"' in ada.get(path(alert)).content.decode()
    answer = ada.post(path(alert, "print"), GIVEN)
    assert answer["Content-Disposition"].endswith('-CJI.pdf"')
    pages, text = read_pdf(answer.content)
    entry = recorded("alert.print")
    assert (entry.object, entry.reason, entry.details["number"]) == (
        f"alert:{alert.pk}",
        GIVEN["use"],
        GIVEN["number"],
    )
    for said in (
        f"Case sheet, alert {alert.pk}",
        "CSH412",
        GIVEN["use"],
        "Confidential: investigative lead only, verify before acting.",
        "Read CSH412 NM: ",
        "Disposition None yet.",
        f"Export {entry.details['export']}",
    ):
        assert said in text, said
    assert all("Ada Archuleta (ada)" in page.extract_text() for page in pages)
    noted = str(entry.details["pictures"])
    assert [sha256(image).hexdigest() in noted for image in images(pages)] == [True, True]
    assert entry in [row.leaf for row in entries_about([f"read:{alert.read}"])]
    printed = [event for event in chain_of(reads_of([alert.pk])).events if event.step is CustodyStep.PRINTED]
    assert [event.entry for event in printed] == [entry.sequence]
    assert f"case sheet of alert {alert.pk}" in printed[0].what


def test_what_is_lost_destroyed_or_no_picture_is_named_and_the_log_has_what_is_printed(
    ada: Client,
    alert: Alert,
    reader: Roadside,
    recorded: Callable[[str], Leaf],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(2):
        reader.send(reader.photo("CSH412"))
    confirm(acting("ada"), alert, "CSH412", "NM")
    store, segments = configured_store(), image_segments()
    get, read = store.get, segments.read
    own = get(ReadKey(alert.captured_at.date(), alert.read))
    assert own
    lost, no_picture = alert.sightings.all()

    def without_lost(key: ReadKey) -> StoredRead | None:
        if key.id == lost.read:
            raise DayLost(key.day)
        return get(key)

    def without_plate(place: Location) -> bytes:
        if place == own.plate_image:
            raise DayDestroyed("Destroyed meanwhile.")
        return read(place)

    monkeypatch.setattr(store, "get", without_lost)
    monkeypatch.setattr(segments, "read", without_plate)
    pages, text = read_pdf(ada.post(path(alert, "print"), GIVEN).content)
    for said in (
        "Reads 3, 2 shown here",
        "is not shown. The reads of",
        "The plate is not shown. Destroyed meanwhile.",
        "The vehicle is not shown. This image cannot be copied",
    ):
        assert said in text, said
    entry = recorded("alert.print")
    (digest,) = [sha256(image).hexdigest() for image in images(pages)]
    noted = f"context of {alert.read}: {digest}, original {own.read.context_sha256}"
    assert entry.details["pictures"] == [noted]
    for seen, is_named in ((alert, True), (lost, False), (no_picture, False)):
        about = [row.leaf for row in entries_about([f"read:{seen.read}"])]
        assert (entry in about) is is_named


@pytest.mark.clause("6.b.i.9/denied")
def test_it_does_not_leave_without_a_read_that_may_be_had_in_a_minute(
    ada: Client, alert: Alert, recorded: Callable[[str], Leaf], monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(acting("ada"), alert, "CSH412", "NM")
    monkeypatch.setattr(configured_store(), "get", Mock(side_effect=StoreAway("It hangs.")))
    refused = ada.post(path(alert, "print"), GIVEN)
    assert (refused.status_code, "Nothing was printed." in refused.content.decode()) == (409, True)
    assert (recorded("alert.print").outcome, recorded("alert.print").clause) == ("refused", "6.h.iv")


@pytest.mark.clause("6.e.iv.3/plate")
def test_there_is_none_before_the_plate_was_read_from_the_image(
    ada: Client, alert: Alert, recorded: Callable[[str], Leaf]
) -> None:
    asked = ada.get(path(alert)).content.decode()
    assert "The plate of this alert is not confirmed yet." in asked
    assert "CSH412" not in asked
    refused = ada.post(path(alert, "print"), GIVEN)
    assert refused.status_code == 409
    assert (recorded("alert.print").outcome, recorded("alert.print").clause) == ("refused", "6.e.iv.3")


@pytest.mark.clause("6.h.iii/approval")
def test_it_asks_under_which_number_and_for_whom(ada: Client, alert: Alert) -> None:
    confirm(acting("ada"), alert, "CSH412", "NM")
    assert ada.post(path(alert, "print"), GIVEN | {"number": ""}).status_code == 422
    assert ada.post(path(alert, "print"), GIVEN | {"use": "x"}).status_code == 409


@pytest.mark.clause("6.c.ii.1/all", "6.b.i.8/matrix", "6.b.i.11/contained")
def test_it_needs_the_duty_a_new_proof_and_that_exports_go_on(ada: Client, alert: Alert) -> None:
    confirm(acting("ada"), alert, "CSH412", "NM")
    assert signed_in(person("elena")).post(path(alert, "print"), GIVEN).status_code == 403
    ExportStop.objects.create(cause="breach:1", why="contained", begun_by="person:gloria")
    assert ada.post(path(alert, "print"), GIVEN).status_code == 403
    ExportStop.objects.update(ends=clock.now())
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert ada.post(path(alert, "print"), GIVEN).status_code == 401
