"""Enumerations whose members have words for people. For rooms without Django, whose `TextChoices` does the same."""

from enum import StrEnum


class Labeled(StrEnum):
    """A member is written as its value and its label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Labeled":
        member = str.__new__(cls, value)
        member._value_, member.label = value, label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Each value with its label, as fields take them."""
        return [(member.value, member.label) for member in cls]
