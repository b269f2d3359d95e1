"""What a person reports about how an alert ended."""

from dataclasses import dataclass, field

from django.db.models import TextChoices

from plateward.work.alerts.facts import AlertOutcome


class EnforcementKind(TextChoices):
    """Kinds of enforcement action."""

    ARREST = "arrest", "Arrests"
    CITATION = "citation", "Citations"
    WARNING = "warning", "Warnings"
    TOW = "tow", "Vehicles towed"
    SEIZURE = "seizure", "Seizures"
    OTHER = "other", "Other"


@dataclass(frozen=True)
class EnforcementAction:
    """One kind of enforcement action: how many, and their numbers."""

    kind: EnforcementKind
    count: int = 1
    which: str = ""

    def __str__(self) -> str:
        which = f" ({self.which})" if self.which else ""
        return f"{self.kind.label}: {self.count}{which}"


@dataclass(frozen=True)
class DispositionAccount:
    """The whole report. `force`: the force used, if any; `recovery`: what was recovered, if anything; `notified_for`:
    the exact reason for which the alert notified, where a law asks for it."""

    outcome: AlertOutcome
    narrative: str
    actions: tuple[EnforcementAction, ...] = field(default=())
    persons_stopped: int = 0
    force_used: bool = False
    force: str = ""
    recovered: bool = False
    recovery: str = ""
    notified_for: str | None = None
