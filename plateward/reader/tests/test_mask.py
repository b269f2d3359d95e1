import numpy as np
import pytest

from plateward.reader.errors import NotReady
from plateward.reader.frames import Image
from plateward.reader.mask import Masks, parse_mask
from plateward.reader.tests.stand_ins import Plates, photograph, plate
from plateward.recognition.types import Plate

UPPER_HALF = "0,0 1,0 1,0.5 0,0.5"


class Looks(Plates):
    """Keeps the picture that it received."""

    def read(self, image: Image) -> list[Plate]:
        self.image = image
        return super().read(image)


def test_nothing_is_read_where_a_mask_lies_or_that_it_touches() -> None:
    inside, across, below = (
        plate(text, box=(100, y, 80, 40)) for text, y in (("A1", 20), ("B2", 160), ("C3", 200))
    )
    engine = Looks([inside, across, below])
    image = photograph(200)
    assert Masks((parse_mask(UPPER_HALF),)).read(engine, image) == [below]
    assert np.all(engine.image[:180] == 114)
    assert np.all(engine.image[190:] == 200)
    assert np.all(image == 200)  # the stored photograph is whole


def test_a_mask_fits_a_camera_that_comes_back_with_another_size() -> None:
    masks = Masks((parse_mask("0,0 0.5,0 0.5,1 0,1"), parse_mask("0,0.9 1,0.9 1,1")))
    left, right = plate(box=(10, 50, 80, 40)), plate(box=(500, 50, 80, 40))
    assert masks.read(Plates([left, right]), photograph()) == [right]
    assert masks.read(Plates([left, right]), photograph(height=720, width=1280)) == []


def test_without_masks_the_picture_is_read_as_it_is() -> None:
    engine, image = Looks([]), photograph()
    Masks().read(engine, image)
    assert engine.image is image


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "at least three corners"),
        ("0,0 1,0", "at least three corners"),
        ("0,0 1 1,1", "not two numbers"),
        ("0,0 1,0,1 1,1", "not two numbers"),
        ("here there everywhere", "not two numbers"),
        ("0,0 640,0 640,40", "not pixels"),
        ("0,0 nan,0 1,1", "outside the picture"),
        ("0,0 0.5,0.5 1,1", "on one line"),
        ("0,0 1,1 1,0 0,1", "its sides cross"),
        ("0,0 1,0 1,1 0,1", "the whole picture"),
    ],
)
def test_a_mask_that_is_none_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(NotReady, match=f"--mask '.*' cannot be used: .*{why}.* for example --mask"):
        parse_mask(text)
