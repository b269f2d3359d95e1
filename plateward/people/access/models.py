"""Approved access and what interrupts it, as periods with their decisions. Rows end; none is deleted or moved."""

from django.db import models

from plateward import clock
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role
from plateward.policy.trace import enforces

# Who decided: `kind:id` of the audit log's Who, for a username is never used again.
DECIDER = 120


@enforces("5.d", "AC-2", "6.b.i.7")
class Access(models.Model):
    """One person's access in one role, from the request to its end."""

    class Kind(models.TextChoices):
        STANDING = "standing", "Standing"
        EMERGENCY = "emergency", "Emergency, at most 72 hours"

    class Decision(models.TextChoices):
        WAITING = "", "Waiting for a decision"
        APPROVED = "approved", "Approved"
        DENIED = "denied", "Denied"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accesses")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STANDING)
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    supervisor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=400)  # the duties that need it
    requested_by = models.CharField(max_length=DECIDER)
    requested_at = models.DateTimeField(default=clock.now)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.WAITING, blank=True)
    decided_by = models.CharField(max_length=DECIDER, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=400, blank=True)
    begins = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=DECIDER, blank=True)
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "begins"], name="access_period_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(decision=""), name="access_one_request_waits"
            ),
            models.CheckConstraint(
                condition=models.Q(decision="approved", begins__isnull=False)
                | ~models.Q(decision="approved"),
                name="access_approved_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {Role(self.role).label}"


@enforces("AC-2", "AC-7")
class Interruption(models.Model):
    """Why somebody has no access for a while, whatever they were approved for."""

    class Kind(models.TextChoices):
        HIGH_RISK = "high_risk", "Switched off as a high risk"
        INACTIVE = "inactive", "Not used for 90 days"
        LEAVE = "leave", "On leave"
        LOCKED = "locked", "Locked after failed log-ins"
        RECOVERY = "recovery", "Second factor lost"
        TERMINATED = "terminated", "Left the agency"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="interruptions")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=400)
    begins = models.DateTimeField()
    begun_by = models.CharField(max_length=DECIDER)
    ends = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=DECIDER, blank=True)
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "begins"], name="access_interruption_of")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"


@enforces("6.b.i")
class Designation(models.Model):
    """The Chief's recorded act that somebody holds an office: there is no administrator without one."""

    class Office(models.TextChoices):
        ADMINISTRATOR = "administrator", "ALPR administrator"
        CHIEF = "chief", "Chief"
        DESIGNEE = "designee", "Chief's designee"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="designations")
    office = models.CharField(max_length=20, choices=Office)
    document = models.CharField(max_length=200)  # the order or letter, as the agency files it
    made_by = models.CharField(max_length=DECIDER)
    made_at = models.DateTimeField(default=clock.now)
    begins = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=DECIDER, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "begins"], name="access_designation_of")]

    def __str__(self) -> str:
        return f"{self.person} as {self.get_office_display()}"
