"""The hub's answer to each batch. The reads themselves are in the read store, outside the ORM."""

from django.db import models

from plateward.fleet.models import Reader


class Batch(models.Model):
    """A batch and its receipt: a repeated batch gets the same receipt, and nothing is done twice."""

    id = models.UUIDField(primary_key=True)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="batches")
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, help_text="Of the batch as it came.")
    receipt = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)
