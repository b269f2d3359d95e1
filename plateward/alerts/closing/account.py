"""What a person says of how an alert ended."""

from dataclasses import dataclass, field
from enum import StrEnum

from plateward.alerts.facts import Outcome


class Enforced(StrEnum):
    """What may be done by way of enforcement."""

    ARREST = "arrest"
    CITATION = "citation"
    WARNING = "warning"
    TOW = "tow"
    SEIZURE = "seizure"
    OTHER = "other"


ENFORCED_TEXT = {
    Enforced.ARREST: "Arrests",
    Enforced.CITATION: "Citations",
    Enforced.WARNING: "Warnings",
    Enforced.TOW: "Vehicles towed",
    Enforced.SEIZURE: "Seizures",
    Enforced.OTHER: "Other",
}


@dataclass(frozen=True)
class Action:
    """One kind of enforcement action: how many, and which, as their numbers."""

    kind: Enforced
    count: int = 1
    which: str = ""

    def __str__(self) -> str:
        which = f" ({self.which})" if self.which else ""
        return f"{ENFORCED_TEXT[self.kind]}: {self.count}{which}"


@dataclass(frozen=True)
class Account:
    """All of it. `force`: what force was used, where it was; `recovery`: what was recovered, where something was."""

    outcome: Outcome
    narrative: str
    actions: tuple[Action, ...] = field(default=())
    persons_stopped: int = 0
    force_used: bool = False
    force: str = ""
    recovered: bool = False
    recovery: str = ""
