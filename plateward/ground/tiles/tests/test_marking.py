import cv2
import numpy as np
import pytest

from plateward.ground.tiles.encoding import encode_tiled
from plateward.ground.tiles.jpeg import NotTiled, TiledJpeg
from plateward.ground.tiles.marking import LETTERS, MAX_MARKING, Marking, as_marking
from plateward.ground.tiles.proof import cover_tiles
from plateward.ground.tiles.testing import scene
from plateward.ground.tiles.tests.decoders import by_opencv, by_pillow

pytestmark = pytest.mark.clause("6.h.iii/redaction")
WORDS = "Records request 2026-00001 - redacted 2026-12-02"


def test_words_are_in_letters_that_a_marking_has() -> None:
    assert as_marking("Policía de Española\u200b, 2026*") == "POLICIA DE ESPANOLA, 2026"
    assert as_marking("x" * 500) == "X" * MAX_MARKING
    assert len(set(LETTERS)) == len(LETTERS)


@pytest.mark.parametrize(("width", "height"), [(320, 176), (1280, 720), (1920, 1080), (648, 487), (200, 90)])
def test_the_foot_bears_the_words_and_all_above_it_is_as_it_was(width: int, height: int) -> None:
    jpeg = encode_tiled(scene(width, height))
    copy, _ = cover_tiles(jpeg, [], None, WORDS)
    before, after = TiledJpeg.split(jpeg), TiledJpeg.split(copy)
    marking = before.layout.marking(as_marking(WORDS))
    covered = before.layout.tiles_under([before.layout.foot(marking)])
    assert [n for n in range(len(before.tiles)) if before.tiles[n] != after.tiles[n]] == sorted(covered)
    for pixels in (by_opencv(copy), by_pillow(copy)):
        foot = cv2.cvtColor(pixels[marking.top :], cv2.COLOR_BGR2GRAY)
        shown = np.array([[_is_white(marking, x, y) for x in range(width)] for y in range(len(foot))])
        lit = foot[: shown.shape[0]] > 127
        assert (lit == shown).mean() > 0.995
        assert shown.any()


def _is_white(marking: Marking, x: int, y: int) -> bool:
    block = marking.block(x // 8 * 8, marking.top + y // 8 * 8)
    return bool(block >> (63 - y % 8 * 8 - x % 8) & 1)


def test_a_picture_without_room_for_the_words_is_refused() -> None:
    for width, height in ((64, 48), (4, 4)):
        with pytest.raises(NotTiled, match="too small to bear the words"):
            cover_tiles(encode_tiled(scene(width, height)), [], None, WORDS)
