"""Courses and their materials, requirements, records. Requirements and records end; none is deleted."""

from django.db import models

from plateward import clock
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.policy.trace import enforces

DECIDER = 120  # `kind:id` of the audit log's Who


class Course(models.Model):
    """Something to be learnt."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    clause = models.CharField(max_length=40, blank=True)  # the row that asks for it
    valid_days = models.PositiveIntegerField(null=True, blank=True)  # None: it does not lapse
    how = models.CharField(max_length=400, blank=True)  # how a person gets it
    created = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@enforces("5.d", "5.e", "6.b.i.4", "6.d.iii")
class Requirement(models.Model):
    """People of a role must have a course, for a period: set with the Advanced Training Bureau."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="requirements")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])
    begins = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    set_by = models.CharField(max_length=DECIDER)
    agreed_with = models.CharField(max_length=100)  # who of the bureau
    agreed_on = models.DateField()
    ended_by = models.CharField(max_length=DECIDER, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "role"], condition=models.Q(ends=None), name="training_one_live_requirement"
            )
        ]
        indexes = [models.Index(fields=["role", "begins"], name="training_requirement_of")]

    def __str__(self) -> str:
        return f"{self.course} for {Role(self.role).label}"


@enforces("6.b.i.4", "6.d.i", "6.d.ii", "AT-4")
class Record(models.Model):
    """A person has taken a course. It counts from `counts_from` until `lapses`."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="training")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="records")
    issuer = models.CharField(max_length=100)
    completed_on = models.DateField()
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)  # per cent
    document = models.CharField(max_length=200, blank=True)  # the certificate's number or file
    counts_from = models.DateTimeField()
    lapses = models.DateTimeField(null=True, blank=True)  # None: never
    recorded_by = models.CharField(max_length=DECIDER)
    recorded_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=DECIDER, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "course"], name="training_record_of")]

    def __str__(self) -> str:
        return f"{self.person}: {self.course}"
