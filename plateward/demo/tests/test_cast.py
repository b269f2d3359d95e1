"""The demo's footage shows its vehicles, and can be read."""

import io
from itertools import islice

from PIL import Image

from plateward.demo.cast import CAST, LISTINGS, ROAD, SECONDS
from plateward.demo.plates import SIZE, plate_photo
from plateward.field.hotlists.reasons import PRIORITIES, REASONS
from plateward.recognition import engines, images


def test_the_cast_has_every_part_of_the_story() -> None:
    assert len({vehicle.plate for vehicle in CAST}) == len(CAST) == 8
    for listing in LISTINGS:
        assert listing.reason in REASONS
        assert listing.priority in PRIORITIES


def test_the_engine_reads_each_vehicle_s_plate_while_it_is_near() -> None:
    engine = engines.load_engine()
    pictures = [picture for _, _, picture in islice(images.frames(ROAD, 1.0), SECONDS * len(CAST))]
    assert len(pictures) == SECONDS * len(CAST)
    assert ROAD.stat().st_size < 3_000_000
    for number, vehicle in enumerate(CAST):
        near = pictures[SECONDS * number + 4 : SECONDS * number + 6]
        sure = [
            plate.text
            for picture in near
            for plate in engine.read(picture)
            if plate.confidence >= engine.thresholds.alarm
        ]
        assert set(sure) == {vehicle.plate}


def test_a_plate_that_was_not_filmed_is_drawn() -> None:
    assert Image.open(io.BytesIO(plate_photo("ABC 123"))).size == SIZE
