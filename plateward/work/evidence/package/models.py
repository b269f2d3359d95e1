"""Packages that were made. The file itself is with whoever asked for it; here is what it is known by, and what it waits
for."""

from django.db import models

from plateward.core.db.row import InOrder
from plateward.core.outbox.models import Outgoing
from plateward.people.actor_names import MAX_ACTOR_KEY


class PackageQuerySet(models.QuerySet["Package"]):
    """Queries for packages."""

    def untimestamped(self) -> "PackageQuerySet":
        """Those that are whole and wait for their timestamp."""
        return self.exclude(tag_manifest="").filter(timestamped_at=None)


class Package(InOrder, Outgoing):
    """A package: of which alerts, made when and by whom. `tag_manifest` is what was signed and is timestamped; empty
    until the package is whole. `sha256`: of the file as it was first written; a timestamp that came later is added. It
    is tried to have it timestamped, first when it is made."""

    number = models.CharField(max_length=60, blank=True, help_text="CAD or case number.")
    alerts = models.JSONField(help_text="Numbers of alerts.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=MAX_ACTOR_KEY)
    tag_manifest = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0, help_text="Bytes.")
    timestamp = models.BinaryField(default=b"", help_text="RFC 3161; empty while it waits.")
    timestamped_at = models.DateTimeField(null=True)

    objects = PackageQuerySet.as_manager()
