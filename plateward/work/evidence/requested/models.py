"""A package that somebody requested, on its way to them."""

from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import NewestFirst
from plateward.core.outbox.models import DISK_IS_FULL
from plateward.core.pages.models import HasPage
from plateward.work.evidence.made_for_person import MadeForPerson
from plateward.work.evidence.package.models import Package
from plateward.work.evidence.waiting_file import WaitingFiles

FILES = WaitingFiles("packages")


class RequestedPackage(NewestFirst, MadeForPerson, HasPage):
    """Of these alerts."""

    sealed_without = (
        *("leased_until", "leased_by", "due_at", "tries", "problem", "detail"),
        *("key", "expires_at", "stage", "done", "total", "package", "reads"),
    )
    page_route = "packages:package"
    files = FILES

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

    number = models.CharField(max_length=60, help_text="CAD or case number.")
    alerts = models.JSONField(help_text="Numbers of alerts.")
    use = SealedTextField(help_text="Who gets it, and for what.")
    done = models.PositiveIntegerField(default=0, help_text="Steps of `total`.")
    total = models.PositiveIntegerField(default=0)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, related_name="+")
    reads = models.PositiveIntegerField(default=0, help_text="In it; those destroyed before are not.")

    @property
    def subject(self) -> str:
        """What it is of: the case, or the alert of a DEMS export by hand."""
        return self.number or f"alert {self.alerts[0]}"
