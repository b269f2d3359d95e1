"""Protocols, their versions with the signed original, and acknowledgments: what was approved is kept (migrations)."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from plateward.core.db.fields import SealedBytesField, SealedTextField
from plateward.core.db.row import InOrder, Row
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person


@enforces("6.b.i.1/versions")
class Protocol(InOrder):
    """A written protocol; what it says is in its versions."""

    begun_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)


class Original(InOrder):
    """The PDF of a version as it was signed on paper, under AES-256-GCM; kept, and never opened by the hub."""

    file_name = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    content = SealedBytesField()


class VersionQuerySet(models.QuerySet["ProtocolVersion"]):
    """Versions as of a moment."""

    def in_force(self, moment: Any) -> "VersionQuerySet":
        """The last one of each protocol that has taken effect, unless the protocol is withdrawn."""
        newer = ProtocolVersion.objects.filter(
            protocol=OuterRef("protocol"), number__gt=OuterRef("number"), effective_at__lte=moment
        )
        lasting = Q(protocol__withdrawn_at=None) | Q(protocol__withdrawn_at__gt=moment)
        return self.filter(lasting, ~Exists(newer), effective_at__lte=moment)


@enforces("6.b.i.1/versions")
class ProtocolVersion(HasPage):
    """A draft, until the Chief approves it; then it never changes. `roles` and `units` (keys, as text): whom it binds;
    empty: everybody."""

    page_route = "protocols:version"

    class Kind(models.TextChoices):
        ACCESS = "access", "Access"
        COLLECTION = "collection", "Collection"
        MONITORING = "monitoring", "Monitoring of integrity and privacy"
        PRESERVATION = "preservation", "Preservation of alerts, hits and hot lists"
        STORAGE = "storage", "Storage"
        POLICY = "policy", "The policy itself, as the Department issued it"
        OTHER = "other", "Other"

    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=Kind)
    summary = models.CharField(max_length=400)  # what is new
    text = SealedTextField(max_length=60_000)
    original = models.ForeignKey(
        Original, on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )
    sha256 = models.CharField(max_length=64)  # of all that an approval covers: rules.fingerprint
    effective_on = models.DateField()
    acknowledge_within = models.PositiveSmallIntegerField(null=True, blank=True)  # days; then access stops
    review_on = models.DateField(null=True, blank=True)  # at the latest; None: a year after it takes effect
    roles = models.JSONField(default=list, blank=True)
    units = models.JSONField(default=list, blank=True)
    courses = models.JSONField(
        default=list, blank=True
    )  # codes: what it changes, and whom it binds then retakes
    retrain_within = models.PositiveSmallIntegerField(null=True, blank=True)  # days from taking effect
    drafted_by = models.CharField(max_length=MAX_ACTOR_KEY)
    drafted_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True)  # None: a draft, perhaps returned
    returned_note = models.CharField(max_length=400, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    effective_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["protocol", "number"], name="protocol_one_version_a_number"),
            models.UniqueConstraint(
                fields=["protocol"], condition=Q(approved_at=None), name="protocol_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


@enforces("6.b.i.1/due")
class ProtocolReview(InOrder):
    """Somebody looked at a version in effect, and it stays as it is. A review that changes it is its next version."""

    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="reviews")
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=400)


@enforces("6.b.i.1/acknowledged")
class ProtocolAcknowledgment(Row):
    """A person's own act, on the page that showed them the version of this hash."""

    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="acknowledgments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledged_protocols")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="protocol_acknowledged_once")
        ]


@enforces("6.d.iv/policy")
class PolicyEdition(InOrder):
    """An edition of a rule book that this hub has followed since then."""

    pack = models.CharField(max_length=20)
    version = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)  # Pack.edition
    at = models.DateTimeField(default=clock.now)
