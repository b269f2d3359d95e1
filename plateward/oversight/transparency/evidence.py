"""Evidence of what is published and reported, for the compliance report."""

from collections.abc import Iterator

from plateward.ground.policy.evidence import Fact, fact
from plateward.oversight.transparency.models import YearlyReport
from plateward.people import days
from plateward.people.sharing.public import Public, public_since


def facts() -> Iterator[Fact]:
    """Whether the last year was reported, and whether the public page is on."""
    year = days.today().year - 1
    reports = YearlyReport.objects.filter(year=year).exclude(approved_at=None)
    yield fact(
        "SB40.report",
        text="Approved yearly reports of {year}: {reports}; the public page is {page}.",
        year=str(year),
        reports=reports.count(),
        page="on" if public_since(Public.FIGURES) else "off",
        route="yearly:index",
    )
