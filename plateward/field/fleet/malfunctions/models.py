"""Malfunctions, repairs, and who may repair. The database prevents changes and removal (migrations)."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property

from plateward.core.db.fields import SealedTextField
from plateward.core.pages.models import HasPage
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.malfunctions.rules import LONGEST_TEXT, kind_names
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person


class Authorizations(models.QuerySet["Authorization"]):
    def live(self) -> "Authorizations":
        """Those that nobody has ended."""
        return self.filter(ending=None)


@enforces("6.e.iv.2")
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


@enforces("6.e.iv.2")
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
        """Those without a repair that got the reader working, and that did not end by themselves."""
        return self.filter(ended_at=None).filter(
            ~Exists(Repair.objects.filter(malfunction=OuterRef("pk"), working=True))
        )


@enforces("6.e.iv.2")
class Malfunction(HasPage):
    """One report. It is open until a repair gets the reader working, or the reader that reported it says that it is
    over."""

    page_route = "malfunctions:malfunction"
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="malfunctions")
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: the reader itself."
    )
    at = models.DateTimeField(default=clock.now)
    what = models.JSONField(help_text="See rules.What.")
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

    class Meta:
        ordering = ["pk"]

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
    def repaired_at(self) -> datetime | None:
        """When a repair got the reader working; None if none did."""
        return next((repair.at for repair in self.repairs.all() if repair.working), None)

    @property
    @enforces("6.f.i.2")
    def open_for(self) -> str:
        """How long it took until the reader worked again, or has taken so far."""
        return clock.format_span((self.over_at or clock.now()) - self.at)


@enforces("6.e.iv.2")
class Repair(models.Model):
    """What a technician did. `under`: the authorization for it, their own or a vendor's."""

    malfunction = models.ForeignKey(Malfunction, on_delete=models.PROTECT, related_name="repairs")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    under = models.ForeignKey(Authorization, on_delete=models.PROTECT, related_name="repairs")
    done = SealedTextField(max_length=LONGEST_TEXT)
    parts = models.CharField(max_length=200, blank=True)
    working = models.BooleanField(help_text="Whether the reader works again.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.malfunction}, repaired {self.at:%Y-%m-%d %H:%M} UTC"
