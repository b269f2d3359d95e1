"""A read that somebody shows to a colleague. A row is ended, once, and otherwise never changed (migrations)."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.urls import reverse

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import NewestFirst
from plateward.ground.policy.trace import enforces
from plateward.people.models import ByPerson, Person


class ReadShares(models.QuerySet["ReadShare"]):
    """Queries for shares."""

    def live(self, now: datetime) -> "ReadShares":
        """Unended shares within their time."""
        return self.filter(ended_at=None, ends_at__gt=now)

    def of_read(self, read: UUID) -> "ReadShares":
        """The shares of one read."""
        return self.filter(read=read)


@enforces("6.e.ii/share")
class ReadShare(NewestFirst, ByPerson):
    """One read, shown to one colleague until `ends_at`; `day` is the read's UTC day of capture."""

    sealed_without = ("ended_at",)
    day = models.DateField()
    read = models.UUIDField(db_index=True)
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shared_reads")
    purpose = SealedTextField(max_length=1000)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ReadShares.as_manager()

    def get_absolute_url(self) -> str:
        """The read's page."""
        return reverse("read_sharing:read", args=[self.day, self.read])
