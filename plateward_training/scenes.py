"""Pictures for training the detector: rendered plates on drawn vehicles or in real street photographs.

Everything is composed in gray at the scale of the network and depends only on (seed, index): any process can make any
picture again, in any order."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward_training import exposure, scenery, vehicles
from plateward_training.mounting import BARE, PANEL, VEHICLE, Corners, Patch, mount_plate
from plateward_training.scenery import Board, Gray

SMALLEST, LARGEST = 12.0, 0.96  # width of a plate: pixels, and share of the picture's side
MAX_COVER = 0.3 * 255  # mean cover above which a plate behind another vehicle is dropped
MIN_VISIBLE = 0.75  # share of a plate that must lie in the picture to be learned


@dataclass(frozen=True)
class TrainingScene:
    """A square gray picture and the plates in it."""

    image: Gray
    plates: Corners  # n × 4 × 2
    boxes: NDArray[Any]  # m × 4: x, y, width, height of real plates, whose corners are not marked
    doubtful: NDArray[Any]  # k × 4: boxes in which nothing is learned, as for plates that are cut off


class Sheets:
    """A folder of rendered plate faces (`*.png`, `*.jpg`, BGR)."""

    def __init__(self, folder: Path) -> None:
        self._files = sorted([*folder.glob("*.jpg"), *folder.glob("*.png")])
        if not self._files:
            raise FileNotFoundError(f"No rendered plates in {folder}.")

    def face(self, rng: np.random.Generator, height: int) -> Gray:
        """A plate face in gray, `height` pixels tall: each camera weighs the colors differently."""
        file = self._files[rng.integers(len(self._files))]
        reduced = next((mode for mode, most in REDUCED if height <= most), cv2.IMREAD_COLOR)
        color = np.asarray(cv2.imread(str(file), reduced))
        weights = (0.114, 0.587, 0.299) if rng.random() < 0.5 else rng.dirichlet((1, 2, 1.5))
        gray = cv2.transform(color, np.array([weights], np.float32))
        width = max(2, round(height * color.shape[1] / color.shape[0]))
        method = cv2.INTER_AREA if height < color.shape[0] else cv2.INTER_LINEAR
        return cv2.resize(gray, (width, height), interpolation=method).astype(np.uint8, copy=False)


REDUCED = ((cv2.IMREAD_REDUCED_COLOR_4, 30), (cv2.IMREAD_REDUCED_COLOR_2, 65))  # sheets have 160 rows


class Photos:
    """Street photographs with the boxes of the plates in them: `images/` and `boxes.csv` (file,x,y,w,h)."""

    def __init__(self, folder: Path, held_out: bool = False) -> None:
        """One photo in ten is held out of training; `held_out` selects those instead."""
        self._boxes: dict[Path, list[tuple[float, ...]]] = defaultdict(list)
        with (folder / "boxes.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                self._boxes[folder / "images" / row["file"]].append(tuple(float(row[key]) for key in "xywh"))
        self.files = [path for n, path in enumerate(sorted(self._boxes)) if (n % 10 == 0) == held_out]

    def any(self, rng: np.random.Generator) -> tuple[Gray, NDArray[Any]]:
        """A photograph in gray and its boxes, n × 4."""
        path = self.files[rng.integers(len(self.files))]
        return _gray(str(path)), np.array(self._boxes[path], np.float32)


@lru_cache(maxsize=600)
def _gray(path: str) -> Gray:
    return np.asarray(cv2.imread(path, cv2.IMREAD_GRAYSCALE))


class Composer:
    """Makes scenes of `side` pixels square; without `photos`, drawn ones only."""

    def __init__(self, sheets: Sheets, photos: Photos | None, side: int, seed: int) -> None:
        self._sheets, self._photos, self._side, self._seed = sheets, photos, side, seed
        self._last: tuple[int, _Canvas] = (-1, _Canvas(np.zeros((side, side), np.float32), side))

    def scene(self, index: int) -> TrainingScene:
        """The scene with that index. Neighbors are two photographs of one composition, which takes longer."""
        composition = index // 2
        if composition != self._last[0]:
            self._last = (composition, self._compose(np.random.default_rng((self._seed, composition))))
        return self._last[1].finish(np.random.default_rng((self._seed, index, 1)))

    def _compose(self, rng: np.random.Generator) -> _Canvas:
        side = self._side
        boxes = np.zeros((0, 4), np.float32)
        if self._photos and rng.random() < 0.5:
            ground, boxes = self._photograph(rng, *self._photos.any(rng))
        else:
            ground = scenery.backdrop(rng, side)
        canvas = _Canvas(ground.astype(np.float32), side)
        if rng.random() < 0.3:
            canvas.darken(rng)
        for box in boxes:
            if rng.random() < 0.5:
                canvas.keep(box)
            else:
                self._replace(rng, canvas, box)
        if rng.random() < 0.12:
            self._hang(rng, canvas, rng.uniform(0.4, LARGEST) * side, close=True)
        else:
            for _ in range(int(rng.choice((0, 1, 2, 3, 5), p=(0.1, 0.35, 0.25, 0.2, 0.1)))):
                self._hang(rng, canvas, 14 * (side * 0.5 / 14) ** rng.beta(1.1, 1.6), close=False)
        for _ in range(int(rng.choice((0, 2, 5), p=(0.3, 0.4, 0.3)))):
            canvas.decoy(rng)
        return canvas

    def _photograph(
        self, rng: np.random.Generator, photo: Gray, boxes: NDArray[Any]
    ) -> tuple[Gray, NDArray[Any]]:
        """A square cut out of the photograph at some scale, and the boxes in it."""
        height, width = photo.shape
        cut = rng.uniform(0.35, 1) * height
        x, y = rng.uniform(0, width - cut), rng.uniform(0, height - cut)
        scale = self._side / cut
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        part = photo[int(y) : int(y + cut), int(x) : int(x + cut)]
        part = cv2.resize(part, (self._side, self._side), interpolation=method)
        boxes = (boxes - (int(x), int(y), 0, 0)) * scale
        if rng.random() < 0.5:
            part = part[:, ::-1]
            boxes = np.column_stack([self._side - boxes[:, 0] - boxes[:, 2], boxes[:, 1:]])
        inside = (boxes[:, :2] + boxes[:, 2:] > 0).all(1) & (boxes[:, :2] < self._side).all(1)
        return np.ascontiguousarray(part).astype(np.uint8, copy=False), boxes[inside].astype(np.float32)

    def _replace(self, rng: np.random.Generator, canvas: _Canvas, box: NDArray[Any]) -> None:
        """A rendered plate in place of a real one, whose ends are painted over."""
        canvas.paint_over(rng, box)
        center = box[:2] + box[2:] / 2
        pose = _pose(rng, center, max(box[2] * rng.uniform(0.55, 0.95), SMALLEST), 0.7)
        self._place(rng, canvas, pose, BARE)

    def _hang(self, rng: np.random.Generator, canvas: _Canvas, width: float, close: bool) -> None:
        spread = 0.06 if close else 0.5
        center = self._side * (0.5 + rng.uniform(-spread, spread, 2))
        surroundings = int(rng.choice((BARE, PANEL, VEHICLE), p=(0.15, 0.25, 0.6)))
        self._place(rng, canvas, _pose(rng, center, width, rng.choice((0.5, 1.0))), surroundings)

    def _place(self, rng: np.random.Generator, canvas: _Canvas, pose: Corners, surroundings: int) -> None:
        if canvas.is_taken(pose):
            return
        sides = np.linalg.norm(pose - np.roll(pose, -1, axis=0), axis=1)
        scale = float(np.clip(1.3 * max(sides[1], sides[3], sides[0] / 2, sides[2] / 2), 8, 300))
        face = self._sheets.face(rng, round(scale))
        canvas.hang(rng, mount_plate(rng, face, surroundings, self._side), pose)


def _pose(rng: np.random.Generator, center: NDArray[Any], width: float, strength: float) -> Corners:
    """The corners of a plate turned in space; `strength` 1 goes to 55° sideways and 25° of roll."""
    spread = rng.choice((7, 20))  # degrees: most cameras look along the road, some across it
    yaw, pitch = np.clip(rng.normal(0, spread, 2) * (1, 0.7), -55, 55) * strength * np.pi / 180
    roll = np.clip(rng.normal(0, 6) * strength, -25, 25) * np.pi / 180
    aspect = rng.choice((2.0, 1.75), p=(0.92, 0.08))  # 12 × 6 inches, and 7 × 4 on motorcycles
    flat = np.array([(-1, -1 / aspect), (1, -1 / aspect), (1, 1 / aspect), (-1, 1 / aspect)])
    x, y, z = flat[:, 0] * np.cos(yaw), flat[:, 1] * np.cos(pitch), flat[:, 0] * np.sin(yaw)
    z = z + flat[:, 1] * np.sin(pitch)
    # In half widths of the plate: a vehicle around the plate, too, must stay in front of the lens.
    far = 10 ** rng.uniform(1.1, 1.8)
    projected = np.stack([x, y], axis=1) * (far / (far + z))[:, None]
    turn = np.array([(np.cos(roll), np.sin(roll)), (-np.sin(roll), np.cos(roll))])
    corners: Corners = (projected @ turn * width / 2 + center).astype(np.float32)
    return corners


class _Canvas:
    """A picture in the making."""

    def __init__(self, image: exposure.Light, side: int) -> None:
        self._image, self._side = image, side
        self._plates: list[Corners] = []
        self._real: list[NDArray[Any]] = []
        self._doubtful: list[NDArray[Any]] = []
        self._dim = 1.0  # how much darker things are than by day
        self._flash = 1.0  # how much brighter reflective plates are than things

    def darken(self, rng: np.random.Generator) -> None:
        """Night, or an infrared lamp that only plates reflect."""
        self._dim = rng.uniform(0.08, 0.7)
        self._flash = rng.uniform(1, min(6, 1.2 / self._dim))
        self._image = self._image * self._dim

    def keep(self, box: NDArray[Any]) -> None:
        """Keep a real plate of the photograph, learned if most of it is visible."""
        (self._real if _is_visible(box, self._side) else self._doubtful).append(box)

    def is_taken(self, pose: Corners) -> bool:
        """Whether another plate is already there."""
        box = upright(pose)
        return any(overlap(box, existing) > 0 for existing in self._all())

    def _all(self) -> list[NDArray[Any]]:
        return [*self._real, *self._doubtful, *map(upright, self._plates)]

    def paint_over(self, rng: np.random.Generator, box: NDArray[Any]) -> None:
        """Hide a real plate under the tone of its surroundings."""
        x, y, w, h = box
        spots = self._image[
            np.clip([y - h / 4, y - h / 4, y + h * 1.25], 0, self._side - 1).astype(int),
            np.clip([x, x + w, x + w / 2], 0, self._side - 1).astype(int),
        ]
        tone = rng.choice(spots) * rng.uniform(0.7, 1.2)
        left, top, right, bottom = (
            int(v) for v in (x - w * 0.04, y - h * 0.15, x + w * 1.04 + 1, y + h * 1.15 + 1)
        )
        self._image[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = tone

    def hang(self, rng: np.random.Generator, patch: Patch, pose: Corners) -> None:
        """Put a patch where its plate fills `pose`. Anything that it covers is dropped."""
        placed = self._warped(np.dstack([patch.image, patch.cover, patch.shine]), patch.corners, pose)
        if placed is None:
            return
        window, warped = placed
        image, cover, shine = (warped[..., n].astype(np.float32) for n in range(3))
        soft = cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.3, 1.2)) if rng.random() < 0.5 else cover
        share = np.maximum(soft, shine) / 255
        covered = np.zeros((self._side, self._side), np.uint8)
        covered[window] = warped[..., 1]
        self._real = [box for box in self._real if _mean(covered, box) < MAX_COVER]
        self._doubtful = [box for box in self._doubtful if _mean(covered, box) < MAX_COVER]
        self._plates = [corners for corners in self._plates if _mean(covered, upright(corners)) < MAX_COVER]
        gain = self._dim * rng.uniform(0.8, 1.2) * (1 + (self._flash * rng.uniform(0.6, 1) - 1) * shine / 255)
        self._image[window] = self._image[window] * (1 - share) + image * gain * share
        box = upright(pose)
        if _is_visible(box, self._side):
            self._plates.append(pose)
        else:
            self._doubtful.append(box)

    def decoy(self, rng: np.random.Generator) -> None:
        """Something with the size and slant of a plate that is none: a sign, a badge, a lamp, a piece of the
        picture."""
        width = 14 * (self._side * 0.4 / 14) ** rng.beta(1.1, 1.6)
        pose = _pose(rng, rng.uniform(0, self._side, 2).astype(np.float32), width, 1)
        if self.is_taken(pose):
            return
        board = Board(np.zeros((80, 160), np.uint8), 80, (80, 40))
        if rng.random() < 0.25:
            left, top = rng.integers(0, self._side - 80, 2)
            piece = np.clip(self._image[top : top + 40, left : left + 80] / self._dim, 1, 255).astype(
                np.uint8
            )
            board.image[:] = cv2.resize(piece, (160, 80), interpolation=cv2.INTER_LINEAR)
            if any(overlap(box, np.array((left, top, 80, 40))) for box in self._all()):
                return
        else:
            draw = (scenery.sign, vehicles.badge, vehicles.lamp, vehicles.handle)[rng.integers(4)]
            draw(rng, board, 0, 0, rng.uniform(1, 2), rng.uniform(0.4, 1))
        placed = self._warped(board.image, np.array([(0, 0), (160, 0), (160, 80), (0, 80)], np.float32), pose)
        if placed:
            window, image = placed
            self._image[window] = np.where(image > 0, image * self._dim, self._image[window])

    def _warped(
        self, image: Gray, corners: Corners, pose: Corners
    ) -> tuple[tuple[slice, slice], Gray] | None:
        """The image warped so that `corners` move to `pose`, and the window of the picture that it fills."""
        leads = cv2.getPerspectiveTransform(corners, pose)
        high, wide = image.shape[:2]
        outline = np.array([[(0, 0), (wide, 0), (wide, high), (0, high)]], np.float32)
        reached = np.clip(cv2.perspectiveTransform(outline, leads)[0], -1, self._side + 1)
        (left, top), (right, bottom) = (
            (reached.min(axis=0).astype(int) - 2).clip(0),
            reached.max(axis=0).astype(int) + 3,
        )
        right, bottom = min(right, self._side), min(bottom, self._side)
        if right - left < 2 or bottom - top < 2:
            return None
        shift = np.array([(1, 0, -left), (0, 1, -top), (0, 0, 1)], np.float64)
        warped = cv2.warpPerspective(image, shift @ leads, (int(right - left), int(bottom - top)))
        return np.s_[top:bottom, left:right], warped.astype(np.uint8, copy=False)

    def finish(self, rng: np.random.Generator) -> TrainingScene:
        """Apply light, weather, camera and recorder to everything."""
        points = np.array([pose.mean(axis=0) for pose in self._plates], np.float32).reshape(-1, 2)
        gray = exposure.expose(rng, exposure.apply_light(rng, self._image, points))
        if rng.random() < 0.4:
            scenery.caption(rng, gray)
        return TrainingScene(
            gray,
            np.array(self._plates, np.float32).reshape(-1, 4, 2),
            np.array(self._real, np.float32).reshape(-1, 4),
            np.array(self._doubtful, np.float32).reshape(-1, 4),
        )


def upright(corners: Corners) -> NDArray[Any]:
    """The upright box around the corners: x, y, width, height."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    return np.concatenate([low, high - low])


def overlap(first: NDArray[Any], second: NDArray[Any]) -> float:
    """The area that two boxes share."""
    low = np.maximum(first[:2], second[:2])
    high = np.minimum(first[:2] + first[2:], second[:2] + second[2:])
    return float(np.prod(np.maximum(0, high - low)))


def _is_visible(box: NDArray[Any], side: int) -> bool:
    frame = np.array((0, 0, side, side), np.float32)
    return overlap(box, frame) > MIN_VISIBLE * float(box[2] * box[3]) and float(box[2]) >= SMALLEST / 2


def _mean(image: Gray, box: NDArray[Any]) -> float:
    side = image.shape[0]
    left, top = np.clip(box[:2], 0, side - 1).astype(int)
    right, bottom = np.clip(box[:2] + box[2:], 1, side).astype(int)
    return float(image[top : max(bottom, top + 1), left : max(right, left + 1)].mean())
