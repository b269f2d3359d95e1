"""What a disposition names, and its reviews. Rows are added, never altered or removed (migrations)."""

from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.work.alerts.closing.account import EnforcementAction, EnforcementKind
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
