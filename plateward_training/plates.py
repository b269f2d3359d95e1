"""A plate, flat and seen from the front: paper, words, serial, mark, trim."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from plateward_training import dies, fonts, ink, marks, negatives, paper, serials, trim
from plateward_training.ink import Color, Image
from plateward_training.marks import SerialPiece

GRAY = np.array([0.114, 0.587, 0.299], np.float32)
LEAST_CONTRAST = 45  # of 255, between ink and paper: no state issues plates with less
PHOTOGRAPH_SHARE = 0.2  # share of plates with a photograph on their paper
PICTURE_SHARE = 0.3  # of the marks between groups are pictures that the characters overlap
BEFORE, AFTER = 0.3, 0.18  # shares of plates with a stack or a picture beside the serial
INVENTED_SHARE = (
    0.35  # share of plates in no state's design, so that training learns the serial and not the design
)
KINDS = ("", "TRUCK", "TRAILER", "COMMERCIAL", "APPORTIONED", "DEALER", "VETERAN", "FIREFIGHTER", "COLLECTOR")


@dataclass(frozen=True)
class Sheet:
    """A rendered plate."""

    image: Image  # BGR, height × width × 3, corners of the plate = corners of the picture
    text: str  # the serial, A–Z and 0–9; without small stacked letters
    state: str  # two letters, or empty if the design is no state's


@dataclass(frozen=True)
class PlateDesign:
    """A row of designs.csv: a state's design for a type of plate."""

    state: str
    base: str
    ink: str
    name: str
    name_font: str
    name_ink: str
    name_at: str
    slogan: str
    slogan_ink: str
    mark: str
    formats: str  # L a letter, N a digit, separated by spaces; a repeated format is twice as frequent


@lru_cache
def designs() -> tuple[PlateDesign, ...]:
    """All designs of designs.csv."""
    with Path(__file__).with_name("designs.csv").open(encoding="utf-8", newline="") as file:
        return tuple(PlateDesign(*row) for row in list(csv.reader(file))[1:])


def render(
    rng: np.random.Generator, width: int = 320, streets: Path | None = None, invented: float = INVENTED_SHARE
) -> Sheet:
    """A random plate of this width in pixels. Deterministic in the generator's state.

    Some papers and emblems are pieces of the photographs in `streets`, if given: states print landscapes and animals,
    and drawings lack that texture. `invented`: share of plates in no state's design."""
    rows = designs()
    if rng.random() < invented:
        design, state = _invent_design(rng), ""
    else:
        states = sorted({row.state for row in rows})
        state = "NM" if rng.random() < 0.05 else states[int(rng.integers(len(states)))]
        own = [row for row in rows if row.state == state]
        design = own[int(rng.integers(len(own)))]
    motorcycle = rng.random() < 0.04
    height = round(width * (rng.uniform(0.56, 0.62) if motorcycle else rng.uniform(0.485, 0.52)))
    image = paper.render(rng, design.base, width, height)
    photograph = None if streets is None else negatives.street(rng, streets, width, height)
    if photograph is not None and rng.random() < PHOTOGRAPH_SHARE:
        paper.print_on(rng, image, photograph)
    _words(rng, image, design)
    text = serials.serial(rng, tuple(design.formats.split()))
    _characters(rng, image, design, text, photograph)
    trim.stickers(rng, image)
    trim.holes(rng, image)
    trim.rim(rng, image)
    return Sheet(image, text.replace(" ", ""), state)


def _invent_design(rng: np.random.Generator) -> PlateDesign:
    def color(low: int, high: int) -> str:
        return "".join(f"{int(v):02x}" for v in rng.integers(low, high, 3))

    dark = rng.random() < 0.22
    papers = [color(0, 110) if dark else color(170, 256) for _ in range(3)]
    if not dark and rng.random() < 0.4:
        papers[1] = "ffffff"
    kinds = ("flat", "wash", "bands", *(f"art {shape}" for shape in paper.SHAPES))
    base = f"{kinds[int(rng.integers(len(kinds)))]} {' '.join(papers)}"
    serial, words_ink = (color(190, 256) if dark else color(0, 130) for _ in range(2))
    words = [row.slogan for row in designs() if row.slogan]
    font = str(rng.choice(list(fonts.WORDS)))
    name = str(rng.choice([row.name for row in designs()]))
    top = "top" if rng.random() < 0.8 else "bottom"
    mark = str(rng.choice(marks.MARKS))
    return PlateDesign(
        "",
        base,
        serial,
        name,
        font,
        words_ink,
        top,
        str(rng.choice(words)),
        words_ink,
        mark,
        " ".join(serials.COMMON_FORMATS),
    )


def _words(rng: np.random.Generator, image: Image, design: PlateDesign) -> None:
    height, width = image.shape[:2]
    if rng.random() < 0.95:
        size = round(height * rng.uniform(0.09, 0.17))
        mask = ink.line(
            fonts.pick(rng, fonts.WORDS[design.name_font], heavy=True), design.name, size, width * 0.62
        )
        y = (
            height * rng.uniform(0.03, 0.07)
            if design.name_at == "top"
            else height * rng.uniform(0.95, 0.98) - mask.shape[0]
        )
        ink.paint(
            image,
            mask,
            (width - mask.shape[1]) / 2 + width * rng.normal(0, 0.02),
            y,
            ink.bgr(design.name_ink),
        )
    slogan = design.slogan if rng.random() < 0.7 else str(rng.choice(KINDS))
    if slogan and rng.random() < 0.85:
        file = fonts.pick(
            rng, fonts.WORDS["sans" if slogan.isupper() else str(rng.choice(["sans", "serif", "script"]))]
        )
        mask = ink.line(file, slogan, round(height * rng.uniform(0.06, 0.1)), width * 0.72)
        y = height * rng.uniform(0.96, 0.985) - mask.shape[0] if design.name_at == "top" else height * 0.04
        ink.paint(image, mask, (width - mask.shape[1]) / 2, y, ink.bgr(design.slogan_ink))


def _characters(
    rng: np.random.Generator, image: Image, design: PlateDesign, text: str, photograph: Image | None
) -> None:
    """The serial, its mark, and sometimes a stack or a picture beside it, in place."""
    height, width = image.shape[:2]
    tall = round(height * rng.uniform(0.4, 0.56))
    set_ = dies.random_dies(rng)
    file = fonts.pick(rng, fonts.SERIAL, heavy=True) if rng.random() < 0.3 else None
    gap = width * rng.uniform(0.008, 0.03)
    pieces = []
    for char in text:
        if char != " ":
            pieces.append(
                SerialPiece(set_.mask(char, tall) if file is None else fonts.mask(file, char, tall))
            )
        elif design.mark == "none" or rng.random() < 0.2:
            pieces.append(marks.gap(tall, round(width * rng.uniform(0.02, 0.09))))
        elif rng.random() < PICTURE_SHARE:
            pieces.append(marks.large_picture(rng, tall, width, photograph))
        else:
            pieces.append(marks.mark(rng, design.mark, tall, round(width * rng.uniform(0.02, 0.09))))
    if rng.random() < BEFORE:
        pieces.insert(0, marks.side_piece(rng, tall, width, photograph))
    if rng.random() < AFTER:
        pieces.append(marks.side_piece(rng, tall, width, photograph))
    total = sum(piece.room for piece in pieces) + gap * (len(pieces) - 1)
    room = width * rng.uniform(0.84, 0.96)
    squeeze = min(1.0 if rng.random() < 0.6 else rng.uniform(1.0, 1.25), room / total)
    x = (width - total * squeeze) / 2 + width * rng.normal(0, 0.012)
    middle = height * (0.5 + (0.03 if design.name_at == "top" else -0.03) + rng.normal(0, 0.015))
    color = np.clip(ink.bgr(design.ink) + rng.normal(0, 14, 3), 0, 255).astype(np.float32)
    under = image[round(middle - tall / 2) : round(middle + tall / 2)].mean(axis=(0, 1))
    if abs(float((color - under) @ GRAY)) < LEAST_CONTRAST:
        color = np.full(3, 25 if under @ GRAY > 110 else 235, np.float32)
    layer = np.zeros((height, width), np.uint8)
    for piece in pieces:
        wide = max(1, round(piece.mask.shape[1] * squeeze))
        method = cv2.INTER_AREA if squeeze < 1 else cv2.INTER_LINEAR
        size = (wide, piece.mask.shape[0])
        mask = cv2.resize(piece.mask, size, interpolation=method).astype(np.uint8)
        y = middle - mask.shape[0] / 2
        left = x - (wide - piece.room * squeeze) / 2
        if piece.color is None:
            ink.stamp(layer, mask, left, y)
        elif piece.color.ndim == 1:
            ink.paint(image, mask, left, y, piece.color)
        else:
            ink.print_(image, mask, left, y, cv2.resize(piece.color, size, interpolation=method))
        x += piece.room * squeeze + gap * squeeze
    _emboss(rng, image, layer, color)


def _emboss(rng: np.random.Generator, image: Image, layer: Image, color: Color) -> None:
    """The serial's ink; pressed characters have a lit and a shaded flank, and worn paint."""
    scale = image.shape[1] / 320
    if rng.random() < 0.15:  # an outline
        grown = cv2.dilate(layer, np.ones((3, 3), np.uint8), iterations=max(1, round(1.5 * scale)))
        ink.paint(image, grown, 0, 0, rng.uniform(0, 255, 3).astype(np.float32))
    share = layer[..., None].astype(np.float32) / 255
    if rng.random() < 0.15:  # worn
        noise = cv2.resize(rng.uniform(0, 1, (9, 18)).astype(np.float32), (layer.shape[1], layer.shape[0]))
        share = share * np.clip(noise * 1.8 + rng.uniform(0, 0.6), 0.15, 1)[..., None]
    share = share * rng.uniform(0.82, 1.0)
    painted = image * (1 - share) + color * share
    if rng.random() < 0.7:
        soft = cv2.GaussianBlur(layer, (0, 0), rng.uniform(1.0, 2.4) * scale).astype(np.float32)
        turn = rng.uniform(0, 6.283)
        slope = np.cos(turn) * cv2.Sobel(soft, cv2.CV_32F, 1, 0) + np.sin(turn) * cv2.Sobel(
            soft, cv2.CV_32F, 0, 1
        )
        painted += (slope * (rng.uniform(0.05, 0.4) / 4))[..., None]
    image[:] = np.clip(painted, 0, 255).astype(np.uint8)
