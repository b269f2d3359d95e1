"""Transfers that command staff decide, who has the vehicle with a reader, and significant incidents. The database
prevents changes."""

from datetime import datetime

from django.db import models
from django.urls import reverse

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import NewestFirst
from plateward.field.fleet.models import Deployment, Reader
from plateward.field.fleet.placements.rules import DECIDED_WITHIN
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person, Unit


@enforces("6.a.ii.1/basis")
class DeploymentArea(models.Model):
    """The circle that a deployment covers, where somebody drew it: of one in public view the map has it, of a court
    order it is its scope, where it goes before exclusion zones."""

    deployment = models.OneToOneField(
        Deployment, on_delete=models.PROTECT, primary_key=True, related_name="area"
    )
    lat = models.FloatField()
    lon = models.FloatField()
    radius_m = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.radius_m} m around {self.lat}, {self.lon}"


@enforces("6.e.v/transfer", "6.e.v/installed")
class Transfer(NewestFirst):
    """A reader goes to a unit of another area, or is installed for the first time, once command staff approve it."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="transfers")
    before = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    vehicle = models.CharField(max_length=60)
    reason = models.CharField(max_length=400)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved = models.BooleanField(null=True)
    answer = models.CharField(max_length=400, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.reader} to {self.to}"

    def get_absolute_url(self) -> str:
        """The reader's page, which has the decision."""
        return reverse("placements:reader", args=[self.reader_id])

    @property
    def due(self) -> datetime:
        """By when it is to be decided."""
        return self.at + DECIDED_WITHIN


@enforces("6.e.v/person")
class Assignment(NewestFirst):
    """Somebody got the vehicle with this reader; the last one has it. `rank` and `role` as they were then."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    rank = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.reader} with {self.person}"

    def get_absolute_url(self) -> str:
        """The reader's page."""
        return reverse("placements:reader", args=[self.reader_id])


@enforces("6.b.i.5/results")
class SignificantIncident(models.Model):
    """An incident at a reader that the Chief or designee deems significant."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="incidents")
    happened_at = models.DateTimeField()
    text = SealedTextField(max_length=2000)
    number = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-happened_at", "-pk"]

    def __str__(self) -> str:
        return f"incident at {self.reader}"
