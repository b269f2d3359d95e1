"""The effect of a camera's own processing on a picture: noise smeared by its removal, halos, resizing, JPEG.

Most photographs of plates are made this way, and small plates change most: a halo is as wide as a stroke, and the
remaining noise looks like a stroke."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition import images

Picture = NDArray[Any]  # height × width × 3, gray levels as float32 or uint8


def process(rng: np.random.Generator, image: Picture) -> Picture:
    """The picture (uint8) from such a camera: light, lens, noise and its removal, sharpening, size, JPEG."""
    picture = _tone(rng, image.astype(np.float32))
    picture = cv2.GaussianBlur(picture, (0, 0), float(np.clip(rng.normal(0.7, 0.25), 0.3, 1.3)))
    picture = _denoise(rng, picture + rng.normal(0, 10 ** rng.uniform(-0.3, 1.0), picture.shape))
    if rng.random() < 0.8:
        soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.7, 2.0))
        picture = picture + (picture - soft) * rng.uniform(0.3, 3.0)
    out = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        out = _resize(rng, out)
    for _ in range(int(rng.choice((0, 1, 2), p=(0.05, 0.75, 0.2)))):
        quality = int(rng.uniform(28, 92))
        out = images.load_image(cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())
    return out


def _tone(rng: np.random.Generator, picture: Picture) -> Picture:
    """Mostly darker than daylight, down to the darkest exposure of a camera: a curve, not a straight line."""
    height, width = picture.shape[:2]
    if rng.random() < 0.1:
        picture = np.repeat((picture @ np.array([0.114, 0.587, 0.299], np.float32))[..., None], 3, 2)
    picture = picture / 255 * np.clip(rng.normal((1.03, 1, 0.98), 0.05), 0.7, 1.3).astype(np.float32)
    if rng.random() < 0.4:  # light falls off to one side, or on one half
        turn, edge = rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4)
        y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
        side = np.cos(turn) * x + np.sin(turn) * y - edge
        soft = 10 ** rng.uniform(-2, 0)
        picture = picture * (1 - rng.uniform(0.1, 0.6) / (1 + np.exp(-side / soft)))[..., None]
    dark = rng.random() < 0.15
    gain = rng.uniform(0.1, 0.4) if dark else np.exp(rng.normal(-0.25, 0.25))
    picture = np.clip(picture * gain, 0, 1.2) ** (2 ** rng.normal(0.0, 0.4))
    low = rng.uniform(0, 0.3) if rng.random() < 0.5 else 0.0  # haze, a film on the lens, stray light
    return np.asarray((low + picture * (1 - low)) * 255, np.float32)


def _denoise(rng: np.random.Generator, picture: Picture) -> Picture:
    kind = rng.random()
    if kind < 0.35:
        return cv2.bilateralFilter(picture.astype(np.float32), 5, rng.uniform(10, 50), rng.uniform(0.8, 2.0))
    if kind < 0.43:
        return cv2.medianBlur(picture.astype(np.float32), 3)
    if kind < 0.7:  # in the color only, as in video
        gray = picture.mean(axis=2, keepdims=True)
        return np.asarray(gray + cv2.GaussianBlur(picture - gray, (0, 0), rng.uniform(0.8, 2.5)), np.float32)
    return picture.astype(np.float32)


def _resize(rng: np.random.Generator, image: Picture) -> Picture:
    """Stored smaller or larger than shown: its pixels are no longer the sensor's."""
    height, width = image.shape[:2]
    factor = rng.uniform(0.6, 0.95) if rng.random() < 0.7 else rng.uniform(1.1, 1.6)
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
    return cv2.resize(resized, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
