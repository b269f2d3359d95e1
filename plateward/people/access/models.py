"""Approved access and what suspends it, as periods with their decisions. Rows end; nothing deletes them."""

from django.db import models
from django.urls import reverse

from plateward.core.db.row import InOrder
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role


@enforces("5.d/account", "AC-2/approval", "6.b.i.7/lists")
class Access(models.Model):
    """One person's access in one role, from request to end."""

    class Kind(models.TextChoices):
        STANDING = "standing", "Standing"
        EMERGENCY = "emergency", "Emergency, at most 72 hours"

    class Decision(models.TextChoices):
        WAITING = "", "Waiting for a decision"
        APPROVED = "approved", "Approved"
        DENIED = "denied", "Denied"
        WITHDRAWN = "withdrawn", "Withdrawn by requester"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accesses")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STANDING)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)  # emergency only: from its approval
    role = models.CharField(max_length=20, choices=Role.choices())
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    supervisor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=400)  # the duties that need it
    requested_by = models.CharField(max_length=MAX_ACTOR_KEY)
    requested_at = models.DateTimeField(default=clock.now)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.WAITING, blank=True)
    decided_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=400, blank=True)
    begins = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "begins"], name="access_period_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=models.Q(decision=""), name="access_one_request_waits"
            ),
            models.CheckConstraint(
                condition=models.Q(decision="approved", begins__isnull=False)
                | ~models.Q(decision="approved"),
                name="access_approved_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="standing", hours=None)
                | models.Q(kind="emergency", hours__isnull=False, hours__range=(1, 72)),
                name="access_emergency_at_most_72_hours",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="standing") | models.Q(begins=None) | models.Q(ends__isnull=False),
                name="access_emergency_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gte=models.F("begins")),
                name="access_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {Role(self.role).label}"


@enforces("AC-2/disabled", "AC-7/lock")
class Suspension(models.Model):
    """Why a person has no access for a while, whatever was approved."""

    class Kind(models.TextChoices):
        HIGH_RISK = "high_risk", "High risk"
        INACTIVE = "inactive", "Not used for 90 days"
        LEAVE = "leave", "On leave"
        LOCKED = "locked", "Locked after failed log-ins"
        RECOVERY = "recovery", "Second factor lost"
        TERMINATED = "terminated", "Left the agency"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="suspensions")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=400)
    begins = models.DateTimeField()
    begun_by = models.CharField(max_length=MAX_ACTOR_KEY)
    ends = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "begins"], name="access_suspension_of")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gte=models.F("begins")),
                name="access_suspension_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=models.Q(ends=None),
                name="access_one_interruption_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"


@enforces("IA-2/people")
class Recovery(models.Model):
    """A lost authenticator: one person requests its reset, another confirms it before it lapses."""

    class Decision(models.TextChoices):
        WAITING = "", "Waits for a second person"
        CONFIRMED = "confirmed", "Confirmed"
        DENIED = "denied", "Denied"
        LAPSED = "lapsed", "Lapsed"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recoveries")
    reason = models.CharField(max_length=400)
    identity = models.CharField(max_length=400)  # how the requester verified identity
    asked_by = models.CharField(max_length=MAX_ACTOR_KEY)
    asked_at = models.DateTimeField(default=clock.now)
    lapses = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.WAITING, blank=True)
    decided_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "recoveries"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(decision=""), name="access_one_recovery_waits"
            )
        ]

    def __str__(self) -> str:
        return f"Recovery of {self.person}"


@enforces("6.b.i/designation")
class Designation(models.Model):
    """The Chief's recorded act that a person holds an office: without one there is no administrator."""

    class Office(models.TextChoices):
        ADMINISTRATOR = "administrator", "ALPR administrator"
        CHIEF = "chief", "Chief"
        DESIGNEE = "designee", "Chief's designee"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="designations")
    office = models.CharField(max_length=20, choices=Office)
    document = models.CharField(max_length=200)  # the order or letter, as the agency files it
    made_by = models.CharField(max_length=MAX_ACTOR_KEY)
    made_at = models.DateTimeField(default=clock.now)
    begins = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "begins"], name="access_designation_of")]

    def __str__(self) -> str:
        return f"{self.person} as {self.get_office_display()}"


@enforces("AC-2/reviewed", "AC-6/reviewed")
class AccessReview(models.Model):
    """The yearly look at every access in force."""

    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.CharField(max_length=MAX_ACTOR_KEY)
    due = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    conclusion = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Open reviews share one value here, so the database allows only one.
            models.UniqueConstraint(
                fields=["closed_by"], condition=models.Q(closed_at=None), name="access_one_open_review"
            )
        ]

    def __str__(self) -> str:
        return f"Access review of {self.opened_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("access:reviews")


@enforces("AC-2/reviewed", "AC-6/reviewed")
class ReviewItem(models.Model):
    """One access in a review, and the decision on it."""

    class Decision(models.TextChoices):
        KEPT = "kept", "Kept"
        CHANGED = "changed", "Change requested"
        ENDED = "ended", "Ended"

    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="items")
    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    note = models.CharField(max_length=400, blank=True)
    decided_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "access"], name="access_reviewed_once_a_review")
        ]

    def __str__(self) -> str:
        return f"{self.review}: {self.access}"


@enforces("AC-6/reviewed")
class TableReview(InOrder):
    """Somebody reviewed the table of permissions that ran then."""

    sha256 = models.CharField(max_length=64)  # table_digest()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    conclusion = models.CharField(max_length=1000)

    def __str__(self) -> str:
        return f"review of the table of permissions by {self.by}"
