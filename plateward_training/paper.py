"""A plate's background: plain, washed from color to color, in bands, with pictures."""

from __future__ import annotations

import cv2
import numpy as np

from plateward_training import ink
from plateward_training.ink import Image


def render(rng: np.random.Generator, base: str, width: int, height: int) -> Image:
    """The paper, height × width × 3. `base` is a word and colors as in designs.csv: `flat`, `wash` (from top to
    bottom), `bands` (top, middle, bottom) or `art` with one of SHAPES in the last of the colors."""
    kind, *rest = base.split()
    shape = rest.pop(0) if kind == "art" else ""
    colors = [np.clip(ink.bgr(color) + rng.normal(0, 10, 3), 0, 255).astype(np.float32) for color in rest]
    wash = colors[:1] if kind == "art" else colors
    if kind == "bands":
        rows = np.repeat(np.array([colors[1]]), height, 0)
        rows[: int(height * rng.uniform(0.17, 0.26))] = colors[0]
        rows[height - int(height * rng.uniform(0.13, 0.21)) :] = colors[2 if len(colors) > 2 else 0]
    else:
        at = np.linspace(0, len(wash) - 1, height)
        rows = np.stack([np.interp(at, range(len(wash)), [c[i] for c in wash]) for i in range(3)], 1)
        rows = rows.astype(np.float32)
    image = np.repeat(rows[:, None, :], width, 1)
    if shape:
        layer = np.zeros((height, width), np.uint8)
        SHAPES[shape](rng, layer)
        soft = cv2.GaussianBlur(layer, (0, 0), width / 320 * rng.uniform(0.5, 2))
        strength = rng.uniform(0.25, 1.0) * (soft[..., None].astype(np.float32) / 255)
        image = image * (1 - strength) + colors[-1] * strength
    for _ in range(int(rng.integers(0, 4)) if rng.random() < 0.35 else 0):  # more pale pictures
        layer = np.zeros((height, width), np.uint8)
        names = list(SHAPES)
        SHAPES[names[int(rng.integers(len(names)))]](rng, layer)
        strength = rng.uniform(0.05, 0.5) * (layer[..., None].astype(np.float32) / 255)
        image = image * (1 - strength) + rng.uniform(60, 255, 3).astype(np.float32) * strength
    if rng.random() < 0.3:  # security threads and woven sheeting
        x = (
            np.arange(width)[None, :]
            + np.sin(np.arange(height) / height * rng.uniform(3, 20))[:, None] * width / 60
        )
        image += (np.sin(x * 2 * np.pi / (width * rng.uniform(0.02, 0.2))) * rng.uniform(0, 9))[..., None]
    return np.clip(image, 0, 255).astype(np.uint8)


def print_on(rng: np.random.Generator, image: Image, photograph: Image) -> None:
    """Print a photograph of the paper's size on it, pale as states print them, all over it or fading to one side."""
    height, width = image.shape[:2]
    pale = photograph.astype(np.float32) * rng.uniform(0.3, 1.0) + rng.uniform(0, 120)
    share = np.full((height, width), rng.uniform(0.15, 0.75), np.float32)
    if rng.random() < 0.6:
        turn = rng.uniform(0, 2 * np.pi)
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        share *= np.clip(0.5 + rng.uniform(0.5, 2) * (x * np.cos(turn) + y * np.sin(turn)), 0, 1)
    image[:] = np.clip(image * (1 - share[..., None]) + pale * share[..., None], 0, 255).astype(np.uint8)


def _mountain(rng: np.random.Generator, layer: Image) -> None:
    xs = np.linspace(-0.1, 1.1, int(rng.integers(5, 12)))
    low = rng.uniform(0.4, 0.8)
    ink.polygon(layer, [(0, 1), *((float(x), low + rng.uniform(-0.3, 0.1)) for x in xs), (1, 1)])


def _hills(rng: np.random.Generator, layer: Image) -> None:
    xs = np.linspace(0, 1, 30)
    phase, waves, low = rng.uniform(0, 6), rng.uniform(1, 3), rng.uniform(0.5, 0.85)
    ink.polygon(
        layer,
        [(0, 1), *((float(x), low + 0.08 * float(np.sin(x * 6.3 * waves + phase))) for x in xs), (1, 1)],
    )


def _sun(rng: np.random.Generator, layer: Image) -> None:
    height, width = layer.shape
    center = (round(width * rng.uniform(0.2, 0.8)), round(height * rng.uniform(0.3, 0.8)))
    cv2.circle(layer, center, round(height * rng.uniform(0.12, 0.4)), 255, -1, cv2.LINE_AA)


def blob(rng: np.random.Generator, layer: Image, low: float = 0.08, high: float = 0.3) -> None:
    """An animal, a flower, a figure: an irregular silhouette."""
    count = int(rng.integers(7, 20))
    angles = np.sort(rng.uniform(0, 6.283, count))
    size = rng.uniform(low, high)
    x, y = rng.uniform(0.1, 0.9), rng.uniform(0.3, 0.75)
    radii = size * rng.uniform(0.35, 1.3, count)
    ink.polygon(
        layer,
        [
            (x + float(r * np.cos(a)) * 0.5, y + float(r * np.sin(a)))
            for r, a in zip(radii, angles, strict=True)
        ],
    )


def _tree(rng: np.random.Generator, layer: Image) -> None:
    x, top, low = rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.35), rng.uniform(0.7, 0.95)
    half = rng.uniform(0.04, 0.1)
    steps = np.linspace(top, low, 8)
    right = [(x + half * (i / 7) * rng.uniform(0.5, 1.2), float(y)) for i, y in enumerate(steps)]
    left = [(x - half * (i / 7) * rng.uniform(0.5, 1.2), float(y)) for i, y in enumerate(steps)][::-1]
    ink.polygon(layer, [*right, *left])


def _arch(rng: np.random.Generator, layer: Image) -> None:
    height, width = layer.shape
    center = (round(width * rng.uniform(0.3, 0.7)), round(height * rng.uniform(0.75, 0.95)))
    axes = (round(width * rng.uniform(0.06, 0.16)), round(height * rng.uniform(0.35, 0.65)))
    cv2.ellipse(
        layer, center, axes, 0, 180, 360, 255, max(2, round(width * rng.uniform(0.02, 0.07))), cv2.LINE_AA
    )


def _rainbow(rng: np.random.Generator, layer: Image) -> None:
    height, width = layer.shape
    center = (round(width * rng.uniform(0.4, 0.6)), round(height * rng.uniform(0.9, 1.2)))
    for index in range(3):
        axes = (round(width * (0.55 - 0.05 * index)), round(height * (0.95 - 0.08 * index)))
        cv2.ellipse(
            layer, center, axes, 0, 180, 360, 160 - 30 * index, max(1, round(width * 0.015)), cv2.LINE_AA
        )


def _lake(rng: np.random.Generator, layer: Image) -> None:
    top = rng.uniform(0.1, 0.3)
    ink.polygon(
        layer,
        [(0, top), (0.3, top + rng.uniform(-0.1, 0.1)), (0.7, top), (1, top + 0.05), (1, 0.42), (0, 0.4)],
    )


SHAPES = {
    "mountain": _mountain,
    "hills": _hills,
    "sun": _sun,
    "bird": blob,
    "figure": blob,
    "chile": blob,
    "tree": _tree,
    "arch": _arch,
    "rainbow": _rainbow,
    "lake": _lake,
}
