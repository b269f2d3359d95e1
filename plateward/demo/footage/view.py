"""The camera: meters in the world to pixels in the frame, and shapes drawn there."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.demo.footage.plates import TALL, WIDE, Color, Image

WIDTH, HEIGHT = 1280, 720  # pixels of a frame
FOCAL = 1700  # pixels
HORIZON = 292  # row of the horizon
EYE = 1.3  # meters, height of the camera above the road
NEAREST = 1.0  # meters; anything nearer is cut off

Point = tuple[float, float, float]  # meters: right of the camera, above the road, ahead


class View:
    """Draws on a frame. After `pose`, points are in the vehicle's axes: right, up, forward of its rear."""

    def __init__(self, image: Image, shake: tuple[float, float] = (0, 0)) -> None:
        """`shake`: pixels by which the camera's aim is off, to the right and down."""
        self.image = image
        self._center = (WIDTH / 2 + shake[0], HORIZON + shake[1])
        self._origin = np.zeros(3)
        self._turn = np.eye(3)

    def pose(self, across: float, ahead: float, yaw: float) -> None:
        """From here on, points belong to a vehicle at this place."""
        self._origin = np.array([across, 0, ahead])
        self._turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])

    def pixels(self, points: Sequence[Point] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels (n × 2) of points (n × 3)."""
        world = np.asarray(points, float) @ self._turn.T + self._origin
        depth = np.maximum(world[:, 2], NEAREST)
        across = self._center[0] + FOCAL * world[:, 0] / depth
        return np.stack([across, self._center[1] - FOCAL * (world[:, 1] - EYE) / depth], axis=1)

    def fill(self, points: Sequence[Point] | NDArray[np.float64], color: Color) -> None:
        """A polygon; for a shape in the rear plane see `panel`."""
        cv2.fillPoly(self.image, [to_fixed_point(self.pixels(points))], color, cv2.LINE_AA, 4)

    def hull(self, points: Sequence[Point], color: Color) -> None:
        """The convex outline of a solid's corners."""
        outline = cv2.convexHull(self.pixels(points).astype(np.float32))[:, 0].astype(float)
        cv2.fillPoly(self.image, [to_fixed_point(outline)], color, cv2.LINE_AA, 4)

    def panel(
        self,
        left: float,
        low: float,
        right: float,
        high: float,
        color: Color,
        round_: float = 0.0,
        z: float = 0.0,
    ) -> None:
        """A rectangle across the vehicle at depth `z`, its corners rounded by `round_` meters."""
        self.fill(rounded(left, low, right, high, round_, z), color)

    def mirrored(
        self,
        left: float,
        low: float,
        right: float,
        high: float,
        color: Color,
        round_: float = 0.0,
        z: float = 0.0,
    ) -> None:
        """The same panel on both sides of the vehicle."""
        self.panel(left, low, right, high, color, round_, z)
        self.panel(-right, low, -left, high, color, round_, z)

    def blend(
        self, points: Sequence[Point] | NDArray[np.float64], color: Color, share: float, soft: float = 0.0
    ) -> None:
        """A translucent polygon, its edge softened over `soft` meters."""
        pixels = self.pixels(points)
        blur = max(0.5, soft * FOCAL / max(NEAREST, self._origin[2]) / 2)
        left, top = np.floor(pixels.min(axis=0) - 2 * blur).astype(int).clip(0)
        right, bottom = np.ceil(pixels.max(axis=0) + 2 * blur).astype(int).clip(0, (WIDTH, HEIGHT))
        if right <= left or bottom <= top:
            return
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [to_fixed_point(pixels - (left, top))], 255, cv2.LINE_AA, 4)
        if soft:
            mask = cv2.blur(cv2.blur(mask, (int(blur) | 1,) * 2), (int(blur) | 1,) * 2).astype(np.uint8)
        part = self.image[top:bottom, left:right]
        opaque = (mask.astype(np.float32) * (share / 255))[:, :, None]
        part[:] = (part + (np.array(color, np.float32) - part) * opaque).astype(np.uint8)

    def picture(self, image: Image, corners: Sequence[Point]) -> None:
        """A picture on a surface; corners from its top left, clockwise."""
        target = self.pixels(corners).astype(np.float32)
        left, top = np.floor(target.min(axis=0)).astype(int) - 1
        right, bottom = np.ceil(target.max(axis=0)).astype(int) + 2
        if left < 0 or top < 0 or right > WIDTH or bottom > HEIGHT:
            return  # half out of view
        # Shrink first with every pixel counted: warping alone would pick some and skip the rest.
        scale = min(1.0, 2 * (right - left) / WIDE)
        small = cv2.resize(
            image, (max(4, round(WIDE * scale)), max(2, round(TALL * scale))), interpolation=cv2.INTER_AREA
        )
        tall, wide = small.shape[:2]
        source = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], np.float32)
        matrix = cv2.getPerspectiveTransform(source, target - np.array((left, top), np.float32))
        part = self.image[top:bottom, left:right]
        warped = cv2.warpPerspective(small, matrix, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
        mask = np.zeros(part.shape[:2], np.uint8)
        cv2.fillPoly(mask, [to_fixed_point(target - (left, top))], 255, cv2.LINE_AA, 4)
        part[mask > 127] = warped[mask > 127]


def rounded(
    left: float, low: float, right: float, high: float, round_: float, z: float = 0.0
) -> NDArray[np.float64]:
    """The outline (n × 3) of a rectangle with round corners, across the vehicle at depth `z`."""
    angles = np.linspace(0, np.pi / 2, 6 if round_ else 1)
    quarters = []
    for turn, (x, y) in enumerate(((right, high), (left, high), (left, low), (right, low))):
        inner = np.array((x, y)) + round_ * np.array((-1 if x == right else 1, -1 if y == high else 1))
        around = angles + turn * np.pi / 2
        quarters.append(inner + round_ * np.stack([np.cos(around), np.sin(around)], axis=1))
    flat = np.concatenate(quarters)
    return np.column_stack([flat, np.full(len(flat), z)])


def to_fixed_point(pixels: NDArray[np.floating]) -> NDArray[np.int32]:
    """Sixteenths of a pixel, since OpenCV draws with four fractional bits; clipped to its range."""
    sixteenths: NDArray[np.int32] = np.round(np.clip(pixels, -9000, 9000) * 16).astype(np.int32)
    return sixteenths
