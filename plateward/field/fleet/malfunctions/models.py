"""Malfunctions, repairs, modifications, and who may make these. The database prevents changes (migrations)."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder
from plateward.core.pages.models import HasPage
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.malfunctions.rules import (
    ENDS,
    LONGEST_TEXT,
    RepairOutcome,
    Severity,
    kind_names,
)
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person


class Authorizations(models.QuerySet["Authorization"]):
    def live(self) -> "Authorizations":
        """Those that nobody has ended."""
        return self.filter(ending=None)


@enforces("6.e.iv.2/repairs")
class Authorization(models.Model):
    """The ALPR administrator lets a technician or vendor repair readers, in an act of its own. The role IT
    Support does not suffice: the Chief may approve it too, and it covers much else."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="repairs_authorized")
    vendor = models.CharField(max_length=100, blank=True)
    why = models.CharField(max_length=400, help_text="Training, certificate or contract.")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = Authorizations.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, vendor__gt="") | Q(person__isnull=False, vendor=""),
                name="a_technician_or_a_vendor",
            )
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person_id else self.vendor


@enforces("6.e.iv.2/repairs")
class Ending(models.Model):
    """The end of an authorization."""

    authorization = models.OneToOneField(Authorization, on_delete=models.PROTECT, related_name="ending")
    why = models.CharField(max_length=400)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"end of {self.authorization}"


class Malfunctions(models.QuerySet["Malfunction"]):
    def open(self) -> "Malfunctions":
        """Those of readers that neither work again, by a repair or by themselves, nor are replaced."""
        return self.filter(ended_at=None).filter(
            ~Exists(Repair.objects.filter(malfunction=OuterRef("pk"), outcome__in=ENDS))
        )


@enforces("6.e.iv.2/report")
class Malfunction(InOrder, HasPage):
    """One report. It is open until the reader works again, or another in its place; or until the reader that reported
    it says that it is over."""

    sealed_without = ("ended_at",)
    page_route = "malfunctions:malfunction"
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="malfunctions")
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: the reader itself."
    )
    at = models.DateTimeField(default=clock.now)
    what = models.JSONField(help_text="See rules.MalfunctionKind.")
    severity = models.CharField(max_length=7, choices=Severity)
    due_at = models.DateTimeField(help_text="By then it is repaired, or the reader replaced.")
    words = SealedTextField(max_length=LONGEST_TEXT)
    found_by = models.OneToOneField(
        ReaderCheck,
        on_delete=models.PROTECT,
        null=True,
        related_name="malfunction",
        help_text="A failed check.",
    )
    alert = models.BigIntegerField(null=True, help_text="The alert from whose page it was reported.")
    ended_at = models.DateTimeField(null=True, help_text="When the reader said that it was over.")

    objects = Malfunctions.as_manager()

    def __str__(self) -> str:
        return f"{self.reader}: {self.summary}"

    @property
    def summary(self) -> str:
        """What is broken, in words."""
        return kind_names(self.what)

    @property
    def reporter(self) -> str:
        """Who reported it, in words."""
        return str(self.by or "the reader itself")

    @property
    def over_at(self) -> datetime | None:
        """When the reader worked again, by a repair or by itself; None while open."""
        return self.repaired_at or self.ended_at

    @cached_property
    def ended_by(self) -> "Repair | None":
        """What got the reader working, or replaced it; None while open."""
        return next((repair for repair in self.repairs.all() if repair.working), None)

    @property
    def repaired_at(self) -> datetime | None:
        """When a repair got the reader working, or another took its place; None if none did."""
        return self.ended_by.at if self.ended_by else None

    @property
    def end_text(self) -> str:
        """How it ended, in words."""
        return self.ended_by.outcome_text if self.ended_by else "Over without a repair"

    @property
    @enforces("6.f.i.2/repaired")
    def is_late(self) -> bool:
        """Whether it is open past its time."""
        return self.over_at is None and self.due_at < clock.now()

    @property
    @enforces("6.f.i.2/repaired")
    def open_for(self) -> str:
        """How long it took until the reader worked again, or has taken so far."""
        return clock.format_span((self.over_at or clock.now()) - self.at)


class Work(models.Model):
    """What a technician did. `under`: the authorization for it, their own or a vendor's."""

    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    under = models.ForeignKey(Authorization, on_delete=models.PROTECT, related_name="%(class)ss")
    done = SealedTextField(max_length=LONGEST_TEXT)
    parts = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ["pk"]


@enforces("6.e.iv.2/repairs", "6.f.i.2/repaired")
class Repair(Work):
    """Of a malfunction. `replacement`: the unit that works in the reader's place, if it was replaced."""

    malfunction = models.ForeignKey(Malfunction, on_delete=models.PROTECT, related_name="repairs")
    outcome = models.CharField(max_length=8, choices=RepairOutcome)
    replacement = models.CharField(max_length=100, blank=True)

    class Meta(Work.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.malfunction}, repaired {self.at:%Y-%m-%d %H:%M} UTC"

    @property
    def working(self) -> bool:
        """Whether the reader works again, or another in its place."""
        return self.outcome in ENDS

    @property
    def outcome_text(self) -> str:
        """What came of it, in words."""
        if self.outcome == RepairOutcome.REPLACED:
            return f"Replaced by {self.replacement}"
        return "Works again" if self.working else "Still does not work"


@enforces("6.e.iv.2/repairs")
class Modification(Work):
    """Of a reader, or of the system that all readers send to (None)."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, null=True, related_name="modifications")

    class Meta(Work.Meta):
        pass

    def __str__(self) -> str:
        return f"Modification of {self.reader or 'the system'}"


class EquipmentChanges(models.QuerySet["EquipmentChange"]):
    def unrecorded(self) -> "EquipmentChanges":
        """Those that no modification explains; the first version of the system is no change."""
        return self.filter(recorded=None).exclude(before="")


@enforces("6.e.iv.2/repairs")
class EquipmentChange(InOrder):
    """A reader, or the hub (None), says another thing of its `what` than before. `recorded`: the modification that
    a technician recorded for it."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, null=True, related_name="changes")
    at = models.DateTimeField(default=clock.now)
    what = models.CharField(max_length=20)
    before = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=500)
    recorded = models.ForeignKey(Modification, on_delete=models.PROTECT, null=True, related_name="changes")

    objects = EquipmentChanges.as_manager()

    def __str__(self) -> str:
        return f"{self.what} of {self.reader or 'the system'}"

    def get_absolute_url(self) -> str:
        """The page where it is recorded."""
        return reverse("malfunctions:modifications")
