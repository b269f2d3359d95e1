"""The effects of light, weather, lens, sensor and recorder on a gray picture."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward_training.scenery import Board, Gray, cloud

Light = NDArray[Any]  # float32, gray levels without bounds


def apply_light(rng: np.random.Generator, image: Light, points: NDArray[np.float32]) -> Light:
    """The picture under uneven light: shadows with edges, glare near some of `points`, fading to one side."""
    size = image.shape[0]
    if rng.random() < 0.3:
        image = image * np.exp(cloud(rng, (size, size), 2) * rng.uniform(0.05, 0.35))
    for _ in range(int(rng.choice((0, 1, 2), p=(0.65, 0.25, 0.1)))):
        shadow = Board(np.full((size, size), 255, np.uint8), 1, (0, 0))
        around = points[rng.integers(len(points))] if len(points) else rng.uniform(0, size, 2)
        turn = rng.uniform(0, 2 * np.pi)
        along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        edge = around + across * rng.normal(0, size * 0.03)
        wide = size * 2 if rng.random() < 0.6 else rng.uniform(0.02, 0.2) * size
        ends = (edge - along * 2 * size, edge + along * 2 * size)
        shadow.fill(
            [tuple(p) for p in (*ends, ends[1] + across * wide, ends[0] + across * wide)],
            255 * rng.uniform(0.2, 0.75),
        )
        image = image * cv2.GaussianBlur(shadow.image, (0, 0), rng.uniform(0.3, 4)) / 255
    for _ in range(int(rng.choice((0, 1, 3), p=(0.75, 0.15, 0.1)))):
        near = (
            points[rng.integers(len(points))]
            if len(points) and rng.random() < 0.7
            else rng.uniform(0, size, 2)
        )
        x, y = near + rng.normal(0, 0.1 * size, 2)
        at = np.arange(size, dtype=np.float32)
        distance = (at - np.float32(x)) ** 2 + ((at - np.float32(y)) ** 2)[:, None]
        radius = size * 10 ** rng.uniform(-1.8, -0.7)
        image = image + rng.uniform(40, 250) * np.exp(-distance / (2 * radius**2))
        image = image + rng.uniform(5, 60) * np.exp(-np.sqrt(distance) / (3 * radius))
    return image


def expose(rng: np.random.Generator, image: Light) -> Gray:
    """The picture as a camera delivers it: haze, rain, blur, noise, tone, sharpening, JPEG."""
    size = image.shape[0]
    if rng.random() < 0.12:
        image = image * rng.uniform(0.4, 0.8) + rng.uniform(30, 110)
    if rng.random() < 0.1:
        image = image + _rain(rng, size) * rng.uniform(10, 70)
    kind = rng.random()
    if kind < 0.35:
        image = cv2.GaussianBlur(image, (0, 0), 10 ** rng.uniform(-0.5, 0.25))
    elif kind < 0.5:
        image = _shake(rng, image)
    elif kind < 0.6:  # a picture enlarged from a smaller size
        small = round(size * rng.uniform(0.45, 0.9))
        image = cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA)
        image = cv2.resize(image, (size, size), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.7:  # a camera's automatic exposure: bright parts become nearly white
        image = image * (
            rng.uniform(150, 270) / max(20.0, float(np.percentile(image[::4, ::4], rng.uniform(90, 99.8))))
        )
    image = np.clip(image, 0, 255) / 255
    image = image ** np.float32(2 ** rng.normal(0, 0.35)) * 255
    if rng.random() < 0.5:
        image = (image - 128) * rng.uniform(0.5, 1.4) + 128 + rng.normal(0, 20)
    if rng.random() < 0.7:
        strength = 10 ** rng.uniform(-0.3, 1.1)
        noise: Light = rng.standard_normal((size, size), dtype=np.float32)
        if rng.random() < 0.4:
            noise = cv2.GaussianBlur(noise, (0, 0), 0.8) * 2
        image = image + noise * strength
    if rng.random() < 0.25:
        image = image + (image - cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 1.6))) * rng.uniform(0.4, 2)
    gray: Gray = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        quality = int(rng.uniform(12, 95))
        packed = cv2.imencode(".jpg", gray, (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
        gray = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))
    return gray


def _rain(rng: np.random.Generator, size: int) -> Light:
    board = Board(np.zeros((size, size), np.uint8), 1, (0, 0))
    lean, long = rng.normal(0, 0.3), rng.uniform(0.01, 0.08) * size
    for x, y in rng.uniform(0, size, (rng.integers(20, 200), 2)):
        board.line([(x, y), (x + lean * long, y + long)], 255, 1)
    return cv2.GaussianBlur(board.image, (0, 0), 0.8).astype(np.float32) / 255


def _shake(rng: np.random.Generator, image: Light) -> Light:
    long = int(rng.integers(3, 10))
    kernel = np.zeros((long, long), np.float32)
    middle, turn = (long - 1) / 2, rng.uniform(0, np.pi)
    step = np.array([np.cos(turn), np.sin(turn)]) * middle
    start, end = (np.round(middle + sign * step).astype(int) for sign in (-1, 1))
    cv2.line(kernel, [int(v) for v in start], [int(v) for v in end], 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum()).astype(np.float32, copy=False)
