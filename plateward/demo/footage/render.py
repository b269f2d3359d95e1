"""Scenes to frames, and frames to files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.demo.footage import bodies, glyphs, road
from plateward.demo.footage.plates import Image
from plateward.demo.footage.scene import Light, Scene, moment
from plateward.demo.footage.view import HEIGHT, WIDTH, View
from plateward.errors import PlatewardError


class FootageError(PlatewardError):
    """The footage could not be written."""


def render(where: Path, scenes: Sequence[Scene], *, start: datetime, fps: float) -> None:
    """Write the scenes in turn into the video `where`, an mp4. Raises FootageError if OpenCV cannot."""
    where.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(where), cv2.VideoWriter.fourcc(*"mp4v"), fps, (WIDTH, HEIGHT))
    if not writer.isOpened():
        raise FootageError(
            f"OpenCV cannot write the video {where}. Give --source a video or a folder of photos instead."
        )
    for frame in frames(scenes, start=start, fps=fps):
        writer.write(frame)
    writer.release()


def frames(scenes: Sequence[Scene], *, start: datetime, fps: float = 5) -> Iterator[Image]:
    """Each frame, BGR, 720 × 1280 × 3; every one its own array.

    Each shows its time, starting at `start`. The same arguments give the same pictures."""
    luck = np.random.default_rng(0)
    elapsed = 0.0
    for scene in scenes:
        for index in range(round(scene.seconds * fps)):
            image = _frame(scene, index / fps, luck)
            _timestamp(image, start + timedelta(seconds=elapsed))
            elapsed += 1 / fps
            yield image


def _frame(scene: Scene, t: float, luck: np.random.Generator) -> Image:
    """A picture, composed in the order of the light: the land, the vehicle, the lens, the sensor."""
    now = moment(scene.meeting, t, scene.seconds)
    shake = (2.5 * math.sin(2.3 * t) + luck.normal(0, 0.7), 3 * math.sin(3.7 * t) + luck.normal(0, 0.9))
    image = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    view = View(image, shake)
    road.draw(view, scene.light, shake, now.camera, now.traveled)
    view.pose(now.across - now.camera, now.ahead, now.yaw)
    bodies.draw(
        view, scene.vehicle, scene.light, braking=scene.meeting != "parked" and 0.3 < t / scene.seconds < 0.5
    )
    image = cv2.GaussianBlur(image, (0, 0), 0.65).astype(np.uint8)
    image = cv2.multiply(image, _lens(scene.light), scale=1 / 255).astype(np.uint8)
    grain = _grain()
    top, left = luck.integers(grain.shape[0] - HEIGHT), luck.integers(grain.shape[1] - WIDTH)
    return cv2.add(image, grain[top : top + HEIGHT, left : left + WIDTH], dtype=cv2.CV_8U).astype(np.uint8)


@cache
def _lens(light: Light) -> Image:
    """The share of the light that arrives, in 255ths: less in the corners, and still less in the evening."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    corner = ((x - WIDTH / 2) / WIDTH) ** 2 + ((y - HEIGHT * 0.55) / HEIGHT) ** 2
    share = 1 - (0.55 if light == "day" else 0.95) * corner
    return np.repeat((255 * share.clip(0.3, 1))[:, :, None], 3, axis=2).astype(np.uint8)


@cache
def _grain() -> NDArray[np.int16]:
    """Sensor noise for every frame: each uses a different window of it."""
    tile = np.random.default_rng(5).normal(0, 3.2, (HEIGHT + 64, WIDTH + 64, 3))
    return tile.round().astype(np.int16)


def _timestamp(image: Image, at: datetime) -> None:
    text = f"{at:%Y-%m-%d %H:%M:%S}"
    left = 20 + glyphs.width(text, 20) / 2
    for shift, color in ((2, (20, 20, 20)), (0, (240, 240, 240))):
        glyphs.draw(image, text, (left + shift, 28 + shift), 20, color, 0.11)
