"""Findings, who looked at them, what came of them; and the thresholds that the administrator set."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import NewestFirst
from plateward.core.jobs.lease import Leased
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import ByPerson, Person

DIGEST = 64  # characters of an HMAC-SHA-256 in hex


class Findings(models.QuerySet["Finding"]):
    def waiting(self) -> "Findings":
        """Those that nobody investigates, without an outcome or possible misuse."""
        undecided = Q(outcome=None) | Q(outcome__kind=FindingOutcome.Kind.MISUSE)
        return self.filter(undecided, investigation=None)


@enforces("6.a.ii.2/found", "6.a.ii.3/found", "6.f.i.3/investigate")
class Finding(HasPage):
    """A pattern that the detectors found on the hub's own log. `outside`: it is for those outside the subject's chain
    of command. `to`: the roles that hear of it, as detectors.routing names them, parted by semicolons. `involved`:
    others who may have done it, and so do not see it."""

    sealed_without = ("outside", "to", "last_at", "count")
    page_route = "findings:finding"
    key = models.CharField(max_length=DIGEST, db_index=True)  # of detector, subject, plate and topic
    detector = models.CharField(max_length=40)
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    involved = models.ManyToManyField(Person, related_name="+")
    outside = models.BooleanField()
    to = models.CharField(max_length=100, blank=True, default="")
    plate = SealedTextField(blank=True)
    sentence = SealedTextField()
    thresholds = models.JSONField()  # all of them, as they were
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    reported_at = models.DateTimeField(default=clock.now)

    objects = Findings.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["key", "first_at"], name="a_pattern_is_found_once")]

    @property
    def waits_for(self) -> str:
        """What is due: an outcome or, of possible misuse, an investigation; empty if nothing is."""
        outcome = getattr(self, "outcome", None)
        if hasattr(self, "investigation") or (outcome and outcome.kind != FindingOutcome.Kind.MISUSE):
            return ""
        return "investigation" if outcome else "outcome"

    @property
    def due(self) -> datetime:
        """By when."""
        outcome = getattr(self, "outcome", None)
        return (outcome.at if outcome else self.reported_at) + timedelta(days=settings.FINDING_DAYS)


@enforces("AU-6/findings")
class FindingView(NewestFirst, ByPerson):
    """Somebody opened a finding: whoever warns its subject is one of them."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="views")


@enforces("6.f.i.3/investigate")
class FindingOutcome(ByPerson):
    """What a reviewer made of it."""

    class Kind(models.TextChoices):
        CORRECTED = "corrected", "A mistake, corrected with the person"
        EXPLAINED = "explained", "Legitimate police use"
        MISUSE = "misuse", "Possible misuse"

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="outcome")
    kind = models.CharField(max_length=9, choices=Kind)
    text = SealedTextField(max_length=2000)


class ThresholdChange(NewestFirst, ByPerson):
    """A threshold as somebody set it, and why. The latest of a name is in effect."""

    name = models.CharField(max_length=40)
    value = models.FloatField()
    reason = models.CharField(max_length=1000)


class WatchRun(Leased):
    """The one row that a node leases while it runs the log through the detectors."""

    ran_at = models.DateTimeField(null=True)
