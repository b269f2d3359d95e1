"""Storage systems and their checks. They end; nothing is altered or removed (migrations)."""

from datetime import date

from django.db import models

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.models import Person
from plateward.work.retention.storage.rules import StorageKind, check_due


@enforces("6.h.ii/storage")
class Storage(models.Model):
    """Where hits, reads or evidence are, through a vendor whom somebody approved. `approved_by`: rank or office, and
    name, of whoever did."""

    kind = models.CharField(max_length=5, choices=StorageKind)
    vendor = models.CharField(max_length=100)
    contract = models.CharField(max_length=100)
    approved_by = models.CharField(max_length=100)
    approved_on = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.vendor}"

    @property
    def last_check(self) -> "StorageCheck | None":
        """The latest, by its day."""
        return max(self.checks.all(), key=lambda check: (check.checked_on, check.pk), default=None)

    @property
    def due_on(self) -> date:
        """When its next check is due."""
        last = self.last_check
        return check_due(self.approved_on, last.checked_on if last else None)

    @property
    def is_overdue(self) -> bool:
        """Whether it is in use, and that day is over."""
        return self.ended_at is None and self.due_on < days.today()


@enforces("6.h.ii/storage")
class StorageCheck(models.Model):
    """Somebody looked whether it is as approved. `sound`: whether it was."""

    storage = models.ForeignKey(Storage, on_delete=models.PROTECT, related_name="checks")
    checked_on = models.DateField()
    sound = models.BooleanField()
    finding = models.CharField(max_length=1000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-checked_on", "-pk"]

    def __str__(self) -> str:
        return f"Check of {self.storage}"
