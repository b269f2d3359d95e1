"""Photo → plates: find text, read its characters, keep what can be a plate."""

from plateward.recognition.types import Character, Engine, Plate, Thresholds

__all__ = ["Character", "Engine", "Plate", "Thresholds"]
