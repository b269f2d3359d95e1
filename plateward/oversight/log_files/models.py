"""A copy of the audit log that somebody requested, on its way to them."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from plateward.core.outbox.models import DISK_IS_FULL
from plateward.ground import clock
from plateward.work.evidence.made_for_person import MadeForPerson
from plateward.work.evidence.waiting_file import WaitingFiles

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


class LogFile(MadeForPerson):
    """Its person can take it once. `entries`, `head_key`: what `plateward audit verify` is to find, by which key."""

    files = FILES

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

    stage = models.CharField(max_length=6, choices=Stage, default=Stage.MAKING)
    done = models.PositiveBigIntegerField(default=0, help_text="Entries of `total`.")
    total = models.PositiveBigIntegerField(default=0)
    entries = models.PositiveBigIntegerField(default=0)
    head_key = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = LogFiles.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"log file {self.id}"

    @property
    def subject(self) -> str:
        """What entries about it have as their object."""
        return f"log-file:{self.id}"
