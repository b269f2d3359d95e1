"""Packages that were made. The file itself is with whoever asked for it; here is what it is known by, and what it waits
for."""

from django.db import models

from plateward.jobs.lease import Leased
from plateward.people.actor_names import MAX_ACTOR_KEY


class Package(Leased):
    """A package: of which alerts, made when and by whom. `tag_manifest` is what was signed and is timestamped; empty
    until the package is whole. `sha256`: of the file as it was first written; a timestamp that came later is added."""

    number = models.CharField(max_length=60, blank=True, help_text="CAD or case number.")
    alerts = models.JSONField(help_text="Numbers of alerts.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=MAX_ACTOR_KEY)
    tag_manifest = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0, help_text="Bytes.")
    timestamp = models.BinaryField(default=b"", help_text="RFC 3161; empty while it waits.")
    timestamped_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="When its timestamp is asked for again.")
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["due_at"], name="package_waits", condition=models.Q(timestamped_at=None))
        ]

    def __str__(self) -> str:
        return f"evidence package {self.pk}"
