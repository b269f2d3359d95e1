"""What a person reports about how an alert ended."""

from dataclasses import dataclass, field
from enum import StrEnum

from plateward.alerts.facts import AlertOutcome


class EnforcementKind(StrEnum):
    """Kinds of enforcement action."""

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
    """One kind of enforcement action: how many, and their numbers."""

    kind: EnforcementKind
    count: int = 1
    which: str = ""

    def __str__(self) -> str:
        which = f" ({self.which})" if self.which else ""
        return f"{ENFORCEMENT_TEXT[self.kind]}: {self.count}{which}"


@dataclass(frozen=True)
class DispositionAccount:
    """The whole report. `force`: the force used, if any; `recovery`: what was recovered, if anything."""

    outcome: AlertOutcome
    narrative: str
    actions: tuple[EnforcementAction, ...] = field(default=())
    persons_stopped: int = 0
    force_used: bool = False
    force: str = ""
    recovered: bool = False
    recovery: str = ""
