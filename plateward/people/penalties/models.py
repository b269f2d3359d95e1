"""Offences and penalties. The database itself forbids to delete or shorten them (migrations)."""

from django.db import models

from plateward import clock
from plateward.people.models import Person
from plateward.policy.trace import enforces

DECIDER = 120  # `kind:id` of the audit log's Who


@enforces("6.g.i", "6.g.i.1", "6.g.i.2", "6.g.i.3")
class Offence(models.Model):
    """One offence, recorded by the administrator, with the revocation that follows from it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offences")
    what = models.TextField(max_length=2000)
    clause = models.CharField(max_length=40)  # the row that was offended against
    number = models.PositiveSmallIntegerField()  # first, second or third in the 365 days before
    recorded_by = models.CharField(max_length=DECIDER)
    begins = models.DateTimeField(default=clock.now)  # when it was recorded: the revocation begins with it
    ends = models.DateTimeField(null=True, blank=True)  # None: for good

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "begins"], name="penalties_offence_of")]

    def __str__(self) -> str:
        return f"{self.person}: offence {self.number}"
