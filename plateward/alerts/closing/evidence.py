"""Evidence on how alerts were closed, for the compliance report."""

from collections.abc import Iterator

from django.db.models import Q, Sum

from plateward import clock
from plateward.alerts.closing.account import EnforcementKind
from plateward.alerts.models import Disposition
from plateward.audit.evidence import PERIOD, count_of
from plateward.policy.evidence import Fact, fact
from plateward.policy.trace import enforces


@enforces("6.b.i.5")
def facts() -> Iterator[Fact]:
    """Dispositions and their reviews; enforcement, arrests among it."""
    recent = Disposition.objects.filter(at__gte=clock.now() - PERIOD).order_by()
    yield fact(
        "6.e.vii",
        text="Alerts closed with a disposition in the last 30 days: {dispositions:,}; dispositions that wait for a "
        "supervisor's review: {unreviewed:,}.",
        dispositions=count_of(recent),
        unreviewed=count_of(Disposition.objects.filter(review=None)),
        route="closing:to_review",
    )
    results = recent.aggregate(  # from the dispositions, which have an index by time
        enforcement=Sum("actions__count", default=0),
        arrests=Sum("actions__count", filter=Q(actions__kind=EnforcementKind.ARREST), default=0),
    )
    yield fact(
        "6.b.i.5",
        text="Results of the last 30 days: enforcement actions: {enforcement:,}, arrests: {arrests:,}.",
        **results,
        route="outcomes:index",
    )
