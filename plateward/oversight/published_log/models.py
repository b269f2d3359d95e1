"""Which months of the search log were published. The rows are in the audit log."""

from datetime import date

from django.db import models

from plateward.ground import clock
from plateward.ground.policy.trace import enforces


@enforces("SB40.confid/audit")
class PublishedMonth(models.Model):
    """The searches of a month, published by the entries that have `subject` as their object. They are those among the
    log's first `size` entries."""

    month = models.DateField(unique=True)
    size = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField()
    coarser = models.PositiveIntegerField()
    withheld = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"

    @property
    def name(self) -> str:
        """As addresses and files have it."""
        return f"{self.month:%Y-%m}"


def subject_of(month: date) -> str:
    """What the entries of a month's publication are about."""
    return f"searchlog:{month:%Y-%m}"
