"""What the pictures of a camera say of the camera itself: that it is covered, or looks elsewhere than it did.

A point is sharp if it differs from what is around it: a picture that is dark, uniform or blurred throughout has hardly
any. How many there are is compared with the camera's own last minutes, which dusk changes slowly and a hand at once; by
day, a picture with almost none is not right whatever came before. Where they are says where a fixed camera looks.
"""

from datetime import datetime
from math import cos, pi, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Position
from plateward.reader.frames import Image
from plateward.reader.position import Fix

LOOK = 1.0  # seconds between two looks
WIDE, SCENE = (320, 180), (64, 36)  # pixels: of the picture that is looked at; of the map of its sharp points
SHARP = 3.0  # gray levels
# Measured (tests/test_picture.py): 0.46 and more of a clear picture's points are sharp, 0.042 and more of a dashcam's
# by day and night, 0.016 of a covered one's, of which most are its time stamp's.
DULL, LEAST = 0.2, 0.025  # covered: with fewer than this share of the usual ones; by day, of all points
# Correlation with the reference: 0.98 with traffic, 0.49 turned aside by 5 % of the width, 0.36 by 8 %.
ALIKE = 0.4
# Seconds over which the usual, the scene and its reference are averaged.
USUAL, BRIEF, SLOW = 120.0, 60.0, 3600.0
COVERED_AFTER, MOVED_AFTER = 180.0, 600.0  # seconds: a truck may stand before the camera for a while


@enforces("6.j.i/camera")
class PictureWatch:
    """Looks once a second. `fixed`: the camera never moves by itself; then a moved one is noticed, too. A vehicle's is
    judged by day and while it drives: at rest it may face a wall, and out of town the night is dark at once."""

    def __init__(self, *, fixed: bool) -> None:
        self.problem = ""
        self._fixed = fixed
        self._next = float("-inf")
        self._usual: float | None = None
        self._scene: NDArray[np.float32] | None = None
        self._reference: NDArray[np.float32] | None = None
        self._begun = 0.0  # when the reference was first looked at
        self._dull_since: float | None = None
        self._moved_since: float | None = None

    def see(self, image: Image, at: datetime, fix: Fix, seconds: float) -> None:
        """`seconds`: of a steady clock."""
        if seconds < self._next or not (self._fixed or fix.heading is not None):
            return
        self._next = seconds + LOOK
        sharp = _sharp_points(image)
        place = fix.position or fix.last
        day = place is not None and is_day(at, place)
        dull = self._is_dull(float(sharp.mean()), day)
        self._dull_since = _since(self._dull_since, dull, seconds)
        moved = not dull and day and self._fixed and self._is_moved(sharp, seconds)
        self._moved_since = _since(self._moved_since, moved, seconds)
        if self._dull_since is not None and seconds - self._dull_since >= COVERED_AFTER:
            self.problem = "The camera is covered: its picture is dark, uniform or blurred throughout."
        elif self._moved_since is not None and seconds - self._moved_since >= MOVED_AFTER:
            self.problem = (
                "The camera was moved: it no longer shows the same place. If you aimed it there on purpose, restart "
                "the reader."
            )
        else:
            self.problem = ""

    def _is_dull(self, share: float, day: bool) -> bool:
        usual = self._usual or share
        tells = self._fixed and usual > 2 * LEAST  # in the dark there is nothing to miss
        dull = share < max(DULL * usual if tells else 0.0, LEAST if day else 0.0)
        if not dull:  # what is wrong must not become the usual
            self._usual = usual + (share - usual) * LOOK / USUAL
        return dull

    def _is_moved(self, sharp: NDArray[np.float32], seconds: float) -> bool:
        seen = np.asarray(cv2.resize(sharp, SCENE, interpolation=cv2.INTER_AREA), np.float32)
        if self._scene is None or self._reference is None:
            self._scene, self._reference, self._begun = seen, seen, seconds
        self._scene = self._scene + (seen - self._scene) * np.float32(LOOK / BRIEF)
        if seconds - self._begun < BRIEF:
            self._reference = self._scene
        moved = bool(np.corrcoef(self._scene.ravel(), self._reference.ravel())[0, 1] < ALIKE)
        if not moved:
            self._reference = self._reference + (self._scene - self._reference) * np.float32(LOOK / SLOW)
        return moved


def _sharp_points(image: Image) -> NDArray[np.float32]:
    """1 where the picture is sharp, and 0."""
    small = cv2.cvtColor(cv2.resize(image, WIDE, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    gray = small.astype(np.float32)
    return np.asarray(np.abs(gray - cv2.GaussianBlur(gray, (0, 0), 1.0)) > SHARP, np.float32)


def _since(before: float | None, wrong: bool, seconds: float) -> float | None:
    return (seconds if before is None else before) if wrong else None


def is_day(at: datetime, place: Position) -> bool:
    """Whether the sun is surely up: by its mean time more than 6 degrees, the true time differs by up to 4."""
    turn = 2 * pi * (at.hour + at.minute / 60 + place.lon / 15 - 12) / 24
    tilt = radians(-23.44 * cos(2 * pi * (at.timetuple().tm_yday + 10) / 365))
    lat = radians(place.lat)
    return sin(lat) * sin(tilt) + cos(lat) * cos(tilt) * cos(turn) > 0.1
