"""The vehicle's color, on the vehicles of the demo and on pictures made for a single rule."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from plateward.demo.cast import CAST, ROAD, SECONDS
from plateward.recognition import engines, images
from plateward.recognition.color import Color, vehicle_color

Image = NDArray[np.uint8]
BGR = tuple[int, int, int]
BOX = (280, 220, 80, 40)


def car(paint: BGR, beside: BGR | None = None, plate: BGR = (225, 232, 235)) -> Image:
    """A rear in front of grass and sky; `beside` is the color of its bumper, at the plate's height."""
    image = np.full((400, 640, 3), (190, 150, 110), np.uint8)
    image[200:] = (60, 110, 90)
    image[100:330, 140:500] = paint
    if beside:
        image[215:265, 140:500] = beside
    x, y, width, height = BOX
    image[y : y + height, x : x + width] = plate
    cv2.putText(image, "HVT 4821", (x + 6, y + 27), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (60, 30, 20), 2)
    noise = np.random.default_rng(7).normal(0, 4, image.shape)
    return (image + noise).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("paint", "name"),
    [
        ((28, 28, 28), Color.BLACK),
        ((102, 100, 100), Color.GRAY),
        ((170, 168, 166), Color.SILVER),
        ((236, 238, 238), Color.WHITE),
        ((30, 26, 170), Color.RED),
        ((40, 30, 90), Color.RED),  # maroon
        ((20, 110, 235), Color.ORANGE),
        ((40, 200, 235), Color.YELLOW),
        ((132, 168, 192), Color.TAN),
        ((30, 50, 80), Color.BROWN),
        ((60, 110, 40), Color.GREEN),
        ((150, 80, 30), Color.BLUE),
        ((120, 40, 110), Color.PURPLE),
    ],
)
def test_plain_paint_in_daylight_has_its_name(paint: BGR, name: Color) -> None:
    assert vehicle_color(car(paint), BOX) is name


RED, BLUE, CHROME = (30, 26, 170), (150, 80, 30), (204, 204, 200)


def test_a_bumper_without_color_does_not_hide_the_paint_above_it() -> None:
    assert vehicle_color(car(RED, beside=CHROME), BOX) is Color.RED


@pytest.mark.parametrize("beside", [BLUE, (28, 28, 28)])
def test_two_colors_or_two_grays_are_unknown(beside: BGR) -> None:
    assert vehicle_color(car(RED if beside == BLUE else CHROME, beside=beside), BOX) is Color.UNKNOWN


def test_half_a_color_is_unknown() -> None:
    image = car(RED)
    image[:, :320][(image[:, :320] == image[150, 200]).all(axis=2)] = BLUE
    image[100:330, 140:320] = BLUE
    assert vehicle_color(image, BOX) is Color.UNKNOWN


def test_by_night_it_is_unknown() -> None:
    assert vehicle_color((car(RED) * 0.1).astype(np.uint8), BOX) is Color.UNKNOWN


def test_an_infrared_picture_tells_no_color() -> None:
    gray = cv2.cvtColor(car(RED), cv2.COLOR_BGR2GRAY)
    assert vehicle_color(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR).astype(np.uint8), BOX) is Color.UNKNOWN


def test_glare_is_unknown() -> None:
    assert vehicle_color(car((255, 255, 255)), BOX) is Color.UNKNOWN


def test_gray_beside_a_plate_that_is_no_white_card_is_unknown() -> None:
    assert vehicle_color(car((60, 60, 60), plate=(70, 60, 60)), BOX) is Color.UNKNOWN


@pytest.mark.parametrize(
    "box",
    [(280, 220, 20, 10), (280, 220, 0, 0), (900, 900, 80, 40), (-300, -90, 80, 40), (0, 0, 640, 400)],
    ids=["small", "empty", "outside", "before", "everything"],
)
def test_a_box_with_no_paint_around_it_is_unknown(box: tuple[int, int, int, int]) -> None:
    assert vehicle_color(car(RED), box) is Color.UNKNOWN


def test_no_vehicle_of_the_demo_is_given_a_wrong_color() -> None:
    colors, engine = set(), engines.load_engine()
    for number, (_, _, picture) in enumerate(images.frames(ROAD, 1.0)):
        vehicle = CAST[min(number // SECONDS, len(CAST) - 1)]
        for plate in engine.read(picture):
            if plate.text == vehicle.plate:
                name = vehicle_color(picture, plate.box)
                assert name in (vehicle.color, Color.UNKNOWN)
                colors.add(name)
    assert colors >= {Color.RED, Color.BLUE, Color.GREEN, Color.WHITE}
