"""Absences, as declared."""

from django.db import models

from plateward.core.db.row import Row
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person


@enforces("6.f.i.1/review")
class Absence(Row):
    """While it lasts, this person's matters go to their own supervisor."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    declared_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-begins"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("begins")), name="absence_ends_after_it_begins"
            )
        ]
