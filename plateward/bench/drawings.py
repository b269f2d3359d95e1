"""Pictures of a comparison of engines: what was misread, and how honest each confidence is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

from plateward.bench.scores import BINS, Bin, Outcome, calibration_error
from plateward.recognition import images

CELL = (220, 150)  # pixels of one failure, its two lines of text included
TEXT = 40
COLUMNS = 6
MOST = 240  # failures on one sheet
AROUND = 1.5  # of the plate's size, shown on each side of it
PANEL, MARGIN = 420, 56
INK, FAINT, GOOD, BAD = (30, 30, 30), (205, 205, 205), (20, 110, 60), (190, 40, 30)


def failures(outcomes: Sequence[Outcome], title: str) -> Image.Image:
    """A contact sheet of what was missed or misread: the picture, the label, and what was read instead."""
    failed = [one for one in outcomes if not one.right()]
    shown = failed[:MOST]
    rows = max(1, math.ceil(len(shown) / COLUMNS))
    sheet = Image.new("RGB", (COLUMNS * CELL[0], 36 + rows * CELL[1]), "white")
    draw = ImageDraw.Draw(sheet)
    rest = f", of which {MOST} are shown" if len(failed) > MOST else ""
    draw.text((8, 8), f"{title}: {len(failed)} of {len(outcomes)}{rest}", INK, _font(18))
    for number, one in enumerate(shown):
        x, y = number % COLUMNS * CELL[0], 36 + number // COLUMNS * CELL[1]
        picture = _around(one)
        picture.thumbnail((CELL[0] - 8, CELL[1] - TEXT - 6))
        sheet.paste(picture, (x + 4, y + TEXT))
        draw.text((x + 4, y + 2), one.label, GOOD, _font(15))
        read = f"{one.plate.text}  {one.plate.confidence:.2f}" if one.plate else "not read"
        draw.text((x + 4, y + 20), read, BAD, _font(15))
    return sheet


def _around(one: Outcome) -> Image.Image:
    picture = Image.fromarray(images.load(one.photograph.file)[..., ::-1])
    if one.photograph.box is None:
        return picture
    x, y, width, height = one.photograph.box
    across, down = round(AROUND * width), round(AROUND * height)
    return picture.crop(
        (
            max(0, x - across),
            max(0, y - down),
            min(picture.width, x + width + across),
            min(picture.height, y + height + down),
        )
    )


def reliability(engines: Mapping[str, Sequence[Bin]]) -> Image.Image:
    """Confidence against the share that is right, a panel for each engine; dots on the diagonal are honest."""
    chart = Image.new("RGB", (len(engines) * PANEL, PANEL + 30), "white")
    draw = ImageDraw.Draw(chart)
    for number, (name, bins) in enumerate(engines.items()):
        _panel(draw, number * PANEL, name, bins)
    return chart


def _panel(draw: ImageDraw.ImageDraw, left: int, name: str, bins: Sequence[Bin]) -> None:
    side = PANEL - 2 * MARGIN

    def at(confidence: float, right: float) -> tuple[float, float]:
        return left + MARGIN + confidence * side, MARGIN + (1 - right) * side

    most = max((one.right.of for one in bins), default=1)
    for one in bins:  # behind everything: how many reads each bin stands for
        draw.rectangle((*at(one.low, 0.3 * one.right.of / most), *at(one.low + 1 / BINS, 0)), (226, 234, 244))
    for step in range(0, 11, 2):
        share = step / 10
        draw.line((*at(share, 0), *at(share, 1)), FAINT)
        draw.line((*at(0, share), *at(1, share)), FAINT)
        draw.text((at(share, 0)[0], at(0, 0)[1] + 6), f"{share:g}", INK, _font(12), anchor="ma")
        draw.text((at(0, 0)[0] - 8, at(0, share)[1]), f"{share:g}", INK, _font(12), anchor="rm")
    draw.line((*at(0, 0), *at(1, 1)), INK)
    for one in bins:
        low, high = one.right.interval
        draw.line((*at(one.confidence, low), *at(one.confidence, high)), BAD, 2)
        x, y = at(one.confidence, one.right.value)
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), BAD)
    reads = sum(one.right.of for one in bins)
    told = f"{name}: {reads} reads, mean error {calibration_error(bins):.3f}"
    draw.text((left + MARGIN, 20), told, INK, _font(15))
    draw.text((left + PANEL / 2, PANEL - 28), "confidence", INK, _font(13), anchor="ma")
    draw.text((left + MARGIN, MARGIN - 4), "share right, with its 95 % interval", INK, _font(12), anchor="ld")


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)
