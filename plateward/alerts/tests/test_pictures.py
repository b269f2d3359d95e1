"""The queue's pictures: of the vehicle, never of a plate that nobody has read."""

import io
from datetime import timedelta

import cv2
import numpy as np
import pytest
from PIL import Image

from plateward import clock
from plateward.alerts.closing.account import DispositionAccount
from plateward.alerts.closing.actions import dispose
from plateward.alerts.facts import AlertOutcome
from plateward.alerts.models import Alert
from plateward.alerts.page import actions as steps
from plateward.alerts.queue.thumbnails import COVER, EMPTY, HEIGHT, WIDTH, cover_of, thumbnail
from plateward.alerts.routing.presence import note_position
from plateward.audit.events import Event
from plateward.audit.mentions import entries_about
from plateward.fleet.models import Reader
from plateward.people.actor import PersonActor
from plateward.people.testing import person, signed_in
from plateward.recognition.engine import TextEngine
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.wire.read import ReadVehicle, VehicleFact

BOX = (600, 400, 120, 60)
PLATE = (255, 220, 0)  # its color, which nothing else in the picture has


def picture(size: tuple[int, int] = (1280, 720)) -> bytes:
    """A blue vehicle with a yellow plate at BOX, and the same picture small in its metadata."""
    image = Image.new("RGB", size, (20, 40, 160))
    x, y, width, height = BOX
    image.paste(PLATE, (x, y, x + width, y + height))
    exif = image.getexif()
    exif[0x010E] = "ABC123"
    exif[0x0112] = 3  # upside down: the box is of the pixels as stored
    content = io.BytesIO()
    image.save(content, "JPEG", quality=95, exif=exif)
    return content.getvalue()


def yellow(jpeg: bytes) -> int:
    """How many pixels have anything of the plate's color."""
    pixels = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"), int)
    return int(((pixels[..., 0] > 80) & (pixels[..., 2] < 120)).sum())


def colors(jpeg: bytes) -> set[tuple[int, ...]]:
    """Its colors, roughly."""
    pixels = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"), int).reshape(-1, 3)
    return {tuple(map(int, color)) for color in np.unique(np.rint(pixels / 16) * 16, axis=0)}


@pytest.mark.clause("6.e.iv.3", "6.h.iv")
def test_nothing_of_a_covered_plate_is_left_in_pixels_or_metadata() -> None:
    original = picture()
    assert yellow(thumbnail(original, BOX, masked=False)) > 20
    covered = thumbnail(original, BOX, masked=True)
    assert yellow(covered) == 0
    assert b"ABC123" not in covered
    opened = Image.open(io.BytesIO(covered))
    assert not opened.getexif()
    assert opened.width <= WIDTH
    assert opened.height <= HEIGHT
    assert any(
        max(abs(part - cover) for part, cover in zip(color, COVER, strict=True)) < 24
        for color in colors(covered)
    )


@pytest.mark.clause("6.e.iv.3")
@pytest.mark.parametrize(
    ("original", "box"),
    [
        (picture(), (0, 0, 0, 0)),
        (picture(), (0, 0, 1, 1)),
        (picture(), (0, 400, 700, 300)),
        (picture(), (600, 400, 40, 200)),
        (picture(), (1200, 400, 120, 60)),
        (picture((640, 480)), BOX),
        (b"\xff\xd8\xff\xe0 no picture", BOX),
        (b"", BOX),
    ],
)
def test_where_it_is_not_known_where_the_plate_is_the_picture_is_empty(
    original: bytes, box: tuple[int, int, int, int]
) -> None:
    assert colors(thumbnail(original, box, masked=True)) == {tuple(round(part / 16) * 16 for part in EMPTY)}


def test_a_cover_reaches_beyond_the_plate_and_not_beyond_the_picture() -> None:
    left, top, right, bottom = cover_of(BOX, (1280, 720)) or (0, 0, 0, 0)
    assert (left < 600, top < 400, right > 720, bottom > 460) == (True,) * 4
    assert cover_of((0, 0, 600, 300), (1280, 720)) == (0, 0, 758, 383)


@pytest.mark.clause("6.e.iv.3", "6.h.iv")
def test_no_plate_can_be_read_in_a_covered_picture_even_if_its_box_is_wrong() -> None:
    car = np.full((480, 720, 3), (96, 84, 70), np.uint8)
    box, elsewhere = (190, 230, 340, 170), (20, 20, 120, 60)
    cv2.rectangle(car, (190, 230), (530, 400), (225, 235, 235), -1)
    cv2.putText(car, "HVT4821", (205, 340), cv2.FONT_HERSHEY_SIMPLEX, 2.3, (60, 30, 20), 8, cv2.LINE_AA)
    original, engine = cv2.imencode(".jpg", car)[1].tobytes(), TextEngine()

    def read(box: tuple[int, int, int, int], *, masked: bool) -> list[str]:
        small = Image.open(io.BytesIO(thumbnail(original, box, masked=masked)))
        large = np.asarray(small.resize((720, 480), Image.Resampling.BICUBIC), np.uint8)
        return [plate.text for plate in engine.read(large)]

    assert read(box, masked=False) == ["HVT4821"]
    assert read(box, masked=True) == read(elsewhere, masked=True) == []


@pytest.fixture
def reader() -> Roadside:
    load_hotlist("ABC123")
    return enroll_reader()


@pytest.fixture
def alert(reader: Roadside) -> Alert:
    red = ReadVehicle(color=VehicleFact("red", "paint"), kind=VehicleFact("pickup", "detector"))
    reader.send(reader.photo("ABC123", image=picture(), vehicle=red))
    return Alert.objects.get()


@pytest.mark.django_db
@pytest.mark.clause("6.e.iv.3", "6.h.iv", "6.b.i.9")
@pytest.mark.one_database
def test_the_queue_covers_the_plate_until_it_was_typed_and_names_each_picture_once(alert: Alert) -> None:
    browser, read = signed_in(person("ada")), f"read:{alert.read}"
    [row] = browser.get("/alerts/").context["alerts"]
    assert row["vehicle"] == "Red pickup"
    before = len(list(entries_about([read], [Event.IMAGE_VIEW])))
    assert before == 1, "the page's own entry names it"
    answer = browser.get(row["picture"])
    assert (answer.status_code, answer["Cache-Control"], yellow(answer.content)) == (200, "no-store", 0)
    assert len(list(entries_about([read], [Event.IMAGE_VIEW]))) == before
    alone = row["picture"].partition("?")[0]
    for address in (alone, f"{row['picture']}x"):
        assert yellow(browser.get(address).content) == 0
    assert len(list(entries_about([read], [Event.IMAGE_VIEW]))) == before + 2
    steps.confirm(PersonActor.of(person("ada")), alert, "ABC123", "NM")
    assert yellow(browser.get(row["picture"]).content) > 0
    assert browser.get("/alerts/").context["alerts"][0]["claimed"] == "With Ada Archuleta"


@pytest.mark.django_db
@pytest.mark.clause("5.b")
@pytest.mark.one_database
def test_the_distance_is_from_where_the_viewers_own_unit_was_lately_and_else_unknown(alert: Alert) -> None:
    browser = signed_in(person("ada"))
    assert browser.get("/alerts/").context["alerts"][0]["distance"] == "Distance unknown"
    own = enroll_reader("unit-12-front", unit=person("ada").unit)
    for ago, distance in ((timedelta(hours=1), "Distance unknown"), (timedelta(0), "2.8 mi from your unit")):
        note_position(Reader.objects.get(name=own.name), 35.1244, -106.6504, clock.now() - ago)
        assert browser.get("/alerts/").context["alerts"][0]["distance"] == distance


@pytest.mark.django_db
@pytest.mark.clause("5.b", "6.b.i.9")
@pytest.mark.one_database
def test_chosen_alerts_are_acknowledged_each_with_its_own_record(alert: Alert, reader: Roadside) -> None:
    load_hotlist("ABC123", "XYZ987")
    reader.send(reader.photo("XYZ987"))
    both = [*Alert.objects.order_by("pk").values_list("pk", flat=True)]
    browser = signed_in(person("ada"))
    page = browser.post("/alerts/acknowledge", {"chosen": "yes", "number": both}, follow=True)
    assert "2 alerts acknowledged. Each has its own record." in page.content.decode()
    for pk in both:
        assert Alert.objects.get(pk=pk).acknowledgments.get().by == person("ada")
        assert len(list(entries_about([f"alert:{pk}"], [Event.ALERT_ACKNOWLEDGE]))) == 1
    again = browser.post("/alerts/acknowledge", {"chosen": "yes", "number": both}, follow=True)
    assert "No alert was acknowledged" in again.content.decode()


@pytest.mark.django_db
@pytest.mark.clause("5.b")
@pytest.mark.one_database
def test_after_a_closed_alert_comes_the_next(
    alert: Alert, reader: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = PersonActor.of(person("ada"))
    dispose(
        ada,
        alert,
        DispositionAccount(AlertOutcome.NOT_LOCATED, "Looked for it on the frontage road in vain."),
    )
    browser = signed_in(ada.person)
    assert "No other new alert: back to the queue" in browser.get(f"/alerts/{alert.pk}/").content.decode()
    load_hotlist("ABC123", "XYZ987")
    reader.send(reader.photo("XYZ987"))
    later = Alert.objects.exclude(pk=alert.pk).get()
    assert f'href="/alerts/{later.pk}/"' in browser.get(f"/alerts/{alert.pk}/").content.decode()
    # What rang a moment ago may be somebody else's by now.
    monkeypatch.setattr("plateward.alerts.queue.views.ringing_alerts", lambda _: [later.pk + 1, later.pk])
    assert f'href="/alerts/{later.pk}/"' in browser.get(f"/alerts/{alert.pk}/").content.decode()
