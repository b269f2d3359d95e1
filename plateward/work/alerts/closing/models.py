"""What a disposition names, and its reviews. Rows are added, never altered or removed (migrations)."""

from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.models import AlertRecord, Disposition


class Enforcement(models.Model):
    """One kind of enforcement action that a disposition names."""

    disposition = models.ForeignKey(Disposition, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=8, choices=EnforcementKind)
    count = models.PositiveSmallIntegerField()
    which = SealedTextField(blank=True, help_text="Their numbers, or what it was.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["disposition", "kind"], name="one_row_per_kind_of_enforcement")
        ]

    def __str__(self) -> str:
        return str(EnforcementAction(EnforcementKind(self.kind), self.count, self.which))


class Review(AlertRecord):
    """A supervisor accepted a disposition, or returned it for completion."""

    disposition = models.OneToOneField(Disposition, on_delete=models.PROTECT, related_name="review")
    returned = models.BooleanField()
    words = SealedTextField(blank=True)


def account_of(disposition: Disposition) -> DispositionAccount:
    """What a disposition says."""
    return DispositionAccount(
        outcome=AlertOutcome(disposition.outcome),
        narrative=disposition.narrative,
        actions=tuple(
            EnforcementAction(EnforcementKind(action.kind), action.count, action.which)
            for action in disposition.actions.all()
        ),
        persons_stopped=disposition.persons_stopped or 0,
        force_used=bool(disposition.force_used),
        force=disposition.force,
        recovered=bool(disposition.recovered),
        recovery=disposition.recovery,
    )
