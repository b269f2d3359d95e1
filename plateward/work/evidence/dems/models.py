"""A duty to export an alert to DEMS, and its steps, which are rows added, never altered or removed (migrations). An
upload is a package on its way."""

from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from uuid_utils.compat import uuid7

from plateward.core.db.fields import SealedTextField
from plateward.core.outbox.models import DISK_IS_FULL, FIND_ERROR, Outgoing
from plateward.core.pages.models import HasPage
from plateward.field.reads.store import ReadKey
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.work.alerts.models import Alert, AlertRecord
from plateward.work.evidence.dems.rules import (
    ANSWERS_OF_DEMS,
    DUE_WITHIN,
    ENDING_STEPS,
    DutyStatus,
    DutyStepKind,
)
from plateward.work.evidence.dems.service import current_dems
from plateward.work.evidence.package.gathering import reads_of
from plateward.work.evidence.package.models import Package
from plateward.work.evidence.waiting_file import WaitingFile, WaitingFiles

FILES = WaitingFiles("dems")  # of uploads


class DutyQuerySet(models.QuerySet["Duty"]):
    """Queries for duties."""

    def open(self, at: datetime | None = None) -> "DutyQuerySet":
        """Duties that nothing has ended, or had `at` a moment."""
        return self.exclude(pk__in=self._ended(at))

    def ended(self) -> "DutyQuerySet":
        """Duties that ended."""
        return self.filter(pk__in=self._ended())

    @staticmethod
    def _ended(at: datetime | None = None) -> "models.QuerySet[DutyStep, int]":
        steps = DutyStep.objects.all() if at is None else DutyStep.objects.filter(at__lte=at)
        later = steps.filter(duty=OuterRef("duty"), pk__gt=OuterRef("pk"))
        return steps.filter(~Exists(later), kind__in=ENDING_STEPS).values_list("duty", flat=True)


@enforces("6.e.iii/vetted", "6.e.iii/folder", "6.a.iv/dems")
class Duty(AlertRecord, HasPage):
    """`by` closed the alert with enforcement at `at`, or vetted it or some reads of a search as leads of a case, so
    their export to DEMS is due. One per alert, however often the disposition is completed."""

    page_route = "dems:duty"
    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, null=True, related_name="dems_duty")
    reads = models.JSONField(default=list, help_text="Without an alert: each read's day and id.")
    number = models.CharField(
        max_length=60,
        blank=True,
        help_text="CAD or case number, as the hub knew it when the alert was closed.",
    )
    due_at = models.DateTimeField()

    objects = DutyQuerySet.as_manager()

    @property
    def keys(self) -> list[ReadKey]:
        """Its reads."""
        if self.alert_id:
            return reads_of([self.alert_id])
        return [ReadKey(date.fromisoformat(day), UUID(read)) for day, read in self.reads]

    @property
    def alerts(self) -> list[int]:
        """The number of its alert, if it has one."""
        return [self.alert_id] if self.alert_id else []

    @property
    def vettings(self) -> list[str]:
        """Who vetted it as a lead of a case, when and how."""
        return [step.words for step in self.steps.all() if step.kind == DutyStepKind.VETTED]

    @property
    def thing(self) -> str:
        """The log's name for what is exported."""
        return f"alert:{self.alert_id}" if self.alert_id else f"read:{self.keys[0].id}"

    @property
    def subject(self) -> str:
        """What is exported, within a sentence."""
        if self.alert_id:
            return f"alert {self.alert_id}"
        return "1 read" if len(self.reads) == 1 else f"{len(self.reads)} reads"

    @property
    def export(self) -> "DutyStep | None":
        """Its last recorded export."""
        exports = [step for step in self.steps.all() if step.kind == DutyStepKind.EXPORTED]
        return exports[-1] if exports else None

    @property
    def upload(self) -> "Upload | None":
        """Its last upload."""
        uploads = list(self.uploads.all())
        return uploads[-1] if uploads else None

    @property
    def tag(self) -> str:
        """The number that tags it in DEMS, now or later."""
        numbered = [step.number for step in self.steps.all() if step.number]
        return numbered[-1] if numbered else self.number

    @property
    def deadline(self) -> datetime:
        """When it is due: the first time, or again since DEMS lost its item."""
        missed = [step.at for step in self.steps.all() if step.kind == DutyStepKind.MISSING]
        return missed[-1] + DUE_WITHIN if missed else self.due_at

    @property
    def standing(self) -> DutyStatus:
        """Its status, from all its steps."""
        steps, export = list(self.steps.all()), self.export
        return DutyStatus(
            kind=DutyStepKind(steps[-1].kind) if steps else None,
            last=steps[-1].pk if steps else 0,
            owner=self.by_id,
            recorder=export.by_id if export else None,
            due_at=self.deadline,
            troubled=bool(self.upload and self.upload.problem),
            vetted=any(step.kind == DutyStepKind.VETTED for step in steps),
        )

    @property
    def overdue(self) -> bool:
        """Whether it is open past its deadline."""
        return self.standing.overdue(clock.now())


class DutyStep(AlertRecord):
    """What somebody did about a duty, or DEMS answered to `by`. For an export: DEMS item number, the number it is
    tagged with there, and its time."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=9, choices=DutyStepKind)
    number = models.CharField(max_length=60, blank=True)
    item = models.CharField(max_length=60, blank=True)
    exported_at = models.DateTimeField(null=True)
    words = SealedTextField(blank=True)

    @property
    def whose(self) -> str:
        """Who did it, or said it."""
        if self.kind == DutyStepKind.STOPPED:
            return "The system"
        return "DEMS" if self.kind in ANSWERS_OF_DEMS else str(self.by)

    class Meta(AlertRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="exported") | (~Q(number="") & ~Q(item="") & Q(exported_at__isnull=False)),
                name="an_export_says_where_it_is",
            )
        ]


class UploadQuerySet(models.QuerySet["Upload"]):
    """Queries for uploads."""

    def under_way(self) -> "UploadQuerySet":
        """Those that the hub works on."""
        return self.filter(stage__in=UNDER_WAY)

    def kept(self) -> "UploadQuerySet":
        """Those whose item DEMS acknowledged and, as far as is known, still has."""
        return self.filter(stage=Upload.Stage.ACKNOWLEDGED, missing_at=None)

    def answerable(self) -> "UploadQuerySet":
        """Those that the DEMS of now can answer for: what another one acknowledged or began, it knows nothing of. It
        answers for those of which no DEMS was noted, from before that was."""
        dems = current_dems()
        return self.filter(dems__in=("", dems)) if dems else self.all()

    def without_timestamp(self) -> "UploadQuerySet":
        """Those whose package was made without one: what comes later is not in the file that DEMS has."""
        waited = Package.objects.filter(tries__gt=0).exclude(sha256="")
        return self.filter(sha256__in=waited.values("sha256"))


class Upload(Outgoing):
    """A package on its way to DEMS. DEMS knows it by its id, however often it is sent:
    so DEMS keeps it once. One under way per duty."""

    class Stage(models.TextChoices):
        PACKING = "packing", "Package is made next"
        SENDING = "sending", "Being sent to DEMS"
        ACKNOWLEDGED = "acknowledged", "Acknowledged by DEMS"
        REFUSED = "refused", "Refused by DEMS"
        ENDED = "ended", "Ended before DEMS had it"

    class Problem(models.TextChoices):
        AWAY = "away", "DEMS {detail}."
        BROKEN = "broken", f"The system failed to export this and will retry. {FIND_ERROR}"
        FULL = "full", DISK_IS_FULL
        NOT_YET = "not_yet", "DEMS has received the package, and has not acknowledged it yet."
        NO_TIMESTAMP = "no_timestamp", "The export waits for its timestamp. {detail}"
        REFUSED = "refused", "{detail}"
        STATED = "stated", "{detail}"
        STOPPED = "stopped", "{detail}"

    id = models.UUIDField(primary_key=True, default=uuid7)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="uploads")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, help_text="The case or CAD number that tags it.")
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.PACKING)
    begun_at = models.DateTimeField(default=clock.now)
    key = models.BinaryField(
        null=True, help_text="Of its file, wrapped by the ring's; none once that is gone."
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="None before it is packed.")
    size = models.BigIntegerField(default=0)
    reads = models.PositiveIntegerField(default=0, help_text="In it; those destroyed before are not.")
    sent = models.BigIntegerField(default=0, help_text="Bytes that DEMS says have arrived.")
    address = models.CharField(max_length=500, blank=True, help_text="Where DEMS takes its parts.")
    item = models.CharField(max_length=60, blank=True, help_text="DEMS's own number of it.")
    dems = models.CharField(max_length=500, blank=True, help_text="The address of the DEMS that has it.")
    acknowledged_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(
        null=True, db_index=True, help_text="When DEMS last said that it has it."
    )
    missing_at = models.DateTimeField(null=True, help_text="Since when DEMS has it no longer.")

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["duty"],
                condition=Q(stage__in=["packing", "sending"]),
                name="one_upload_under_way_per_duty",
            ),
            models.CheckConstraint(
                condition=~Q(stage="acknowledged")
                | (~Q(item="") & ~Q(sha256="") & Q(acknowledged_at__isnull=False)),
                name="an_acknowledgment_names_item_and_hash",
            ),
        ]

    @property
    def under_way(self) -> bool:
        """Whether the hub works on it."""
        return self.stage in UNDER_WAY

    @property
    def percent(self) -> int:
        """How much DEMS says has arrived."""
        return self.sent * 100 // self.size if self.size else 0

    @property
    def lacks_timestamp(self) -> bool:
        """Whether its package has none in DEMS."""
        return Upload.objects.without_timestamp().filter(pk=self.pk).exists()

    @property
    def fingerprint(self) -> str:
        """What an open page shows of it; changes with that."""
        return f"{self.stage}-{self.sent}-{self.tries}"

    @property
    def file(self) -> WaitingFile | None:
        """Its package, if that is here."""
        return FILES.file_of(self.id, self.key)


UNDER_WAY = (Upload.Stage.PACKING, Upload.Stage.SENDING)
