"""Plates recalled from a source's list, the lines of files that would list them again, and requests for their
return. Plates and returns are never deleted and change only once, when they end (migrations)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import Row
from plateward.field.hotlists.models import Entry, HotList, Load
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY


class RecalledPlates(models.QuerySet["RecalledPlate"]):
    """Queries for recalled plates."""

    def in_force(self) -> "RecalledPlates":
        """Those that no file may bring back."""
        return self.filter(ended_at=None)


@enforces("6.f.i.1/recall")
class RecalledPlate(models.Model):
    """A recalled entry, whose plate no file brings back. The revision that ended the entry says who recalled
    it, when and why."""

    class End(models.TextChoices):
        DROPPED = "dropped", "The source no longer listed it"
        RETURNED = "returned", "A supervisor approved its return"

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="recalled")
    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, related_name="recalled_plates")
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=End, blank=True)
    ended_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)

    objects = RecalledPlates.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["hotlist"], condition=Q(ended_at=None), name="recalled_plates_in_force")
        ]

    def __str__(self) -> str:
        return str(self.entry)

    def get_absolute_url(self) -> str:
        """The plate's page."""
        return reverse("hotlists:recalled")


class HeldLine(Row):
    """The first line of a file that would bring a recalled plate back, and how many lines would."""

    recalled = models.ForeignKey(RecalledPlate, on_delete=models.PROTECT, related_name="lines")
    load = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="held_lines")
    line = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["recalled", "load"], name="one_held_line_of_a_plate_in_a_file")
        ]


@enforces("6.f.i.1/recall")
class Return(Row):
    """A request that the source's files may list a recalled plate again; a supervisor decides."""

    recalled = models.ForeignKey(RecalledPlate, on_delete=models.PROTECT, related_name="returns")
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.CharField(max_length=MAX_ACTOR_KEY)
    why = SealedTextField(max_length=1000)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    approved = models.BooleanField(null=True)
    answer = SealedTextField(max_length=1000, blank=True, decides=("decided_at", "decided_by", "approved"))

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recalled"], condition=Q(decided_at=None), name="one_return_asked_at_a_time"
            )
        ]
