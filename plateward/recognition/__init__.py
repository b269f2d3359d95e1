"""Photo → plates: find them, read their characters and their state, say how sure."""

import os

# Before onnxruntime is loaded: since 1.29 it tells its maker each model's name and hash and each run's figures, over
# the network, and keeps an id of the device on the disk, unless this is set.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from plateward.recognition.types import Character, Engine, Plate, Thresholds

__all__ = ["Character", "Engine", "Plate", "Thresholds"]
