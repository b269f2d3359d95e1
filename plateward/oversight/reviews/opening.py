"""Reviews open by themselves, each once, however many nodes the hub has and however long it was away."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.heads import first_head_over
from plateward.audit.log import act
from plateward.audit.models import AuditEntry
from plateward.jobs.lease import release, renew, still_leased, take
from plateward.oversight.findings.actions import HUB
from plateward.oversight.reviews import figures
from plateward.oversight.reviews.audience import reviewers
from plateward.oversight.reviews.gathering import WorkList, gather
from plateward.oversight.reviews.models import AuditItem, AuditReview, ReviewRun
from plateward.oversight.reviews.risks import Why
from plateward.oversight.reviews.rules import Period, ReviewKind, periods_due
from plateward.oversight.reviews.sampling import seed_of
from plateward.people import days
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces

LEASE = timedelta(minutes=15)  # a quarter of ten million entries is gathered in less


@enforces("6.b.i.10", "AU-6")
def open_due_reviews() -> None:
    """Open the reviews of all periods that are over, on the node that has the lease."""
    if not due_periods():
        return
    ReviewRun.objects.get_or_create(pk=1)
    for run in take(ReviewRun.objects.all(), LEASE):
        try:
            for period in due_periods():  # another node may have opened them meanwhile
                _open(period, partial(renew, run, LEASE))
        finally:
            release(still_leased(run))


def due_periods() -> list[Period]:
    """The periods that are over and that no review is of yet; of both kinds."""
    begun = AuditEntry.objects.order_by("sequence").values_list("at", flat=True).first()
    if begun is None:
        return []
    due: list[Period] = []
    for kind in ReviewKind:
        latest = AuditReview.objects.filter(kind=kind).values_list("ends", flat=True).first()
        until = days.day_of(latest) if latest else None
        due += periods_due(kind, until, days.day_of(begun), clock.now())
    return due


def _open(period: Period, beat: Callable[[], None]) -> None:
    """All is read before the act: its transaction would otherwise stay open meanwhile."""
    first = figures.number_at(period.starts)
    after = max(first, figures.number_at(period.ends))
    head = first_head_over(after).head
    seed = seed_of(period.kind, first, after, head.root)
    work = gather(period, seed, first, after, beat)
    shown = {**figures.figures_of(period), "left_out": work.left_out}
    with act(HUB, Event.REVIEW_OPEN, "reviews") as entry:
        beat()  # raises if another node has the lease
        review = AuditReview.objects.create(
            kind=period.kind,
            starts=period.starts,
            ends=period.ends,
            due=period.due,
            first=first,
            after=after,
            head_size=head.size,
            head_root=head.root,
            head_at=head.at,
            seed=seed,
            figures=shown,
        )
        AuditItem.objects.bulk_create(_items(review, work), batch_size=500)
        # Which entries are listed, and how many, stands with the review alone: their people may read the log.
        entry.note(
            review=review.pk,
            kind=period.kind.value,
            first=first,
            after=after,
            head=head.size,
            root=head.root,
            seed=seed,
            due=period.due.isoformat(),
        )
        text = f"The {review.within} is open, due {days.format_time(review.due)}."
        notify(reviewers(), Kind.LOG_REVIEW_SIGN, text, review)


def _items(review: AuditReview, work: WorkList) -> list[AuditItem]:
    entries = AuditEntry.objects.defer("sealed").in_bulk([item.sequence for item in work.items])
    names = {entry.actor_id for entry in entries.values() if entry.actor_kind == "person"}
    people = {person.username: person for person in Person.objects.filter(username__in=names)}
    order = list(Why)
    return [
        AuditItem(
            review=review,
            sequence=item.sequence,
            why=item.why,
            rank=order.index(item.why),
            reasons=item.reasons,
            sampled=item.sampled,
            subject=people.get(entries[item.sequence].actor_id),
            finding=item.finding,
        )
        for item in work.items
    ]
