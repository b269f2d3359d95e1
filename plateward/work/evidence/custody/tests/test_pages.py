"""The chain of custody on its page and as a report: for whoever may see it, with its gaps."""

import io
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from plateward.core.audit.events import Event
from plateward.core.audit.heads import latest_head
from plateward.core.audit.log import record
from plateward.field.hotlists.models import Entry, HotList
from plateward.field.reads.store import ReadKey
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Photo, enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page.actions import confirm
from plateward.work.evidence.custody import reporting
from plateward.work.evidence.custody.chain import Chain, chain_of
from plateward.work.evidence.custody.sentences import CustodyStep

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.h.iv/custody")]


@pytest.fixture
def photo() -> Photo:
    load_hotlist("PGC100")
    reader = enroll_reader("custody-4", unit=person("ada").unit)
    photo = reader.photo("PGC100")
    reader.send(photo)
    return photo


def path(photo: Photo, what: str = "") -> str:
    return f"/custody/{photo.read.captured_at.date()}/{photo.read.id}/{what}"


def pdf_text(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def flat(text: str) -> str:
    """Without the breaks of narrow columns."""
    return "".join(text.replace("\u200b", "").split())


def test_it_is_found_by_alert_or_id_by_those_who_find_any(photo: Photo) -> None:
    iris = signed_in(person("iris", role="records"))
    for what in (f"alert:{Alert.objects.get().pk}", str(photo.read.id), f"READ:{photo.read.id}"):
        answer = iris.get("/custody/", {"what": what})
        assert (answer.status_code, answer["Location"]) == (302, path(photo))
    nothing = iris.get("/custody/", {"what": "00000000-0000-7000-8000-000000000007"})
    assert b"No such read" in nothing.content
    assert iris.get("/custody/", {"what": "PGC100"}).status_code == 200
    assert signed_in(person("ada")).get("/custody/").status_code == 403


def test_the_page_shows_each_step_and_no_plate_to_who_may_not_see_it(photo: Photo, recorded: Any) -> None:
    confirm(acting("ada"), Alert.objects.get(), "PGC100", "NM")
    ada, nora = signed_in(person("ada")), signed_in(person("nora"))
    for which in ("plate", "context"):
        ada.get(f"/reads/{photo.read.captured_at.date()}/{photo.read.id}/{which}.jpg")
    own, others = ada.get(path(photo)).content.decode(), nora.get(path(photo)).content.decode()
    assert recorded("custody.view").object == f"read:{photo.read.id}"
    for page in (own, others):
        for words in (
            "Captured by camera",
            "signature is the reader’s own",
            "Received with batch",
            "It matched",
        ):
            assert words.replace("’", "&#x27;") in page or words in page
        assert "2 times within minutes" in page
        assert "Ada Archuleta (ada)" in page
    assert "PGC100" in own
    assert "PGC100" not in others


@pytest.mark.clause("6.c.ii/cases")
def test_an_officer_sees_the_chain_of_reads_of_their_alerts_only(photo: Photo, recorded: Any) -> None:
    other = enroll_reader("custody-5", unit=person("ada").unit)
    unlisted = other.photo("PGC200")
    other.send(unlisted)
    ada = signed_in(person("ada"))
    assert ada.get(path(photo)).status_code == 200
    for what in ("", "report"):
        assert ada.get(path(unlisted, what)).status_code == 404  # of her unit, and no hit
        assert recorded("custody.view").outcome == "refused"
    assert signed_in(person("nora")).get(path(unlisted)).status_code == 200


@pytest.mark.clause("6.e.iii/marked", "6.b.i.11/contained")
def test_the_report_has_everything_with_its_entries_and_the_signed_head(photo: Photo, recorded: Any) -> None:
    key = ReadKey(photo.read.captured_at.date(), photo.read.id)
    record(acting("ada"), Event.IMAGE_VIEW, f"read:{photo.read.id}", image="plate")
    ada = signed_in(person("ada"))
    text = pdf_text(ada.get(path(photo, "report")).content)
    flat = text.replace(" ", "").replace("\u200b", "")
    assert "Chain of custody" in text
    for event in chain_of([key]).events[:-1]:  # the last is the report itself
        assert event.hash in flat
        assert event.what.split(":")[0].replace(" ", "").replace("’", "'") in flat.replace("’", "'")
    assert photo.read.context_sha256 in flat
    assert "None: every event below was found" in text
    assert "PGC100" not in text  # nobody has read it from the image yet
    assert recorded("custody.export").object == f"read:{photo.read.id}"


def test_the_head_is_named_and_whether_it_covers_all(photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain(chain_of([ReadKey(photo.read.captured_at.date(), photo.read.id)]).events, [])
    last = max(event.entry or 0 for event in chain.events)
    head = latest_head()
    if head is None:
        assert reporting.checkpoint_of(chain) is None
        return
    for size, covers in ((last, False), (last + 1, True)):
        signed = type(head)(type(head.head)(size, head.head.root, head.head.at), head.signature, head.key)
        monkeypatch.setattr(reporting, "latest_head", lambda signed=signed: signed)
        checkpoint = reporting.checkpoint_of(chain)
        assert checkpoint is not None
        assert checkpoint.covers is covers


def test_only_views_of_one_person_in_a_row_are_folded(photo: Photo) -> None:
    for who in ("ada", "ada", "ben", "ada"):
        record(acting(who), Event.IMAGE_VIEW, f"read:{photo.read.id}", image="plate")
    record(acting("ada"), Event.IMAGE_VIEW, f"read:{photo.read.id}", outcome="refused")
    events = chain_of([ReadKey(photo.read.captured_at.date(), photo.read.id)]).events
    counts = [
        (row.first.who.split()[0], row.count) for row in reporting.fold(events) if row.first.step == "Viewed"
    ]
    assert counts == [("Ada", 2), ("Ben", 1), ("Ada", 1), ("Ada", 1)]


@pytest.mark.clause("6.c.ii/cases", "6.b.i.8/scope")
def test_of_other_alerts_and_cases_an_officer_learns_only_how_many_events_there_are(
    photo: Photo,
) -> None:
    """A covert list has the plate too. Nora follows the whole chain, Ada that of her alert."""
    own = Alert.objects.get()
    load_hotlist("PGC100", name="Narrow")
    HotList.objects.filter(name="Narrow").update(covert=True, kind=HotList.Kind.AGENCY)
    entry = Entry.objects.get(hotlist__name="Narrow")
    other = Alert.objects.create(
        **{
            name: getattr(own, name)
            for name in ("reader", "read", "captured_at", "seen_at", "arrived_at", "kind")
        },
        entry=entry,
        historical=True,
    )
    read, ben = f"read:{photo.read.id}", acting("ben")
    record(ben, Event.ALERT_SHARE, f"alert:{other.pk}", to="SECRET-1", days=2)
    record(
        ben, Event.EVIDENCE_EXPORT, f"alert:{other.pk}", mentions=[read], alerts=[other.pk], package=990_078
    )
    record(ben, Event.EVIDENCE_SIGN, "package:990078", sha256="SECRET-2")
    record(ben, Event.IMAGE_PRINT, read, reason="SECRET-3", number="2026-44444")
    record(ben, Event.IMAGE_VIEW, "search:880066", mentions=[read])
    record(ben, Event.IMAGE_VIEW, read, image="plate", search=880_067)
    record(acting("ada"), Event.IMAGE_DOWNLOAD, read, reason="Mine.", number="2026-00999", image="plate")
    record(ben, Event.ALERT_SHARE, f"alert:{own.pk}", to="OWN-1", days=2)
    whole = signed_in(person("nora")).get(path(photo)).content.decode()
    for words in (
        "SECRET-1",
        "package 990078",
        "2026-44444",
        "search 880066",
        "new hot list entry",
    ):
        assert words in whole
    assert "may not see" not in whole
    browser = signed_in(person("ada"))
    page, report = (
        browser.get(path(photo)).content.decode(),
        pdf_text(browser.get(path(photo, "report")).content),
    )
    for text in map(flat, (page, report)):
        for words in (
            *("SECRET", "990078", "44444", "880066", "880067", "new hot list entry"),
            f"alert {other.pk}.",
        ):
            assert flat(words) not in text
        for words in ("2026-00999", "OWN-1", Event.IMAGE_VIEW.label, "6 more events"):
            assert flat(words) in text


@pytest.mark.parametrize("client", ["ada", "nora"])
def test_a_read_that_nothing_knows_has_no_chain(client: str) -> None:
    page: Client = signed_in(person(client))
    assert page.get("/custody/2026-11-01/00000000-0000-7000-8000-000000000009/").status_code == 404


def test_a_long_report_keeps_how_the_read_came(photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("ada", "ada", "ben", "ada", "ben"):
        record(acting(who), Event.IMAGE_VIEW, f"read:{photo.read.id}", image="plate")
    events = chain_of([ReadKey(photo.read.captured_at.date(), photo.read.id)]).events
    whole = reporting.rows_of(events)
    assert sum(row.count for row in whole) == len(events) == len(whole) + 1  # of ada's first two views
    monkeypatch.setattr(reporting, "MOST", 4)
    rows = reporting.rows_of(events)
    assert {row.first.step for row in rows} >= {
        CustodyStep.CAPTURED,
        CustodyStep.SEALED,
        CustodyStep.RECEIVED,
    }
    assert rows[-1].first == events[-1]
    assert len(rows) == 4
