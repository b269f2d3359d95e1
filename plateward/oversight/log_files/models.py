"""A copy of the audit log that somebody requested, on its way to them."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from plateward.core.outbox.models import DISK_IS_FULL, Outgoing
from plateward.ground import clock
from plateward.people.models import Person
from plateward.work.evidence.waiting_file import WaitingFile, WaitingFiles

KEPT_FOR = timedelta(hours=24)  # once it is whole
TAKEN_WITHIN = timedelta(hours=2)  # of its download: as long as one of many gigabytes may take
FILES = WaitingFiles("log-files")


class LogFiles(models.QuerySet["LogFile"]):
    def live(self) -> "LogFiles":
        """Those that are made, or have a file."""
        kept = Q(stage__in=(LogFile.Stage.READY, LogFile.Stage.TAKEN), expires_at__gt=clock.now())
        return self.filter(Q(stage=LogFile.Stage.MAKING) | kept)

    def expired(self) -> "LogFiles":
        """Those that nobody took in time."""
        return self.filter(stage=LogFile.Stage.READY, expires_at__lte=clock.now())


class LogFile(Outgoing):
    """For the person `by` alone, who can take it once. It is sealed under `key`, and gone when that is. `tries`: begun
    so far, but for outages. `entries`, `head_key`: what `plateward audit verify` is to find, by which public key."""

    longest_wait = timedelta(minutes=5)

    class Stage(models.TextChoices):
        MAKING = "making", "Being made"
        READY = "ready", "Ready to download"
        TAKEN = "taken", "Downloaded"
        FAILED = "failed", "Could not be made"
        ENDED = "ended", "Erased"

    class Problem(models.TextChoices):
        BROKEN = "broken", "The system failed to make this file. Notify the ALPR administrator."
        FULL = "full", DISK_IS_FULL
        HOPELESS = "hopeless", "{detail}"
        STATED = "stated", "{detail}"

    id = models.UUIDField(primary_key=True, default=uuid7)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=clock.now)
    stage = models.CharField(max_length=6, choices=Stage, default=Stage.MAKING)
    done = models.PositiveBigIntegerField(default=0, help_text="Entries of `total`.")
    total = models.PositiveBigIntegerField(default=0)
    key = models.BinaryField(null=True, help_text="Of its file, wrapped by the ring's.")
    entries = models.PositiveBigIntegerField(default=0)
    head_key = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, help_text="When its file is erased.")

    objects = LogFiles.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"log file {self.id}"

    @property
    def subject(self) -> str:
        """What entries about it have as their object."""
        return f"log-file:{self.id}"

    @property
    def being_made(self) -> bool:
        """Whether the hub works on it."""
        return self.stage == self.Stage.MAKING

    @property
    def is_ready(self) -> bool:
        """Whether it can be downloaded."""
        return self.stage == self.Stage.READY and bool(self.expires_at and self.expires_at > clock.now())

    @property
    def state(self) -> str:
        """In a few words."""
        expired = self.stage == self.Stage.READY and not self.is_ready
        return "Expired" if expired else str(self.Stage(self.stage).label)

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def fingerprint(self) -> str:
        """What an open page displays of it; changes with that."""
        return f"{self.state}-{self.percent}-{self.tries}"

    @property
    def file(self) -> WaitingFile | None:
        """The file, if it is here."""
        return FILES.file_of(self.id, self.key)
