"""All detectors, by name."""

from plateward.oversight.detectors import accounting, accounts, plates, settings, volume  # noqa: F401
from plateward.oversight.detectors.detector import DETECTORS, Detector, find_all, weakens

__all__ = ["DETECTORS", "Detector", "find_all", "weakens"]
