"""What each witness last said of this log, and whose turn it is to ask."""

from django.db import models

from plateward.core.jobs.lease import Leased


class WitnessState(models.Model):
    """A witness's last answer. `cosigned`: its line below the checkpoint of `size` and `root`."""

    witness = models.CharField(max_length=300, primary_key=True)  # name and id of its key
    size = models.PositiveBigIntegerField(default=0)
    root = models.BinaryField(default=b"")
    cosigned = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    problem = models.CharField(max_length=400, default="")
    # The kinds of problem (rules.py) that the administrators were notified of since it last answered well.
    alarmed = models.CharField(max_length=400, default="")

    def __str__(self) -> str:
        return f"{self.witness} at {self.size} entries"


class WitnessTurn(Leased):
    """Leased by the node that asks the witnesses. There is one."""

    id = models.PositiveSmallIntegerField(primary_key=True)

    def __str__(self) -> str:
        return "The witnesses"
