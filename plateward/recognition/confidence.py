"""How often a read with such evidence is right: fitted to rendered plates, kept beside the weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import msgspec

from plateward.errors import PlatewardError
from plateward.recognition.serial import Serial
from plateward.recognition.types import Thresholds

FILE = Path(__file__).with_name("weights") / "calibration.json"


@dataclass(frozen=True)
class Calibration:
    """A logistic curve over the evidence of the characters (log-odds), the score of the detector (0 to 1) and the
    likelihood of the serial's form (its logarithm)."""

    offset: float
    evidence: float
    score: float
    form: float
    thresholds: Thresholds

    def confidence(self, serial: Serial, score: float) -> float:
        """The probability, 0 to 1, that the serial is right in every character."""
        found = (self.evidence * serial.evidence, self.score * score, self.form * math.log(serial.likelihood))
        return 1 / (1 + math.exp(-(self.offset + sum(found))))


def load(file: Path = FILE) -> Calibration:
    """The calibration of the installed weights. Raises PlatewardError where it is missing or damaged."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Calibration)
    except (OSError, msgspec.DecodeError) as error:
        raise PlatewardError(
            f"The calibration of the recogniser, {file}, cannot be read: {error}."
        ) from error
