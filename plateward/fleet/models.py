"""A reader: the roadside computer with its key and camera."""

from django.db import models
from django.urls import reverse

from plateward.people.models import Unit


class Reader(models.Model):
    """Enrolled once, by name; revoked but never deleted, because its reads keep naming it."""

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
    public_key = models.BinaryField(max_length=32, unique=True, help_text="Ed25519, raw.")
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    hotlist_version = models.CharField(max_length=40, blank=True)
    hotlist_since = models.DateTimeField(
        null=True, help_text="When it first said that it holds this version."
    )
    # Set from the outcomes of its alerts: see alerts/outcomes.
    floor = models.PositiveSmallIntegerField(
        default=80, help_text="Percent of its alerts that are of the listed plate: below, it rings no more."
    )
    muted_at = models.DateTimeField(null=True, help_text="It rings nothing until it is reviewed.")
    reads = models.PositiveBigIntegerField(default=0, help_text="Reads received from it.")
    # Set from what it last sent: see `actions.note_contact`.
    last_read_at = models.DateTimeField(null=True, help_text="Of its latest read, as its own clock said.")
    read_came_at = models.DateTimeField(null=True, help_text="When that came, by the hub's clock.")
    clock_ahead_ms = models.BigIntegerField(
        null=True, help_text="How far its clock was ahead then; negative: behind, or long on its way."
    )
    says_checked = models.BooleanField(
        null=True,
        help_text="Its own word, with that read, of its start-of-shift check; null: it says nothing.",
    )
    # Copies of facts in malfunctions/, for incoming alerts.
    malfunction_at = models.DateTimeField(null=True, help_text="Since when something is reported broken.")
    malfunction = models.CharField(max_length=120, blank=True, default="", help_text="What, in words.")
    repaired_at = models.DateTimeField(
        null=True, help_text="Its last repair: a check from before counts no more."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The reader's page."""
        return reverse("checks:reader", args=[self.pk])
