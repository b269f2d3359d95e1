"""What imports store besides the lists: sealed parts of files, formats and feeds."""

from django.db import models
from django.urls import reverse

from plateward.core.db.fields import SealedBytesField, SealedTextField
from plateward.core.db.row import Row
from plateward.core.jobs.lease import Leased
from plateward.field.hotlists.models import HotList, Load
from plateward.ground import clock
from plateward.people.actor_names import MAX_ACTOR_KEY


class Part(Row):
    """A piece of a load, compressed and sealed (store.py): part of the file, or of what its preview found."""

    class Kind(models.TextChoices):
        FILE = "file"
        ADDED = "added"
        CHANGED = "changed"
        LOST = "lost"
        REJECTED = "rejected"
        NAMED = "named"

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.PositiveIntegerField()
    content = SealedBytesField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["load", "kind", "number"], name="one_part_of_each_number")
        ]


class Format(models.Model):
    """One version of a described format, never changed. A name's last version is in use unless retired."""

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    spec = models.JSONField(help_text="As spec.py has it.")
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_format_of_each_version")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class Feed(Leased):
    """Where and when a list is fetched; one of the hub's nodes does it on schedule."""

    sealed_without = ("leased_until", "leased_by", "once", "next_at", "tried_at", "result", "failures")

    class Place(models.TextChoices):
        FOLDER = "folder", "A folder of the hub"
        SFTP = "sftp", "An SFTP server"

    hotlist = models.OneToOneField(HotList, on_delete=models.PROTECT, related_name="feed")
    format = models.CharField(max_length=60, help_text="csv, ncic, or a described format's name.")
    place = models.CharField(max_length=6, choices=Place)
    folder = models.CharField(max_length=200, blank=True, help_text="Where the files lie.")
    pattern = models.CharField(
        max_length=80, help_text="The file's name; * is anything. The newest is taken."
    )
    host = models.CharField(max_length=200, blank=True)
    port = models.PositiveIntegerField(default=22)
    user = models.CharField(max_length=60, blank=True)
    host_key = models.TextField(
        blank=True, help_text="The server's public key, as the administrator pinned it."
    )
    secret = SealedTextField(blank=True, help_text="A password, or a private key. Never shown again.")
    times = models.JSONField(default=list, help_text="Times of day in the agency's zone, as 05:30.")
    on = models.BooleanField(default=True)
    once = models.BooleanField(
        default=False, help_text="Somebody asked for it now: fetched once, also where it is off."
    )
    next_at = models.DateTimeField(db_index=True, help_text="When it is tried next.")
    tried_at = models.DateTimeField(null=True)
    result = models.CharField(
        max_length=400, blank=True, help_text="What the last try came to, in a sentence."
    )
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")

    class Meta:
        ordering = ["hotlist__name"]

    def get_absolute_url(self) -> str:
        """The feed's page."""
        return reverse("hotlists:feed", args=[self.hotlist_id])
