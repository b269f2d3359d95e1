"""Marks, with person and time. Rows are added, never removed; how one ended is filled in once (migrations)."""

from django.db import models

from plateward.work.alerts.facts import FaultKind
from plateward.work.alerts.models import Alert, AlertRecord, Disposition


class Mark(AlertRecord):
    """An alert is not a match, and why. Until `closes_at` it can be undone; then it closes the alert."""

    class End(models.TextChoices):
        CLOSED = "closed", "It closed the alert"
        LAPSED = "lapsed", "The alert had ended, or could no longer be closed so"
        UNDONE = "undone", "It was undone"

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=13, choices=FaultKind)
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=6, blank=True, default="", choices=End)
    disposition = models.OneToOneField(
        Disposition,
        on_delete=models.PROTECT,
        null=True,
        related_name="mark",
        help_text="What it closed with.",
    )

    class Meta(AlertRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["alert"], condition=models.Q(ended_at=None), name="one_pending_mark_per_alert"
            )
        ]
        indexes = [
            models.Index(fields=["closes_at"], name="mark_pending", condition=models.Q(ended_at=None)),
        ]
