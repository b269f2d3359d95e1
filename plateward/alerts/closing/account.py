"""What a person says of how an alert ended."""

from dataclasses import dataclass, field
from enum import StrEnum

from plateward.alerts.facts import AlertOutcome


class EnforcementKind(StrEnum):
    """What may be done by way of enforcement."""

    ARREST = "arrest"
    CITATION = "citation"
    WARNING = "warning"
    TOW = "tow"
    SEIZURE = "seizure"
    OTHER = "other"


ENFORCEMENT_TEXT = {
    EnforcementKind.ARREST: "Arrests",
    EnforcementKind.CITATION: "Citations",
    EnforcementKind.WARNING: "Warnings",
    EnforcementKind.TOW: "Vehicles towed",
    EnforcementKind.SEIZURE: "Seizures",
    EnforcementKind.OTHER: "Other",
}


@dataclass(frozen=True)
class EnforcementAction:
    """One kind of enforcement action: how many, and which, as their numbers."""

    kind: EnforcementKind
    count: int = 1
    which: str = ""

    def __str__(self) -> str:
        which = f" ({self.which})" if self.which else ""
        return f"{ENFORCEMENT_TEXT[self.kind]}: {self.count}{which}"


@dataclass(frozen=True)
class DispositionAccount:
    """All of it. `force`: what force was used, where it was; `recovery`: what was recovered, where something was."""

    outcome: AlertOutcome
    narrative: str
    actions: tuple[EnforcementAction, ...] = field(default=())
    persons_stopped: int = 0
    force_used: bool = False
    force: str = ""
    recovered: bool = False
    recovery: str = ""
