"""The hub's answer to each batch, and which losses of reads are acknowledged. The reads themselves are in the read
store, outside the ORM."""

from django.conf import settings
from django.db import models

from plateward.core.db.row import NewestFirst
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.trace import enforces

LONGEST_LOSS = 800  # characters of what is wrong with a day


class Batch(models.Model):
    """A batch and its receipt: a repeated batch gets the same receipt, and nothing is done twice."""

    id = models.UUIDField(primary_key=True)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="batches")
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, help_text="Of the batch as it came.")
    receipt = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


@enforces("6.h.ii/held")
class LossAcknowledgment(NewestFirst):
    """The Chief knows that a day's reads are lost, and why they will not come back. It counts while exactly that is
    wrong with the day. The database prevents changes."""

    day = models.DateField()
    text = models.CharField(
        max_length=LONGEST_LOSS, help_text="What was wrong with the day, as the store said it."
    )
    reason = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(
        null=True, help_text="When the day was back, or something else was wrong with it."
    )

    def __str__(self) -> str:
        return f"Loss of the reads of {clock.format_day(self.day)}"
