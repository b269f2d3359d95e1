"""What a disposition names, and what a supervisor said of it. Rows are added, never altered or removed (migrations)."""

from django.db import models

from plateward.alerts.closing.account import ENFORCED_TEXT, Account, Action, Enforced
from plateward.alerts.facts import Outcome
from plateward.alerts.models import Disposition, Record
from plateward.db.fields import SealedTextField


class Enforcement(models.Model):
    """One kind of enforcement action that a disposition names."""

    disposition = models.ForeignKey(Disposition, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=8, choices=list(ENFORCED_TEXT.items()))
    count = models.PositiveSmallIntegerField()
    which = SealedTextField(blank=True, help_text="Their numbers, or what it was.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["disposition", "kind"], name="one_row_per_kind_of_enforcement")
        ]

    def __str__(self) -> str:
        return str(Action(Enforced(self.kind), self.count, self.which))


class Review(Record):
    """A supervisor accepted a disposition, or returned it to be completed."""

    disposition = models.OneToOneField(Disposition, on_delete=models.PROTECT, related_name="review")
    returned = models.BooleanField()
    words = SealedTextField(blank=True)


def account(of: Disposition) -> Account:
    """What a disposition says."""
    return Account(
        outcome=Outcome(of.outcome),
        narrative=of.narrative,
        actions=tuple(Action(Enforced(one.kind), one.count, one.which) for one in of.actions.all()),
        persons_stopped=of.persons_stopped or 0,
        force_used=bool(of.force_used),
        force=of.force,
        recovered=bool(of.recovered),
        recovery=of.recovery,
    )
