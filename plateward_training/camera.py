"""From a plate to its pixels: the plate's place in the picture, light, lens, sensor, JPEG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition import images
from plateward_training import recorder

PROCESSED_SHARE = 0.6  # share of pictures that go through a camera's own processing

Image = NDArray[Any]
Corners = NDArray[Any]  # 4 × 2, from the upper left clockwise, in pixels


@dataclass(frozen=True)
class Shot:
    """A picture of a single plate."""

    image: Image
    corners: Corners


def pose(rng: np.random.Generator, width: float, tilt: float = 1.0) -> Corners:
    """The corners of a plate with aspect 2:1 that is `width` pixels wide, around the origin."""
    half = width / 2
    flat = np.array([(-1, -0.5), (1, -0.5), (1, 0.5), (-1, 0.5)])
    yaw, pitch = np.clip(rng.normal(0, 0.28, 2) * tilt * (1, 0.6), -0.95, 0.95)
    roll = float(np.clip(rng.normal(0, 0.06), -0.3, 0.3)) * tilt
    x, y = flat[:, 0] * np.cos(yaw), flat[:, 1] * np.cos(pitch)
    depth = 1 + (flat[:, 0] * np.sin(yaw) + flat[:, 1] * np.sin(pitch)) * rng.uniform(0.02, 0.2)
    x, y = x / depth, y / depth + x * rng.normal(0, 0.04) * tilt
    turned = np.stack([x * np.cos(roll) - y * np.sin(roll), x * np.sin(roll) + y * np.cos(roll)], 1)
    return (turned * half).astype(np.float32)


def shoot(rng: np.random.Generator, sheet: Image, width: float, room: float = 0.18) -> Shot:
    """The plate on a piece of car, `width` pixels wide, as from a camera; surrounded by `room` widths of car."""
    margin = max(6.0, room * width)
    corners = pose(rng, width)
    corners = corners - corners.min(axis=0) + margin
    size = np.ceil(corners.max(axis=0) + margin).astype(int)
    image = _surroundings(rng, int(size[0]), int(size[1]), corners)
    bent = _bend(rng, sheet)
    place(image, bent, corners)
    return Shot(develop(rng, image), corners)


def place(image: Image, sheet: Image, corners: Corners) -> None:
    """The sheet warped onto the corners, in place, without aliasing."""
    height, width = sheet.shape[:2]
    wide = float(np.linalg.norm(corners[1] - corners[0]))
    scale = min(1.0, 1.6 * wide / width)
    if scale < 1:
        sheet = cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
        height, width = sheet.shape[:2]
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(flat, corners)
    round_ = np.full((height, width), 255, np.uint8)
    _round(round_)
    size = (image.shape[1], image.shape[0])
    share = (
        cv2.warpPerspective(round_, matrix, size, flags=cv2.INTER_LINEAR)[..., None].astype(np.float32) / 255
    )
    warped = cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    image[:] = (image * (1 - share) + warped * share + 0.5).astype(np.uint8)


def _round(mask: Image) -> None:
    """Round the corners: a plate's radius is about a twelfth of its height."""
    height, width = mask.shape
    r = max(1, height // 12)
    corner = np.zeros((r, r), np.uint8)
    cv2.circle(corner, (r, r), r, 255, -1, cv2.LINE_AA)
    mask[:r, :r], mask[:r, width - r :] = corner, corner[:, ::-1]
    mask[height - r :, :r], mask[height - r :, width - r :] = corner[::-1], corner[::-1, ::-1]


def jitter_corners(rng: np.random.Generator, corners: Corners, share: float) -> Corners:
    """Corners as a detector finds them: each off by this share of the plate's height, the whole larger or smaller."""
    tall = float(np.linalg.norm(corners[3] - corners[0]))
    center = corners.mean(axis=0)
    scale = 1 + rng.normal(0, 0.6 * share, 2)
    shift = rng.normal(0, 0.5 * share, 2) * tall
    moved = center + (corners - center) * scale + shift + rng.normal(0, share, (4, 2)) * tall * 0.7
    return moved.astype(np.float32)


def _surroundings(rng: np.random.Generator, width: int, height: int, corners: Corners) -> Image:
    body = rng.uniform(5, 250) + rng.normal(0, 12, 3)
    image = np.full((height, width, 3), np.clip(body, 0, 255), np.float32)
    image += np.linspace(rng.normal(0, 30), rng.normal(0, 30), height)[:, None, None]
    center = corners.mean(axis=0)
    if rng.random() < 0.5:  # the recess
        grown = center + (corners - center) * (1 + rng.uniform(0.05, 0.3, 2))
        cv2.fillPoly(
            image, [np.round(grown).astype(np.int32)], np.clip(body * rng.uniform(0.2, 1.3), 0, 255).tolist()
        )
    if rng.random() < 0.5:  # a frame
        grown = center + (corners - center) * (1 + rng.uniform(0.02, 0.14, 2))
        cv2.fillPoly(image, [np.round(grown).astype(np.int32)], [float(rng.choice([15, 40, 200]))] * 3)
    for _ in range(int(rng.integers(0, 4))):  # lights, seams, bumpers
        a, b = rng.uniform(0, 1, (2, 2)) * (width, height)
        cv2.line(
            image,
            np.round(a).astype(int).tolist(),
            np.round(b).astype(int).tolist(),
            rng.uniform(0, 255, 3).tolist(),
            int(rng.integers(1, 1 + max(2, width // 12))),
        )
    return np.clip(cv2.GaussianBlur(image, (0, 0), max(0.6, width / 300)), 0, 255).astype(np.uint8)


def _bend(rng: np.random.Generator, sheet: Image) -> Image:
    """Sometimes bend, dirty or partly cover a plate."""
    if rng.random() < 0.12:
        height, width = sheet.shape[:2]
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        waves = rng.uniform(0.5, 2)
        dy = np.sin(x / width * 6.28 * waves + rng.uniform(0, 6)) * height * rng.uniform(0, 0.04)
        dx = np.sin(y / height * 3.14 * waves + rng.uniform(0, 6)) * width * rng.uniform(0, 0.02)
        sheet = cv2.remap(sheet, x + dx, y + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
            np.uint8
        )
    if rng.random() < 0.2:  # dirt
        height, width = sheet.shape[:2]
        cells = int(rng.integers(4, 40))
        noise = cv2.resize(
            rng.uniform(0, 1, (cells, cells * 2)).astype(np.float32),
            (width, height),
            interpolation=cv2.INTER_CUBIC,
        )
        share = np.clip((noise - rng.uniform(0.5, 0.9)) * 3, 0, rng.uniform(0.2, 0.75))[..., None]
        sheet = (sheet * (1 - share) + rng.uniform(30, 140, 3) * share).astype(np.uint8)
    return sheet


def develop(rng: np.random.Generator, image: Image) -> Image:
    """Light, lens, sensor and compression, in the order in which they occur."""
    if rng.random() < PROCESSED_SHARE:
        return recorder.process(rng, image)
    picture = image.astype(np.float32)
    height, width = picture.shape[:2]
    picture = _light(rng, picture)
    picture = _blur(rng, picture)
    night = rng.random() < 0.18
    if night:
        picture *= rng.uniform(0.05, 0.5)
    picture += rng.normal(0, rng.choice([1.0, 3.0, 7.0, 12.0], p=[0.5, 0.3, 0.15, 0.05]), picture.shape)
    if night and rng.random() < 0.5:
        picture *= rng.uniform(1, 2.5)
    if rng.random() < 0.3:  # sharpened in the camera, with the usual halos
        soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.8, 2.0))
        picture += (picture - soft) * rng.uniform(0.3, 2.2)
    out = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:  # enlarged or reduced in transit
        factor = rng.uniform(0.5, 0.95)
        method = int(rng.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_NEAREST]))
        small = cv2.resize(
            out, (max(8, round(width * factor)), max(8, round(height * factor))), interpolation=method
        )
        out = cv2.resize(
            small, (width, height), interpolation=cv2.INTER_CUBIC if rng.random() < 0.6 else cv2.INTER_LINEAR
        ).astype(np.uint8)
    if rng.random() < 0.85:
        quality = int(np.clip(rng.normal(66, 22), 14, 97))
        out = _compress(out, quality)
    return out


def _compress(image: Image, quality: int) -> Image:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return images.load_image(data.tobytes())


def _light(rng: np.random.Generator, picture: NDArray[Any]) -> NDArray[Any]:
    height, width = picture.shape[:2]
    chance = rng.random()
    if chance < 0.1:  # infrared: no color, and inks that shine like the sheeting fade
        gray = picture @ rng.dirichlet((1, 1, 3)).astype(np.float32)
        picture = np.repeat(gray[..., None], 3, 2)
    elif chance < 0.18:
        picture = np.repeat((picture @ np.array([0.114, 0.587, 0.299], np.float32))[..., None], 3, 2)
    else:
        picture = picture * np.clip(rng.normal(1, 0.1, 3), 0.6, 1.4).astype(np.float32)
    if rng.random() < 0.35:  # low contrast: haze, dusk, worn sheeting
        picture = picture * rng.uniform(0.2, 0.8) + rng.uniform(0, 110)
    else:
        picture = picture * rng.uniform(0.55, 1.25) + rng.uniform(-25, 25)
    if rng.random() < 0.3:  # shadow or sunlit edge
        angle = rng.uniform(0, 6.283)
        y, x = np.mgrid[0:height, 0:width]
        side = np.cos(angle) * (x / width - rng.uniform(0.2, 0.8)) + np.sin(angle) * (
            y / height - rng.uniform(0.2, 0.8)
        )
        picture = (
            picture * np.where(side > 0, 1, rng.uniform(0.3, 0.85))[..., None]
            if rng.random() < 0.6
            else picture * (1 + side * rng.uniform(0, 0.8))[..., None]
        )
    if rng.random() < 0.05:  # glare
        y, x = np.mgrid[0:height, 0:width]
        at, size = rng.uniform(0.1, 0.9, 2) * (width, height), rng.uniform(0.04, 0.14) * width
        picture = (
            picture
            + (np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * size**2)) * rng.uniform(60, 220))[
                ..., None
            ]
        )
    if rng.random() < 0.04:  # rain or snow
        for _ in range(int(rng.integers(3, 25))):
            a = rng.uniform(0, 1, 2) * (width, height)
            b = a + rng.normal(0, 1, 2) * (0.02 * width, 0.1 * height)
            cv2.line(
                picture,
                np.round(a).astype(int).tolist(),
                np.round(b).astype(int).tolist(),
                [float(rng.uniform(150, 255))] * 3,
                1,
            )
    return picture.astype(np.float32)


def _blur(rng: np.random.Generator, picture: NDArray[Any]) -> NDArray[Any]:
    width = picture.shape[1]
    if rng.random() < 0.65:
        picture = cv2.GaussianBlur(
            picture, (0, 0), float(np.clip(abs(rng.normal(0, 0.85)), 0.3, min(2.6, width / 42)))
        )
    if rng.random() < 0.2:
        length = int(rng.integers(3, 4 + max(1, min(5, width // 25))))
        kernel = np.zeros((length, length), np.float32)
        center, turn = (length - 1) / 2, rng.uniform(0, np.pi)
        reach = np.array([np.cos(turn), np.sin(turn)]) * center
        cv2.line(
            kernel,
            np.round(center - reach).astype(int).tolist(),
            np.round(center + reach).astype(int).tolist(),
            1.0,
        )
        picture = cv2.filter2D(picture, -1, kernel / max(1e-6, float(kernel.sum())))
    return picture.astype(np.float32)
