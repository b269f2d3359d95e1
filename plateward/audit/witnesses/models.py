"""What each witness last said of this log, and the last checkpoint of each log that this hub witnesses."""

from django.db import models

from plateward.jobs.lease import Leased


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


class WitnessedLog(models.Model):
    """The largest checkpoint of another log that this hub cosigned. It never goes back: a trigger refuses that."""

    origin = models.CharField(max_length=255, primary_key=True)
    size = models.PositiveBigIntegerField(default=0)
    root = models.BinaryField(default=b"")
    note = models.TextField(default="")
    cosigned_at = models.DateTimeField(null=True)
    forked_at = models.DateTimeField(null=True)  # when a fork was last proven that was new

    def __str__(self) -> str:
        return f"{self.origin} at {self.size} entries"


class WitnessedFork(models.Model):
    """Another tree that a log signed, of a size that this hub had cosigned: the administrators were notified."""

    origin = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    root = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "size", "root"], name="witnessed_fork_once")]

    def __str__(self) -> str:
        return f"{self.origin} forked at {self.size} entries"


class WitnessTurn(Leased):
    """Leased by the node that asks the witnesses. There is one."""

    id = models.PositiveSmallIntegerField(primary_key=True)

    def __str__(self) -> str:
        return "The witnesses"
