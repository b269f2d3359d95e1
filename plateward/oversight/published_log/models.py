"""Whether the search log is published, by the Chief's word, and which months were. The rows are in the audit log."""

from datetime import date

from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person


@enforces("SB40.confid/audit")
class Publishing(models.Model):
    """The Chief began or ended publishing the search log. The last one counts; without any, nothing is published."""

    on = models.BooleanField()
    reason = SealedTextField(max_length=1000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return "turned on" if self.on else "turned off"

    @classmethod
    def current(cls) -> "Publishing | None":
        """What counts now, if it is on."""
        last = cls.objects.select_related("by").first()
        return last if last and last.on else None


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
