"""What was done without an alert's checks, and the review's finding. Records are added, never changed."""

from django.db import models

from plateward.alerts.models import Alert
from plateward.alerts.overrides.rules import AlertCheck
from plateward.alerts.records import AlertRecord, ReferralRecord, latest_referrals
from plateward.db.fields import SealedTextField
from plateward.pages.models import HasPage


class Override(AlertRecord, HasPage):
    """In imminent danger, somebody acts without the `missing` checks (rules.py, AlertCheck)."""

    page_route = "overrides:review"
    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="override")
    missing = models.JSONField()
    why = SealedTextField()

    @property
    def lifts(self) -> bool:
        """Whether it still replaces the checks: not after a finding that it was not justified."""
        finding = getattr(self, "finding", None)
        return finding is None or finding.justified

    @property
    def missing_text(self) -> list[str]:
        """The missing checks, in words."""
        return [str(AlertCheck(check).label) for check in self.missing]

    @property
    def latest_referrals(self) -> "list[Referral]":
        """Those that hold the duty to review it."""
        return latest_referrals(self.referrals.all())

    @property
    def is_with(self) -> str:
        """Who is to review it."""
        named = " or ".join(str(referral.to) for referral in self.latest_referrals if referral.to)
        return named or "nobody: the ALPR administrator was notified"


class Referral(ReferralRecord):
    """Who was to review an override."""

    override = models.ForeignKey(Override, on_delete=models.PROTECT, related_name="referrals")

    def __str__(self) -> str:
        return f"{self.override} to {self.to or 'nobody'}"


class Finding(AlertRecord):
    """What the review of an override found."""

    override = models.OneToOneField(Override, on_delete=models.PROTECT, related_name="finding")
    justified = models.BooleanField()
    text = SealedTextField()
    acting = models.CharField(max_length=400, help_text="Why it was theirs to review.")
