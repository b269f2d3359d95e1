"""A reader: the roadside computer with its key and camera; and where it may record, and where none may."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from plateward.core.db.fields import SealedBytesField
from plateward.core.db.row import InOrder, Named
from plateward.core.pages.models import HasPage
from plateward.field.fleet.where import Basis
from plateward.ground import clock
from plateward.ground.policy.parameters import PlaceKind
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.placement import Circle, DeploymentTimes
from plateward.ground.wire.where import is_in_force
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person, Unit


@enforces("6.e.iv.1/manufacturer")
class ReaderModel(Named):
    """What manufacturers call it; its readers are checked by their instructions."""

    name = models.CharField(max_length=100, unique=True)

    @property
    def latest(self) -> "Instructions | None":
        """The instructions that count, without the document."""
        return self.instructions.defer("content").last()


@enforces("6.e.iv.1/manufacturer", "6.i.i/aes")
class Instructions(InOrder):
    """A manufacturer's document under AES-256-GCM; kept, and never opened by the hub."""

    model = models.ForeignKey(ReaderModel, on_delete=models.PROTECT, related_name="instructions")
    file_name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    content = SealedBytesField()
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.file_name


class RingSeal(models.TextChoices):
    """How a reader's keys are sealed (ground/wire/state.py)."""

    NONE = "none", "Not sealed"
    PASSPHRASE = "passphrase", "Sealed by a passphrase"
    TPM2 = "tpm2", "Sealed by its machine's TPM2"


class Reader(Named, HasPage):
    """Enrolled once, by name; revoked but never deleted, because its reads keep naming it."""

    page_route = "checks:reader"
    name = models.CharField(max_length=64, unique=True)
    camera = models.CharField(max_length=64, help_text="The camera its reads name.")
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="readers",
        help_text="Whose it is: it gets that unit's hot lists.",
    )
    model = models.ForeignKey(ReaderModel, on_delete=models.PROTECT, null=True, related_name="readers")
    public_key = models.BinaryField(max_length=32, unique=True, help_text="Ed25519, raw.")
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    certified_at = models.DateTimeField(
        null=True, help_text="When its certificate was last renewed; null: at its enrollment."
    )
    authority = models.CharField(
        max_length=64, blank=True, default="", help_text="Whose certificate it last showed."
    )
    last_seen_at = models.DateTimeField(null=True)
    hotlist_version = models.CharField(max_length=64, blank=True)
    hotlist_since = models.DateTimeField(
        null=True, help_text="When it first said that it holds this version."
    )
    # Set from the outcomes of its alerts: see alerts/outcomes.
    floor = models.PositiveSmallIntegerField(
        default=80, help_text="Percent of its alerts that are of the listed plate: below, it rings no more."
    )
    muted_at = models.DateTimeField(null=True, help_text="It rings nothing until it is reviewed.")
    reads = models.PositiveBigIntegerField(default=0, help_text="Reads received from it.")
    dropped = models.PositiveBigIntegerField(
        default=0, help_text="Reads that were dropped before storage: it may not record where they are from."
    )
    # The sums that it last reported of those that it dropped itself, and since when it counts.
    drops_since = models.DateTimeField(null=True)
    drops_outside = models.PositiveBigIntegerField(default=0)
    drops_in_zones = models.PositiveBigIntegerField(default=0)
    drops_unknown = models.PositiveBigIntegerField(default=0)
    # Set from what it last sent: see `contact.note_batches`.
    last_read_at = models.DateTimeField(null=True, help_text="Of its latest read, as its own clock said.")
    read_came_at = models.DateTimeField(null=True, help_text="When that came, by the hub's clock.")
    clock_ahead_ms = models.BigIntegerField(
        null=True, help_text="How far its clock was ahead then; negative: behind, or long on its way."
    )
    says_checked = models.BooleanField(
        null=True,
        help_text="Its own word, with that read, of its start-of-shift check; null: it says nothing.",
    )
    camera_link = models.CharField(
        max_length=500, blank=True, default="", help_text="How its camera is connected, as it said."
    )
    ring = models.CharField(
        max_length=10,
        choices=RingSeal,
        blank=True,
        default="",
        help_text="How its keys are sealed, as it said; empty: unknown.",
    )
    software = models.CharField(
        max_length=64, blank=True, default="", help_text="What recognized its latest read, with its version."
    )
    last_batch = models.UUIDField(
        null=True, help_text="What it sent last, where it says what its batches follow."
    )
    # Who is logged in at its own screen, and who would by a code that it shows: see officers/.
    officer = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    officer_since = models.DateTimeField(null=True, editable=False)
    code = models.CharField(max_length=8, blank=True, default="", editable=False)
    code_at = models.DateTimeField(null=True, editable=False)
    code_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        help_text="Who confirmed the code.",
    )
    # Copies of facts in malfunctions/, for incoming alerts.
    malfunction_at = models.DateTimeField(null=True, help_text="Since when something is reported broken.")
    malfunction = models.CharField(max_length=120, blank=True, default="", help_text="What, in words.")
    repaired_at = models.DateTimeField(
        null=True, help_text="Its last repair: a check from before counts no more."
    )

    @property
    def instructions(self) -> Instructions | None:
        """The manufacturer's, for its check; None: none are attached."""
        return self.model.instructions.last() if self.model else None


@enforces("6.b.i.8/scope")
class UnitLeft(models.Model):
    """Until then the reader was with this unit, or with none: its reads from before stay that unit's."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="left")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.reader} left {self.unit}"


WITH_TIMES = ("decision", "area")  # what Deployment.times looks at


class Deployments(models.QuerySet["Deployment"]):
    """Deployments in the database."""

    def waiting(self) -> Self:
        """Those that command staff have yet to decide; of no revoked reader."""
        ended = Q(ends_at__lte=clock.now()) | Q(ended_at__lte=clock.now())
        return self.filter(decision=None, reader__revoked_at=None).exclude(ended)

    def approved(self) -> Self:
        """Those that command staff approved."""
        return self.filter(decision__approved=True)

    def in_force(self, at: datetime) -> Self:
        """Those because of which a reader may record at this time (ground/wire/where.py, is_in_force)."""
        begun = self.filter(begins_at__lte=at, decision__at__lte=at, reader__revoked_at=None)
        return begun.in_force_since(at)

    def in_force_since(self, at: datetime) -> Self:
        """Those that end later than this, or not at all."""
        ends = Q(ends_at=None) | Q(ends_at__gt=at), Q(ended_at=None) | Q(ended_at__gt=at)
        return self.approved().filter(*ends)

    def times(self) -> list[DeploymentTimes]:
        """As readers have them."""
        every = self.select_related(*WITH_TIMES)
        return [times for deployment in every if (times := deployment.times)]


@enforces("6.a.ii.1/basis", "6.b.i.5/locations")
class Deployment(models.Model):
    """Where a reader records, why it may, and from when until when. Ended, but never altered or deleted; an end set
    ahead may still be brought forward."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="deployments")
    place = models.CharField(max_length=120)
    basis = models.CharField(max_length=6, choices=Basis)
    grounds = models.CharField(
        max_length=400,
        help_text="How the place is exposed to public view; or the court, number and scope of its order.",
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True, default="")
    end_reason = models.CharField(max_length=400, blank=True, default="")

    objects = Deployments.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(basis=Basis.PUBLIC_VIEW) | models.Q(ends_at__isnull=False),
                name="a_court_order_has_an_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reader}, {self.place}"

    def get_absolute_url(self) -> str:
        """The reader's page, which has the decision."""
        return reverse("placements:reader", args=[self.reader_id])

    @property
    def until(self) -> datetime | None:
        """When it ends: by its own date, or earlier as somebody decided; None: not at a set time."""
        return min((end for end in (self.ends_at, self.ended_at) if end), default=None)

    @property
    @enforces("6.b.i.5/locations", "6.a.ii.1/unsure")
    def times(self) -> DeploymentTimes | None:
        """When the reader may record because of it, never from before command staff approved it, and where its court
        order goes before zones; None: it is not approved."""
        decision, area = getattr(self, "decision", None), getattr(self, "area", None)
        if decision is None or not decision.approved:
            return None
        scope = (
            Circle(area.lat, area.lon, area.radius_m) if area and self.basis == Basis.COURT_ORDER else None
        )
        return DeploymentTimes(
            self.basis, max(self.begins_at, decision.at), self.ends_at, self.ended_at, scope
        )

    def state(self, at: datetime) -> str:
        """What it is at this time, in a word."""
        if hasattr(self, "decision") and not self.decision.approved:
            return "denied"
        if self.until and self.until <= max(at, self.begins_at):
            return "ended"
        if self.times is None:
            return "waiting"
        return "in force" if is_in_force(self.times, at) else "later"


@enforces("6.b.i.5/locations")
class DeploymentDecision(models.Model):
    """Command staff's decision whether the reader may record there. `by` None: it was recorded before they decided."""

    deployment = models.OneToOneField(
        Deployment, on_delete=models.PROTECT, primary_key=True, related_name="decision"
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    approved = models.BooleanField()
    answer = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"{self.deployment}: {'approved' if self.approved else 'denied'}"


class ExclusionZones(models.QuerySet["ExclusionZone"]):
    """Exclusion zones in the database."""

    def in_force_since(self, at: datetime) -> Self:
        """Those that end later than this, or not at all."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=at))


@enforces("6.a.ii.1/zones")
class ExclusionZone(models.Model):
    """A circle in which no read is kept, whatever reader it is from, except under a court order."""

    name = models.CharField(max_length=120)
    # Null: it was added before this was asked.
    kind = models.CharField(max_length=12, choices=PlaceKind.choices(), null=True)  # noqa: DJ001
    lat = models.FloatField()
    lon = models.FloatField()
    radius_m = models.PositiveIntegerField()
    reason = models.CharField(max_length=400)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True, default="")
    end_reason = models.CharField(max_length=400, blank=True, default="")

    objects = ExclusionZones.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def until(self) -> datetime | None:
        """When it ended; None: it has not."""
        return self.ended_at
