import io
import re
from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from plateward.ground.tiles.encoding import TILE_UNITS, encode_tiled
from plateward.ground.tiles.jpeg import RESTARTS, Box, NotTiled, TiledJpeg
from plateward.ground.tiles.testing import scene
from plateward.ground.tiles.tests.decoders import by_opencv, by_pillow
from plateward.ground.wire.tests.made import mutated

JPEG = encode_tiled(scene())
TILED = TiledJpeg.split(JPEG)
WIDTH, HEIGHT = 64, 16  # of a tile, in pixels

boxes = st.lists(
    st.tuples(st.integers(-90, 400), st.integers(-90, 250), st.integers(1, 200), st.integers(1, 120)),
    max_size=4,
)


def test_a_picture_is_split_into_header_and_tiles() -> None:
    assert TILED.layout.tiles == len(TILED.tiles) == 5 * 11
    assert TILED.layout.place_of(6) == (64, 16)
    assert TILED.with_black([]) == JPEG


def test_a_tile_may_run_over_into_the_next_row() -> None:
    tiled = TiledJpeg.split(encode_tiled(scene(width=200, height=90)))
    assert (tiled.layout.columns, len(tiled.tiles)) == (13, 20)  # 78 units, 2 in the last tile
    assert tiled.layout.place_of(3) == (192, 0)
    assert tiled.layout.tiles_under([(195, 3, 2, 2)]) == {3} == tiled.layout.tiles_under([(10, 20, 2, 2)])
    assert not by_opencv(tiled.with_black(range(20))).any()


@pytest.mark.clause("6.h.iii/redaction")
@pytest.mark.parametrize("decoded", [by_opencv, by_pillow])
@given(covered=boxes)
def test_what_a_box_touches_is_black_and_all_else_is_as_it_was(
    decoded: type[NDArray[np.uint8]], covered: list[Box]
) -> None:
    numbers = TILED.layout.tiles_under(covered)
    copy = TILED.with_black(numbers)
    before, after = decoded(JPEG), decoded(copy)
    inside = np.zeros(before.shape[:2], np.uint8)
    for number in numbers:
        x, y = TILED.layout.place_of(number)
        inside[y : y + HEIGHT, x : x + WIDTH] = 1
    for x, y, width, height in covered:
        assert inside[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)].all()
    # A decoder mixes the color, not the brightness, of a pixel with that of the ones beside it.
    around, within = (change(inside, np.ones((3, 3), np.uint8)) for change in (cv2.dilate, cv2.erode))
    assert (before == after)[around == 0].all()
    assert not after[within == 1].any()
    kept = TiledJpeg.split(copy)
    assert kept.header == TILED.header
    assert all(tile == TILED.tiles[n] for n, tile in enumerate(kept.tiles) if n not in numbers)


def test_other_tables_and_samplings_have_their_own_black() -> None:
    for quality, subsampling in [(10, 0), (50, 1), (85, 2), (100, 0)]:
        for optimize in (False, True):
            file = io.BytesIO()
            Image.fromarray(scene()).save(
                file,
                "JPEG",
                quality=quality,
                subsampling=subsampling,
                optimize=optimize,
                restart_marker_blocks=3,
            )
            tiled = TiledJpeg.split(file.getvalue())
            numbers = range(0, len(tiled.tiles), 2)
            with suppress(NotTiled):  # a table made for one picture may lack a code
                across, down = tiled.layout.unit
                assert by_opencv(tiled.with_black(numbers))[: down - 1, : 3 * across - 1].max() <= 4


def test_a_box_without_an_area_is_an_error() -> None:
    with pytest.raises(ValueError, match="covers nothing"):
        TILED.layout.tiles_under([(10, 10, 0, 5)])


def _saved(**options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(scene()).save(file, "JPEG", **options)
    return file.getvalue()


EXIF = Image.Exif()
EXIF[0x010F] = "Camera maker"


@pytest.mark.parametrize(
    ("jpeg", "why"),
    [
        (b"", "no JPEG"),
        (b"\xff\xd8", "cut off"),
        (b"\x89PNG\r\n", "no JPEG"),
        (_saved(), "lacks what that needs"),
        (_saved(restart_marker_blocks=4, progressive=True), "0xFFC2"),
        (_saved(restart_marker_blocks=4, exif=EXIF), "0xFFE1"),
        (_saved(restart_marker_blocks=4, comment=b"hello"), "0xFFFE"),
        (JPEG + b"more", "behind the picture's end"),
        (JPEG[:-2], "cut off behind tile 54 of 55"),
        (JPEG[:-2] + RESTARTS[6] + JPEG[-9:], "Behind tile 55 of 55"),
        (JPEG.replace(RESTARTS[3], RESTARTS[4], 1), "Behind tile 4 of 55"),
        (JPEG.replace(TILED.tiles[9] + RESTARTS[1], b"", 1), "Behind tile 10 of 55"),
        (JPEG.replace(TILED.tiles[9], b"", 1), "Tile 10 of 55 is empty"),
        (
            JPEG.replace(TILED.tiles[9], TILED.tiles[9][:5] + b"\xff\xe1" + TILED.tiles[9][5:], 1),
            "Behind tile 10 of",
        ),
        (JPEG.replace(b"\x00\xb0\x01\x40", b"\xff\xff\xff\xff", 1), "the most are 20,000"),
        (JPEG.replace(b"\x00\xb0\x01\x40", b"\x00\x00\x01\x40", 1), "of nothing"),
        (JPEG.replace(b"JFIF\0", b"JFXX\0", 1), "more than a header needs"),
    ],
)
def test_what_is_not_exactly_such_a_file_is_refused_with_its_reason(jpeg: bytes, why: str) -> None:
    with pytest.raises(NotTiled, match=re.escape(why)):
        TiledJpeg.split(jpeg)


@given(
    mutated(JPEG[:900] + JPEG[-200:])
    | mutated(JPEG)
    | st.binary(max_size=300).map(lambda data: b"\xff\xd8" + data)
)
def test_any_bytes_are_split_or_refused(jpeg: bytes) -> None:
    with suppress(NotTiled):
        assert TiledJpeg.split(jpeg).with_black([]) == jpeg


def test_tiles_cost_few_bytes() -> None:
    image = scene(1280, 720)
    without = len(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 85])[1])
    assert len(encode_tiled(image)) < without * 1.03
    assert TiledJpeg.split(encode_tiled(image)).layout.interval == TILE_UNITS
