"""A duty to export an alert to DEMS, and its steps. Rows are added, never altered or removed (migrations)."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from plateward import clock
from plateward.alerts.dems.rules import ENDING_STEPS, DutyStatus, DutyStepKind
from plateward.alerts.models import Alert
from plateward.alerts.records import AlertRecord
from plateward.db.fields import SealedTextField


class DutyQuerySet(models.QuerySet["Duty"]):
    """Queries for duties."""

    def open(self) -> "DutyQuerySet":
        """Duties that nothing has ended."""
        return self.exclude(pk__in=self._ended())

    def ended(self) -> "DutyQuerySet":
        """Duties that ended."""
        return self.filter(pk__in=self._ended())

    @staticmethod
    def _ended() -> "models.QuerySet[Step, int]":
        later = Step.objects.filter(duty=OuterRef("duty"), pk__gt=OuterRef("pk"))
        return Step.objects.filter(~Exists(later), kind__in=ENDING_STEPS).values_list("duty", flat=True)


class Duty(AlertRecord):
    """`by` closed the alert with enforcement at `at`, so its export to DEMS is due. One per alert, however
    often the disposition is completed."""

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="dems_duty")
    number = models.CharField(
        max_length=60,
        blank=True,
        help_text="CAD or case number, as the hub knew it when the alert was closed.",
    )
    due_at = models.DateTimeField()

    objects = DutyQuerySet.as_manager()

    @property
    def export(self) -> "Step | None":
        """Its last recorded export."""
        exports = [step for step in self.steps.all() if step.kind == DutyStepKind.EXPORTED]
        return exports[-1] if exports else None

    @property
    def tag(self) -> str:
        """The number that tags it in DEMS, now or later."""
        return self.export.number if self.export else self.number

    @property
    def standing(self) -> DutyStatus:
        """Its status, from all its steps."""
        steps, export = list(self.steps.all()), self.export
        return DutyStatus(
            kind=DutyStepKind(steps[-1].kind) if steps else None,
            last=steps[-1].pk if steps else 0,
            owner=self.by_id,
            recorder=export.by_id if export else None,
            due_at=self.due_at,
        )

    @property
    def overdue(self) -> bool:
        """Whether it is open past its deadline."""
        return self.standing.overdue(clock.now())

    def get_absolute_url(self) -> str:
        """Page URL."""
        return reverse("dems:duty", args=[self.pk])


class Step(AlertRecord):
    """What somebody did about a duty. For an export: DEMS item number, the number it is tagged with
    there, and its time according to DEMS."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=9, choices=DutyStepKind)
    number = models.CharField(max_length=60, blank=True)
    item = models.CharField(max_length=60, blank=True)
    exported_at = models.DateTimeField(null=True)
    words = SealedTextField(blank=True)

    class Meta(AlertRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="exported") | (~Q(number="") & ~Q(item="") & Q(exported_at__isnull=False)),
                name="an_export_says_where_it_is",
            )
        ]
