"""Evidence on public records, for the compliance report."""

from collections.abc import Iterator

from django.db.models import Count, Q

from plateward.ground.policy.evidence import Fact, fact
from plateward.people import days
from plateward.sharing.records.models import RecordsAnswer, RecordsRequest, ReleaseRule


def facts() -> Iterator[Fact]:
    """Requests and what is overdue; answers and who approved them; the rules of release."""
    waiting, ruled = list(RecordsRequest.objects.open()), ReleaseRule.objects
    late = sum(row.next_due < days.today() for row in waiting)
    yield fact(
        "6.h.iii",
        "SB40.confid",
        text="Records requests: {requests:,}; open: {waiting:,}; of these with an overdue letter: {late:,}; answers "
        "that the Chief approved: {approved:,}.",
        requests=RecordsRequest.objects.count(),
        waiting=len(waiting),
        approved=RecordsAnswer.objects.filter(approved=True).count(),
        attention="Letters to requesters of public records are overdue: {late:,}. Write them under Public records.",
        late=late,
        route="records:index",
    )
    yield fact(
        "6.h.i",
        text="Release rules that the Chief approved: {approved:,}; proposed: {proposed:,}. Without one, data of the "
        "readers are denied.",
        **ruled.aggregate(
            approved=Count("pk", filter=Q(approved=True)), proposed=Count("pk", filter=Q(decided_at=None))
        ),
        route="records:rules",
    )
