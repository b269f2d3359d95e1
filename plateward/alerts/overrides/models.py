"""What was done without an alert's checks, and what its review found. Records are added, never changed."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from plateward.alerts.models import Alert, AlertRecord
from plateward.db.fields import SealedTextField


class Override(AlertRecord):
    """In imminent danger somebody goes on without the checks that are `missing` (rules.py, Check)."""

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="override")
    missing = models.JSONField()
    why = SealedTextField()

    @property
    def lifts(self) -> bool:
        """Whether it still stands in for the checks: not once it was found not justified."""
        finding = getattr(self, "finding", None)
        return finding is None or finding.justified

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("overrides:review", args=[self.pk])


class Referral(models.Model):
    """Whose an override was to review, from when on, and why theirs; nobody's where nobody could. The latest are whose
    it is."""

    override = models.ForeignKey(Override, on_delete=models.PROTECT, related_name="referrals")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=400)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.override} to {self.to or 'nobody'}"


class Finding(AlertRecord):
    """What the review of an override found."""

    override = models.OneToOneField(Override, on_delete=models.PROTECT, related_name="finding")
    justified = models.BooleanField()
    text = SealedTextField()
    acting = models.CharField(max_length=400, help_text="Why it was theirs to review.")
