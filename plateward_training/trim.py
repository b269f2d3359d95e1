"""Additions to a finished plate: stickers, bolts, a pressed rim, a dealer's frame."""

from __future__ import annotations

import cv2
import numpy as np

from plateward_training import fonts, ink
from plateward_training.ink import Image

DEALERS = ["TOYOTA", "HONDA", "FORD", "AUTO GROUP", "MOTORS", "ALUMNI", "CHEVROLET", "www.motors.com"]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def stickers(rng: np.random.Generator, image: Image) -> None:
    height, width = image.shape[:2]
    corners = [(0.03, 0.03), (0.84, 0.03), (0.03, 0.8), (0.84, 0.8)]
    for index in rng.permutation(4)[: int(rng.choice([0, 1, 2, 2, 3]))]:
        x, y = corners[index]
        w, h = round(width * rng.uniform(0.08, 0.13)), round(height * rng.uniform(0.12, 0.18))
        sticker = np.full((h, w, 3), rng.uniform(40, 255, 3), np.uint8)
        word = str(rng.choice(MONTHS)) if rng.random() < 0.5 else f"{int(rng.integers(0, 30)):02d}"
        mask = ink.line(fonts.pick(rng, fonts.SANS), word, round(h * 0.6), w * 0.85)
        dark = sticker.mean() > 128
        ink.paint(
            sticker, mask, (w - mask.shape[1]) / 2, h * 0.2, np.full(3, 20 if dark else 235, np.float32)
        )
        left, top = round(x * width + rng.normal(0, 2)), round(y * height + rng.normal(0, 2))
        if left >= 0 and top >= 0:
            window = image[top : top + h, left : left + w]
            window[:] = sticker[: window.shape[0], : window.shape[1]]


def holes(rng: np.random.Generator, image: Image) -> None:
    """Bolts and empty slots at the four places, some under the frame."""
    height, width = image.shape[:2]
    scale = width / 320
    for x in (0.21, 0.79):
        for y in (0.075, 0.925):
            chance = rng.random()
            at = (round((x + rng.normal(0, 0.01)) * width), round(y * height))
            if chance < 0.4:
                shade = float(rng.choice([rng.uniform(20, 90), rng.uniform(120, 230)]))
                size = round(rng.uniform(4, 8) * scale)
                cv2.circle(image, at, size, (shade,) * 3, -1, cv2.LINE_AA)
                cv2.circle(
                    image,
                    (at[0] - 1, at[1] - 1),
                    max(1, size // 2),
                    (min(255, shade * 1.5),) * 3,
                    -1,
                    cv2.LINE_AA,
                )
            elif chance < 0.8:
                half = round(rng.uniform(3, 8) * scale)
                thick = max(2, round(rng.uniform(3, 6) * scale))
                shade = rng.uniform(10, 110)
                cv2.line(
                    image, (at[0] - half, at[1]), (at[0] + half, at[1]), (shade,) * 3, thick, cv2.LINE_AA
                )


def rim(rng: np.random.Generator, image: Image) -> None:
    """The pressed edge of the sheet, and perhaps a frame over it, lettered like a dealer's."""
    height, width = image.shape[:2]
    scale = width / 320
    if rng.random() < 0.5:
        inset = round(rng.uniform(2, 6) * scale)
        cv2.rectangle(
            image,
            (inset, inset),
            (width - inset, height - inset),
            rng.uniform(30, 255, 3).tolist(),
            max(1, round(rng.uniform(1, 3) * scale)),
            cv2.LINE_AA,
        )
    if rng.random() < 0.35:
        shade = float(rng.choice([rng.uniform(5, 60), rng.uniform(150, 235)]))
        top, side, low = (round(height * rng.uniform(0.02, high)) for high in (0.17, 0.06, 0.19))
        frame = np.full(3, shade, np.float32)
        image[:top], image[height - low :], image[:, :side], image[:, width - side :] = (frame,) * 4
        for y, room in ((0, top), (height - low, low)):
            if room > 10 * scale and rng.random() < 0.6:
                word = str(rng.choice(DEALERS))
                mask = ink.line(fonts.pick(rng, fonts.SANS), word, round(room * 0.6), width * 0.7)
                ink.paint(
                    image,
                    mask,
                    (width - mask.shape[1]) / 2,
                    y + room * 0.2,
                    np.full(3, 255 - shade, np.float32),
                )
