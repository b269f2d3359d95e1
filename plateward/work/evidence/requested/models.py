"""A package that somebody requested, on its way to them."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from plateward.core.db.fields import SealedTextField
from plateward.core.outbox.models import DISK_IS_FULL, Outgoing
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.people.models import Person
from plateward.work.evidence.package.models import Package
from plateward.work.evidence.waiting_file import WaitingFile, WaitingFiles

KEPT_FOR = timedelta(hours=24)  # once it is whole
FILES = WaitingFiles("packages")


class RequestedPackageQuerySet(models.QuerySet["RequestedPackage"]):
    """Queries for requested packages."""

    def live(self) -> "RequestedPackageQuerySet":
        """Those that are made, or can be downloaded."""
        return self.filter(Q(stage=RequestedPackage.Stage.MAKING) | self.ready())

    def standing(self) -> "RequestedPackageQuerySet":
        """Those that have, or may have, a file."""
        return self.filter(stage__in=(RequestedPackage.Stage.MAKING, RequestedPackage.Stage.READY))

    def expired(self) -> "RequestedPackageQuerySet":
        """Those whose file is to be erased."""
        return self.filter(stage=RequestedPackage.Stage.READY, expires_at__lte=clock.now())

    @staticmethod
    def ready() -> Q:
        """That it can be downloaded."""
        return Q(stage=RequestedPackage.Stage.READY, expires_at__gt=clock.now())


class RequestedPackage(Outgoing, HasPage):
    """Of these alerts, for the person `by` alone. The file is sealed under `key`, and gone when it is. `tries`:
    begun so far, but for outages."""

    page_route = "packages:package"
    longest_wait = timedelta(minutes=5)

    class Stage(models.TextChoices):
        MAKING = "making", "Being made"
        READY = "ready", "Ready to download"
        FAILED = "failed", "Could not be made"
        ENDED = "ended", "Erased"

    class Problem(models.TextChoices):
        BROKEN = "broken", "The system failed to make this package. Notify the ALPR administrator."
        FULL = "full", DISK_IS_FULL
        GONE = (
            "gone",
            (
                "Reads of this package were destroyed at the end of their retention (clause 6.h.ii). Request it again "
                "for what is left."
            ),
        )
        HOPELESS = "hopeless", "{detail}"
        STATED = "stated", "{detail}"

    id = models.UUIDField(primary_key=True, default=uuid7)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, help_text="CAD or case number.")
    alerts = models.JSONField(help_text="Numbers of alerts.")
    use = SealedTextField(help_text="Who gets it, and for what.")
    requested_at = models.DateTimeField(default=clock.now)
    stage = models.CharField(max_length=6, choices=Stage, default=Stage.MAKING)
    done = models.PositiveIntegerField(default=0, help_text="Steps of `total`.")
    total = models.PositiveIntegerField(default=0)
    key = models.BinaryField(null=True, help_text="Of its file, wrapped by the ring's.")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, related_name="+")
    reads = models.PositiveIntegerField(default=0, help_text="In it; those destroyed before are not.")
    expires_at = models.DateTimeField(null=True, help_text="When its file is erased.")

    objects = RequestedPackageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"requested package {self.id}"

    @property
    def subject(self) -> str:
        """What it is of: the case, or the alert of a DEMS export by hand."""
        return self.number or f"alert {self.alerts[0]}"

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
        """The package, if it is here."""
        return FILES.file_of(self.id, self.key)
