"""Faults found in an alert, each with its person and time. Records are added, never changed."""

from django.db import models

from plateward.alerts.facts import FaultKind
from plateward.alerts.models import Alert
from plateward.alerts.records import AlertRecord


class Fault(AlertRecord):
    """One fault of an alert, recorded once, in the record of the reader or of the list, if it is known whose it is."""

    class Of(models.TextChoices):
        READER = "reader", "The reader misread the plate"
        LIST = "list", "The list, or what rings by it"
        UNKNOWN = "unsure", "Not known: its read is missing"

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="faults")
    kind = models.CharField(max_length=13, choices=FaultKind)
    of = models.CharField(max_length=6, choices=Of)
    notified = models.BooleanField(default=False, help_text="With it the reader became an equipment problem.")

    class Meta(AlertRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["alert", "kind"], name="one_fault_of_a_kind_per_alert")
        ]
        indexes = [models.Index(fields=["at"], name="fault_by_time")]
