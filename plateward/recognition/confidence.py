"""How often a read with given evidence is right: fitted to rendered plates, stored beside the weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import msgspec

from plateward.ground.errors import PlatewardError
from plateward.recognition.serial import Serial
from plateward.recognition.types import Thresholds

CALIBRATION_FILE = Path(__file__).with_name("weights") / "calibration.json"


@dataclass(frozen=True)
class Calibration:
    """A logistic curve over the evidence of the characters (log-odds), the width of the plate in pixels and the
    likelihood of the serial's form (logarithms). On small plates the network is overconfident."""

    offset: float
    evidence: float
    width: float
    form: float
    thresholds: Thresholds

    def confidence(self, serial: Serial, width: float) -> float:
        """The probability, 0 to 1, that the serial is right in every character."""
        weights = (self.offset, self.evidence, self.width, self.form)
        logit = sum(weight * value for weight, value in zip(weights, features(serial, width), strict=True))
        return 1 / (1 + math.exp(-logit))


def features(serial: Serial, width: float) -> tuple[float, float, float, float]:
    """The inputs of the curve: the offset's constant 1, then what speaks for the read."""
    return 1.0, serial.evidence, math.log(max(width, 1.0)), math.log(serial.likelihood)


def load_calibration(file: Path = CALIBRATION_FILE) -> Calibration:
    """The calibration of the installed weights. Raises PlatewardError if it is missing or damaged."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Calibration)
    except (OSError, msgspec.DecodeError) as error:
        raise PlatewardError(
            f"The calibration of the recognizer, {file}, cannot be read: {error}."
        ) from error
