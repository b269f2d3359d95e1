"""Evidence on the published search log, for the compliance report."""

from collections.abc import Iterator

from django.db.models import Sum

from plateward.ground.policy.evidence import Fact, fact
from plateward.oversight.published_log.models import PublishedMonth
from plateward.people.sharing.public import Public, public_since


def facts() -> Iterator[Fact]:
    """Whether it is on, and how much was published."""
    sums = PublishedMonth.objects.aggregate(rows=Sum("rows"), withheld=Sum("withheld"))
    yield fact(
        "SB40.confid",
        text="The search log under pseudonyms is {state}; months published: {months}, with {rows} rows; withheld: "
        "{withheld}.",
        state="published" if public_since(Public.SEARCHES) else "not published",
        months=PublishedMonth.objects.count(),
        rows=sums["rows"] or 0,
        withheld=sums["withheld"] or 0,
        route="yearly:index",
    )
