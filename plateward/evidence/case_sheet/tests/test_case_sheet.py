"""The case sheet of an alert: all that is on record, marked, on the log before it leaves."""

import io
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
from django.test import Client

from plateward import clock
from plateward.alerts.models import Alert
from plateward.alerts.page.actions import confirm
from plateward.audit.leaf import Leaf
from plateward.audit.mentions import entries_about
from plateward.evidence.custody.chain import chain_of
from plateward.evidence.custody.sentences import Step
from plateward.evidence.custody.tests.pictures import jpeg
from plateward.evidence.package.gathering import reads_of
from plateward.pages.models import ExportStop
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.iii", "6.h.iv")]
GIVEN = {"number": "2026-00412", "use": "For Agent Begay's case file on the stolen truck of that night."}


@pytest.fixture
def alert() -> Alert:
    load_hotlist("CSH412")
    reader = enroll_reader("sheet-2", unit=person("ada").unit)
    reader.send(reader.photo("CSH412", image=jpeg()))
    return Alert.objects.latest("pk")


@pytest.fixture
def ada(alert: Alert) -> Client:
    return signed_in(person("ada"))


def path(alert: Alert, what: str = "") -> str:
    return f"/alerts/{alert.pk}/case-sheet/{what}"


@pytest.mark.one_database
def test_it_says_what_is_on_record_and_the_chain_of_custody_has_it(
    ada: Client, alert: Alert, recorded: Callable[[str], Leaf]
) -> None:
    confirm(acting("ada"), alert, "CSH412", "NM")
    assert 'name="number"' in ada.get(path(alert)).content.decode()
    answer = ada.post(path(alert, "print"), GIVEN)
    assert answer["Content-Disposition"].endswith('-CJI.pdf"')
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
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
    assert sum(len(page.images) for page in pages) == 2
    assert entry in [row.leaf for row in entries_about([f"read:{alert.read}"])]
    printed = [event for event in chain_of(reads_of([alert.pk])).events if event.step is Step.PRINTED]
    assert [event.entry for event in printed] == [entry.sequence]
    assert f"case sheet of alert {alert.pk}" in printed[0].what


@pytest.mark.clause("6.e.iv.3")
def test_there_is_none_before_the_plate_was_read_from_the_image(
    ada: Client, alert: Alert, recorded: Callable[[str], Leaf]
) -> None:
    asked = ada.get(path(alert)).content.decode()
    assert "The plate of this alert is not confirmed yet." in asked
    assert "CSH412" not in asked
    refused = ada.post(path(alert, "print"), GIVEN)
    assert refused.status_code == 409
    assert (recorded("alert.print").outcome, recorded("alert.print").clause) == ("refused", "6.e.iv.3")


@pytest.mark.clause("6.h.iii")
def test_it_asks_under_which_number_and_for_whom(ada: Client, alert: Alert) -> None:
    confirm(acting("ada"), alert, "CSH412", "NM")
    assert ada.post(path(alert, "print"), GIVEN | {"number": ""}).status_code == 422
    assert ada.post(path(alert, "print"), GIVEN | {"use": "x"}).status_code == 409


@pytest.mark.clause("6.c.ii.1", "6.b.i.8", "6.b.i.11")
def test_it_needs_the_duty_a_new_proof_and_that_exports_go_on(ada: Client, alert: Alert) -> None:
    confirm(acting("ada"), alert, "CSH412", "NM")
    assert signed_in(person("elena")).post(path(alert, "print"), GIVEN).status_code == 403
    ExportStop.objects.create(cause="breach:1", why="contained", begun_by="person:gloria")
    assert ada.post(path(alert, "print"), GIVEN).status_code == 403
    ExportStop.objects.update(ends=clock.now())
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert ada.post(path(alert, "print"), GIVEN).status_code == 401
