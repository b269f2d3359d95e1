"""Photo → plates: find them, read their characters and their state, say how sure."""

from plateward.recognition.types import Character, Engine, Plate, Thresholds

__all__ = ["Character", "Engine", "Plate", "Thresholds"]
