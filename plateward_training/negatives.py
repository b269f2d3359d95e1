"""What a detector may mistake for a plate: pieces of real streets, and panels with other writing."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.ground.errors import PlatewardError
from plateward.recognition import images
from plateward.recognition.rectify import rectify_plate
from plateward_training import camera, fonts

Image = NDArray[Any]
WORDS = [
    "SPEED LIMIT {n}",
    "EXIT {n}",
    "STOP",
    "ONE WAY",
    "NO PARKING",
    "({a}) 555-{b}",
    "555-{b}",
    "1-800-555-{b}",
    "www.motors.com",
    "TOYOTA",
    "HONDA",
    "CHEVROLET",
    "SILVERADO",
    "MUSTANG",
    "DODGE RAM",
    "Hybrid",
    "Limited",
    "4x4",
    "4WD",
    "TURBO",
    "V6",
    "V8 5.0L",
    "QUATTRO",
    "AUDI",
    "DIESEL",
    "FLEX FUEL",
    "20{m}-0{d}-1{d}",
    "0{d}/1{d}/20{m}",
    "1{d}:{n}:{m}",
    "0{d}:{n}",
    "20{m}-0{d}-1{d} 1{d}:{n}:{m}",
    "CAM 0{d}",
    "POLICE",
    "SHERIFF",
    "STATE TROOPER",
    "SCHOOL BUS",
    "TAXI",
    "FIRE",
    "AUTO GROUP",
    "BABY ON BOARD",
    "MY OTHER CAR",
    "VOTE",
    "MPH {n}",
    "KM/H {n}",
    "US DOT {a}{b}",
    "FOR SALE",
    "PIZZA",
    "DELIVERY",
    "KEEP RIGHT",
    "YIELD",
    "DETOUR",
    "ROAD WORK",
]


@lru_cache
def _boxes(folder: Path) -> tuple[tuple[Path, tuple[tuple[int, int, int, int], ...]], ...]:
    """The photographs and the plate boxes in them."""
    if not (folder / "boxes.csv").is_file():
        raise PlatewardError(
            f"Training needs the traffic photographs, and there is no {folder / 'boxes.csv'}."
        )
    boxes: dict[str, list[tuple[int, int, int, int]]] = {}
    with (folder / "boxes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            x, y, w, h = (int(float(row[key])) for key in "xywh")
            boxes.setdefault(row["file"], []).append((x, y, w, h))
    return tuple(
        (path, tuple(boxes.get(path.name, boxes.get(path.stem, []))))
        for path in sorted((folder / "images").iterdir())
    )


@lru_cache(maxsize=64)
def _photograph(path: Path) -> Image:
    return images.load_image(path)


def street(rng: np.random.Generator, folder: Path, width: int, height: int) -> Image:
    """A piece of a real photograph without a plate, warped to width × height."""
    photographs = _boxes(folder)
    path, boxes = photographs[int(rng.integers(min(len(photographs), 64 + int(rng.integers(1, 500)))))]
    image = _photograph(path)
    while True:
        wide = float(np.exp(rng.uniform(np.log(30), np.log(400))))
        at = rng.uniform(0, 1, 2) * (image.shape[1], image.shape[0])
        corners = camera.pose(rng, wide) + at.astype(np.float32)
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        if not any(x < right and left < x + w and y < bottom and top < y + h for x, y, w, h in boxes):
            return rectify_plate(image, corners, width, height)


def panel(rng: np.random.Generator, width: int = 320) -> Image:
    """A sign, a sticker, a badge or a burned-in caption, flat, in a plate's proportions."""
    height = width // 2
    paper = rng.uniform(0, 255, 3)
    image = np.full((height, width, 3), paper, np.float32)
    image += cv2.resize(
        rng.normal(0, 25, (4, 8, 3)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    image = np.clip(image, 0, 255)
    dark = paper.mean() > 120
    lines = int(rng.integers(1, 4))
    for index in range(lines):
        word = str(rng.choice(WORDS)).format(
            n=int(rng.integers(10, 80)),
            a=int(rng.integers(200, 999)),
            b=f"{int(rng.integers(10000)):04d}",
            m=int(rng.integers(10, 60)),
            d=int(rng.integers(0, 10)),
        )
        size = round(height / lines * rng.uniform(0.3, 0.7))
        mask = fonts.mask(fonts.pick(rng, fonts.SANS), word, size)
        if mask.shape[1] > width * 0.94:
            factor = width * 0.94 / mask.shape[1]
            mask = cv2.resize(
                mask, None, fx=factor, fy=max(factor, 0.5), interpolation=cv2.INTER_AREA
            ).astype(np.uint8)
        ink = np.clip((rng.uniform(0, 70, 3) if dark else rng.uniform(180, 255, 3)), 0, 255)
        y = round((index + 0.5) * height / lines - mask.shape[0] / 2)
        x = round((width - mask.shape[1]) * rng.uniform(0.1, 0.9))
        share = mask[..., None].astype(np.float32) / 255
        window = image[max(0, y) : y + mask.shape[0], x : x + mask.shape[1]]
        window[:] = window * (1 - share[: window.shape[0]]) + ink * share[: window.shape[0]]
    return image.astype(np.uint8)
