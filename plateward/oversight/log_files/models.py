"""A copy of the audit log that somebody requested, on its way to them."""

from datetime import timedelta

from django.db import models

from plateward.core.db.row import NewestFirst
from plateward.core.outbox.models import DISK_IS_FULL
from plateward.work.evidence.made_for_person import MadeForPerson
from plateward.work.evidence.waiting_file import WaitingFiles

TAKEN_WITHIN = timedelta(hours=2)  # of its download: as long as one of many gigabytes may take
FILES = WaitingFiles("log-files")


class LogFile(NewestFirst, MadeForPerson):
    """Its person can take it once. `entries`, `head_key`: what `plateward audit verify` is to find, by which key."""

    files = FILES

    class Problem(models.TextChoices):
        BROKEN = "broken", "The system failed to make this file. Notify the ALPR administrator."
        FULL = "full", DISK_IS_FULL
        HOPELESS = "hopeless", "{detail}"
        STATED = "stated", "{detail}"

    done = models.PositiveBigIntegerField(default=0, help_text="Entries of `total`.")
    total = models.PositiveBigIntegerField(default=0)
    entries = models.PositiveBigIntegerField(default=0)
    head_key = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    @property
    def subject(self) -> str:
        """What entries about it have as their object."""
        return f"log-file:{self.id}"
