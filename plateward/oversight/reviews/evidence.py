"""Evidence on the reviews of the log, for the compliance report."""

from collections.abc import Iterator

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.oversight.reviews.models import AuditReview
from plateward.people import days


def facts() -> Iterator[Fact]:
    """Reviews opened by the hub, signed or overdue."""
    unsigned = AuditReview.objects.unsigned()
    last = AuditReview.objects.exclude(pk__in=unsigned).order_by("-signature__at").first()
    late = unsigned.filter(due__lte=clock.now()).count()
    yield fact(
        "6.b.i.10",
        "AU-6",
        text="Reviews of the log opened by the hub: {reviews}; not signed yet: {unsigned}; overdue: {overdue}; last "
        "signed: {last}.",
        reviews=AuditReview.objects.count(),
        unsigned=unsigned.count(),
        overdue=late,
        last=days.format_time(last.signature.at) if last else "none yet",
        attention="Reviews of the log overdue: {late}. Sign them under Audit reviews.",
        late=late,
        route="reviews:index",
    )
