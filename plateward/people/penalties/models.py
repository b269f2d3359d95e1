"""Offenses and what followed. The database itself lets nobody change or remove a row (migrations)."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person


class OffenseQuerySet(models.QuerySet["Offense"]):
    def counting(self, moment: datetime) -> "OffenseQuerySet":
        """Offenses that the Chief has not lifted on appeal by then."""
        lifted = Note.objects.filter(offense=OuterRef("pk"), kind=Note.Kind.GRANTED, at__lte=moment)
        return self.filter(~Exists(lifted))

    def in_force(self, moment: datetime) -> "OffenseQuerySet":
        return self.counting(moment).filter(begins__lte=moment).filter(Q(ends=None) | Q(ends__gt=moment))

    def open(self) -> "OffenseQuerySet":
        """Offenses that nobody in the chain of command has handled yet."""
        handled = Note.objects.filter(offense=OuterRef("pk"), kind=Note.Kind.HANDLED)
        return self.filter(~Exists(handled))


@enforces("6.g.i/recorded", "6.g.i.1/days", "6.g.i.2/days", "6.g.i.3/permanent")
class Offense(models.Model):
    """One offense, recorded by the administrator, with the revocation that follows from it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offenses")
    what = SealedTextField(max_length=2000)
    clause = models.CharField(max_length=40)  # the policy row that was violated
    number = models.PositiveSmallIntegerField()  # first, second, third … in the 365 days before
    recorded_by = models.CharField(max_length=MAX_ACTOR_KEY)
    begins = models.DateTimeField(default=clock.now)  # when it was recorded: the revocation begins then
    ends = models.DateTimeField(null=True, blank=True)  # None: permanent

    objects = OffenseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "begins"], name="penalties_offense_of")]

    def __str__(self) -> str:
        return f"{self.person}: offense {self.number}"


@enforces("6.g.i/chain")
class Note(InOrder):
    """What the chain of command did about an offense: handled it, heard an appeal, decided it."""

    class Kind(models.TextChoices):
        HANDLED = "handled", "Handled in the chain of command"
        APPEALED = "appealed", "Appeal received"
        DENIED = "denied", "Appeal denied"
        GRANTED = "granted", "Appeal granted"

    offense = models.ForeignKey(Offense, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.CharField(max_length=100)  # who handled, heard or decided it, by rank and name
    text = SealedTextField(max_length=2000)  # how
    noted_by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)
