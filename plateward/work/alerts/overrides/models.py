"""What was done without an alert's checks, and the review's finding. Records are added, never changed."""

from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import NewestFirst
from plateward.core.decisions import models as decisions
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import ByPerson, Person
from plateward.work.alerts.models import Alert, AlertRecord
from plateward.work.alerts.overrides.rules import AlertCheck


class DangerExceptions(models.QuerySet["DangerException"]):
    def in_force(self) -> "DangerExceptions":
        """The one that allows overrides now, if there is one."""
        now = clock.now()
        return self.filter(at__lte=now, until__gt=now, ended_at=None)


@enforces("6.e.iv.3/danger")
class DangerException(NewestFirst, ByPerson):
    """The Chief allows acting without missing checks in imminent danger, which the policy itself does not: on this
    basis, until then. Without one nobody can."""

    basis = models.CharField(max_length=400)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=400, blank=True)

    objects = DangerExceptions.as_manager()


class Override(AlertRecord, decisions.Referred, HasPage):
    """In imminent danger, somebody acts without the `missing` checks (rules.py, AlertCheck), `under` the exception that
    allowed it then."""

    page_route = "overrides:review"
    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="override")
    under = models.ForeignKey(DangerException, on_delete=models.PROTECT, related_name="overrides")
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
    def is_with(self) -> str:
        """Who is to review it."""
        return " or ".join(map(str, self.holders)) or "nobody: the ALPR administrator was notified"


class Referral(decisions.Referral):
    """Who was to review an override."""

    override = models.ForeignKey(Override, on_delete=models.PROTECT, related_name="referrals")


class OverrideFinding(AlertRecord):
    """What the review of an override found."""

    override = models.OneToOneField(Override, on_delete=models.PROTECT, related_name="finding")
    justified = models.BooleanField()
    text = SealedTextField()
    acting = models.CharField(max_length=400, help_text="Why it was theirs to review.")
