"""What the public page shows, the yearly reports, and those of other agencies."""

from django.db import models

from plateward.core.db.row import InOrder, Row
from plateward.core.jobs.lease import Leased
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.transparency.counting import FIGURES
from plateward.people.models import ByPerson, Person


class Published(Row):
    """What the public gets: one row, made anew once a day. `through`: the last day that it counts."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    through = models.DateField()
    document = models.TextField()
    table = models.TextField()
    proofs = models.TextField()
    checkpoint = models.TextField()


@enforces("SB40.report/yearly")
class YearlyReport(Leased, HasPage):
    """SB 40's report of a year, as counted from the log's first `size` entries, whose root was `root`."""

    page_route = "yearly:report"
    year = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    counted_at = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)  # entries counted so far
    figures = models.JSONField(default=dict)
    size = models.PositiveBigIntegerField(default=0)
    root = models.CharField(max_length=64, blank=True)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-year", "-pk"]

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Every figure in words."""
        return [(label, self.figures.get(name, 0)) for name, label in FIGURES.items()]


@enforces("SB40.report/state")
class AgencyReport(InOrder, ByPerson):
    """Another agency's report of a year, as its file has it. The latest of an agency and year counts."""

    year = models.PositiveSmallIntegerField()
    agency = models.CharField(max_length=100)
    ori = models.CharField(max_length=9)
    figures = models.JSONField()
    sha256 = models.CharField(max_length=64)
