"""What is covered in a picture, and that nothing of it is left."""

import io
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from plateward.ground.tiles.encoding import encode_tiled
from plateward.recognition.covering.checking import PictureChecker, is_solid
from plateward.recognition.covering.finding import is_hidden
from plateward.recognition.covering.pictures import cover, file_flaws, in_tiles, opened
from plateward.recognition.covering.testing import PLATE, jpeg, scene
from plateward.recognition.covering.types import Cover, CoverKind, share_under
from plateward.recognition.images import ImageError

pytestmark = pytest.mark.clause("6.h.iii/redaction")


@pytest.fixture(scope="module")
def checker() -> PictureChecker:
    return PictureChecker()


def test_every_plate_of_a_picture_is_found_and_the_covered_picture_passes(checker: PictureChecker) -> None:
    original = jpeg(scene((PLATE, (120, 200, 120, 60), (980, 500, 160, 80))))
    covers = checker.find(original)
    for plate in (PLATE, (120, 200, 120, 60), (980, 500, 160, 80)):
        assert is_hidden(plate, [one.box for one in covers])
    boxes = [one.box for one in covers]
    assert checker.flaws(cover(original, boxes), boxes) == []


def test_a_picture_with_a_plate_left_does_not_pass(checker: PictureChecker) -> None:
    told = checker.flaws(in_tiles(jpeg(scene())))
    assert any("A plate can be read at" in flaw for flaw in told)
    assert checker.is_readable(in_tiles(jpeg(scene())), PLATE)
    assert not checker.is_readable(cover(jpeg(scene()), [PLATE]), PLATE)


def test_a_plate_that_a_reader_reads_counts_even_where_the_finder_is_said_to_be_wrong(
    checker: PictureChecker,
) -> None:
    told = checker.flaws(in_tiles(jpeg(scene())), left=[(450, 380, 340, 200)])
    assert any("can be read" in flaw for flaw in told)
    assert not any("looks like a plate" in flaw for flaw in told)


def test_a_blurred_or_see_through_cover_is_named(checker: PictureChecker) -> None:
    image = opened(jpeg(scene()))
    x, y, width, height = PLATE
    image[y : y + height, x : x + width] = cv2.blur(image[y : y + height, x : x + width], (25, 25))
    assert any("is not solid" in flaw for flaw in checker.flaws(encode_tiled(image), [PLATE]))


def test_nothing_of_what_was_covered_is_in_any_pixel_of_the_result() -> None:
    box = (490, 410, 264, 144)
    x, y, width, height = box
    results = [opened(cover(jpeg(scene(text=text), quality=95), [box])) for text in ("ABC 123", "XYZ 789")]
    assert all(
        np.array_equal(one[y : y + height, x : x + width], other[y : y + height, x : x + width])
        for one, other in pairwise(results)
    )


def test_exif_its_thumbnail_and_comments_are_gone() -> None:
    small = jpeg(scene().resize((160, 90)))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Plateward", 1
    original = jpeg(scene(), exif=exif.tobytes() + small, comment=b"ABC123")
    result = cover(original, [PLATE])
    assert file_flaws(original)
    assert file_flaws(result) == []
    assert b"Exif" not in result
    assert b"ABC123" not in result


@pytest.mark.parametrize("turn", [3, 6, 8])
def test_a_turned_picture_is_covered_as_a_person_sees_it(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    back = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[turn]
    result = opened(cover(jpeg(scene().transpose(back), exif=exif), [PLATE]))
    assert result.shape[:2] == (720, 1280)
    assert is_solid(result, PLATE)


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"optimize": True}, {"subsampling": 0}, {"restart_marker_blocks": 8}]
)
def test_a_progressive_or_other_jpeg_becomes_a_plain_one(options: dict[str, object]) -> None:
    assert file_flaws(cover(jpeg(scene(), **options), [PLATE])) == []


def test_a_progressive_file_does_not_pass_as_a_result() -> None:
    assert any("baseline" in flaw for flaw in file_flaws(jpeg(scene(), progressive=True)))


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_print_colors_and_gray_become_three_channels(mode: str) -> None:
    original = jpeg(scene().convert(mode))
    assert file_flaws(original)
    result = cover(original, [PLATE])
    assert file_flaws(result) == []
    assert Image.open(io.BytesIO(result)).mode == "RGB"


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_an_animation_is_refused(kind: str) -> None:
    content = io.BytesIO()
    frames = [scene().resize((320, 180)), scene(text="XYZ 789").resize((320, 180))]
    frames[0].save(content, kind, save_all=True, append_images=frames[1:])
    with pytest.raises(ImageError, match="Only JPEG pictures can be redacted"):
        cover(content.getvalue(), [PLATE])


def test_a_second_picture_behind_the_first_is_gone() -> None:
    content = io.BytesIO()
    scene().save(content, "MPO", save_all=True, append_images=[scene(text="XYZ 789")])
    original = content.getvalue()
    assert file_flaws(original)
    assert file_flaws(cover(original, [PLATE])) == []
    trailed = in_tiles(jpeg(scene())) + jpeg(scene())
    assert file_flaws(trailed) == ["There are bytes behind the picture's end."]


def test_huge_dimensions_are_refused_before_a_pixel_is_decoded() -> None:
    head = bytearray(jpeg(Image.new("RGB", (16, 16))))
    at = head.index(b"\xff\xc0") + 5
    head[at : at + 4] = b"\xff\xdc\xff\xdc"
    with pytest.raises(ImageError, match="million"):
        cover(bytes(head), [])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_on_damaged_bytes_it_is_a_picture_or_refused(data: st.DataObject) -> None:
    original = bytearray(DAMAGED)
    for _ in range(data.draw(st.integers(1, 8))):
        original[data.draw(st.integers(0, len(original) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(original)))
    file_flaws(bytes(original[:cut]))
    try:
        result = cover(bytes(original[:cut]), [(1, 1, 30, 20)])
    except ImageError:
        return
    assert file_flaws(result) == []


DAMAGED = jpeg(scene().resize((96, 54)), exif=Image.Exif().tobytes(), progressive=True)


def test_a_cover_tells_how_much_it_hides() -> None:
    assert share_under((10, 10, 10, 10), (10, 10, 5, 10)) == 0.5
    assert share_under((10, 10, 10, 10), (30, 10, 5, 10)) == 0
    assert not is_hidden((10, 10, 10, 10), [(10, 10, 4, 10)])
    assert is_hidden((10, 10, 10, 10), [(10, 10, 4, 10), (14, 10, 4, 10)])
    with pytest.raises(ValueError, match="size"):
        Cover((1, 1, 0, 4), CoverKind.PLATE, "reviewer")


def test_a_face_is_covered_with_head_and_shoulders(
    checker: PictureChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    faces = [[((100, 100, 40, 50), 0.9)], []]
    monkeypatch.setattr(checker.finder, "_faces", type("Faces", (), {"find": lambda *_: faces.pop(0)})())
    [found] = checker.find(jpeg(Image.new("RGB", (1280, 720), "gray")))
    assert (found.kind, found.box) == (CoverKind.PERSON, (60, 70, 120, 150))
