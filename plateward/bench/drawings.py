"""Pictures of a comparison of engines: the misreads, and how honest each confidence is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

from plateward.bench.scores import BINS, ConfidenceBin, ReadOutcome, calibration_error
from plateward.recognition import images

CELL = (220, 150)  # pixels of a failure, its two lines of text included
TEXT = 40
COLUMNS = 6
MAX_FAILURES = 240  # failures on a sheet
SURROUNDING = 1.5  # of the plate's size, shown on each side
PANEL, MARGIN = 420, 56
INK, FAINT, GOOD, BAD = (30, 30, 30), (205, 205, 205), (20, 110, 60), (190, 40, 30)


def failures(outcomes: Sequence[ReadOutcome], title: str) -> Image.Image:
    """A contact sheet of missed and misread plates: the picture, the label, and the reading."""
    failed = [outcome for outcome in outcomes if not outcome.right()]
    drawn = failed[:MAX_FAILURES]
    rows = max(1, math.ceil(len(drawn) / COLUMNS))
    sheet = Image.new("RGB", (COLUMNS * CELL[0], 36 + rows * CELL[1]), "white")
    draw = ImageDraw.Draw(sheet)
    rest = f", of which {MAX_FAILURES} are shown" if len(failed) > MAX_FAILURES else ""
    draw.text((8, 8), f"{title}: {len(failed)} of {len(outcomes)}{rest}", INK, _font(18))
    for number, outcome in enumerate(drawn):
        x, y = number % COLUMNS * CELL[0], 36 + number // COLUMNS * CELL[1]
        picture = _crop(outcome)
        picture.thumbnail((CELL[0] - 8, CELL[1] - TEXT - 6))
        sheet.paste(picture, (x + 4, y + TEXT))
        draw.text((x + 4, y + 2), outcome.label, GOOD, _font(15))
        read = f"{outcome.plate.text}  {outcome.plate.confidence:.2f}" if outcome.plate else "not read"
        draw.text((x + 4, y + 20), read, BAD, _font(15))
    return sheet


def _crop(outcome: ReadOutcome) -> Image.Image:
    picture = Image.fromarray(images.load_image(outcome.photograph.file)[..., ::-1])
    if outcome.photograph.box is None:
        return picture
    x, y, width, height = outcome.photograph.box
    across, down = round(SURROUNDING * width), round(SURROUNDING * height)
    return picture.crop(
        (
            max(0, x - across),
            max(0, y - down),
            min(picture.width, x + width + across),
            min(picture.height, y + height + down),
        )
    )


def reliability(engines: Mapping[str, Sequence[ConfidenceBin]]) -> Image.Image:
    """Confidence against the share that is right, with a panel for each engine; dots on the diagonal are honest."""
    chart = Image.new("RGB", (len(engines) * PANEL, PANEL + 30), "white")
    draw = ImageDraw.Draw(chart)
    for number, (name, bins) in enumerate(engines.items()):
        _panel(draw, number * PANEL, name, bins)
    return chart


def _panel(draw: ImageDraw.ImageDraw, left: int, name: str, bins: Sequence[ConfidenceBin]) -> None:
    side = PANEL - 2 * MARGIN

    def at(confidence: float, right: float) -> tuple[float, float]:
        return left + MARGIN + confidence * side, MARGIN + (1 - right) * side

    most = max((band.right.of for band in bins), default=1)
    for band in bins:  # in the background: how many reads each bin has
        draw.rectangle(
            (*at(band.low, 0.3 * band.right.of / most), *at(band.low + 1 / BINS, 0)), (226, 234, 244)
        )
    for step in range(0, 11, 2):
        share = step / 10
        draw.line((*at(share, 0), *at(share, 1)), FAINT)
        draw.line((*at(0, share), *at(1, share)), FAINT)
        draw.text((at(share, 0)[0], at(0, 0)[1] + 6), f"{share:g}", INK, _font(12), anchor="ma")
        draw.text((at(0, 0)[0] - 8, at(0, share)[1]), f"{share:g}", INK, _font(12), anchor="rm")
    draw.line((*at(0, 0), *at(1, 1)), INK)
    for band in bins:
        low, high = band.right.interval
        draw.line((*at(band.confidence, low), *at(band.confidence, high)), BAD, 2)
        x, y = at(band.confidence, band.right.value)
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), BAD)
    reads = sum(band.right.of for band in bins)
    heading = f"{name}: {reads} reads, mean error {calibration_error(bins):.3f}"
    draw.text((left + MARGIN, 20), heading, INK, _font(15))
    draw.text((left + PANEL / 2, PANEL - 28), "confidence", INK, _font(13), anchor="ma")
    draw.text((left + MARGIN, MARGIN - 4), "share right, with its 95 % interval", INK, _font(12), anchor="ld")


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)
