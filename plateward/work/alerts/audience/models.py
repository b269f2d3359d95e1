"""Who shares an alert with whom, why and until when. A row ends once and otherwise never changes
(migrations)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from plateward.core.db.fields import SealedTextField
from plateward.work.alerts.models import Alert, AlertRecord


class ShareQuerySet(models.QuerySet["Share"]):
    """Queries for shares."""

    def live(self, now: datetime) -> "ShareQuerySet":
        """Unended shares within their time."""
        return self.filter(Q(ended_at=None), ends_at__gt=now)


class Share(AlertRecord):
    """`by` shares the alert with `to`."""

    sealed_without = ("ended_at",)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="shares")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = SealedTextField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    class Meta(AlertRecord.Meta):
        indexes = [models.Index(fields=["to", "ends_at"], name="share_by_colleague")]
