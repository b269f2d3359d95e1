"""Reviews open by themselves, each once, however many nodes the hub has and however long it was away. Of one that
nobody signs its reviewers are reminded, then it goes up the chain of command."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from plateward.core.audit.events import Event
from plateward.core.audit.heads import first_head_over
from plateward.core.audit.log import EntryDraft, act
from plateward.core.audit.models import AuditEntry
from plateward.core.decisions.models import refer
from plateward.core.decisions.reminders import Reminder
from plateward.core.jobs.lease import release, renew, still_leased, take
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.findings.actions import HUB
from plateward.oversight.reviews import figures
from plateward.oversight.reviews.audience import reviewers
from plateward.oversight.reviews.gathering import WorkList, gather
from plateward.oversight.reviews.models import AuditItem, AuditReview, ReviewRun
from plateward.oversight.reviews.owning import give_on
from plateward.oversight.reviews.risks import seed_of
from plateward.oversight.reviews.rules import TERMS, Period, ReviewKind, ReviewStep, periods_due, step_due
from plateward.people import days
from plateward.people.chain_of_command.routing import ReviewMatter, next_above
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter, was_notified
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role

LEASE = timedelta(minutes=15)  # a quarter of ten million entries is gathered in less


@enforces("6.b.i.10/review", "AU-6/weekly")
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
        owner = give_on(entry, review) or "not named yet: authorize a reviewer"
        text = f"The {review.within} is open, due {days.format_time(review.due)}. Its owner: {owner}."
        notify(reviewers(), Kind.LOG_REVIEW_SIGN, text, review)


def _items(review: AuditReview, work: WorkList) -> list[AuditItem]:
    entries = AuditEntry.objects.defer("sealed").in_bulk([item.sequence for item in work.items])
    names = {entry.actor_id for entry in entries.values() if entry.actor_kind == "person"}
    people = {person.username: person for person in Person.objects.filter(username__in=names)}
    for item in work.items:
        item.review, item.subject = review, people.get(entries[item.sequence].actor_id)
    return work.items


def _step(review: AuditReview) -> ReviewStep | None:
    if review.signed:
        return None
    terms = TERMS[ReviewKind(review.kind)]
    return step_due(
        ReviewKind(review.kind),
        review.due,
        clock.now(),
        reminded=was_notified(Kind.LOG_REVIEW_SIGN, review, terms.warned),
        escalated=was_notified(Kind.LOG_REVIEW_LATE, review, terms.escalates),
    )


@enforces("6.b.i.10/review", "AU-6/weekly")
def _remind(_: EntryDraft, review: AuditReview) -> None:
    due = days.format_time(review.due)
    text = f"The {review.within} must be signed by {due}."
    notify(reviewers(), Kind.LOG_REVIEW_SIGN, text, review, again=True)


@enforces("6.b.i.10/review", "AU-6/weekly")
def _escalate(entry: EntryDraft, review: AuditReview) -> None:
    """To the next above each administrator who can see to it; at the end of the chain again to all so far."""
    referred = {escalation.to_id for escalation in review.escalations.all()}
    above = {
        person
        for administrator in Person.objects.filter(role=Role.ADMINISTRATOR)
        for person in next_above(ReviewMatter(administrator), Permission.AUDIT_REVIEW, referred)
    }
    to = sorted(above, key=lambda person: person.pk)
    entry.note(to=[person.username for person in to])
    if to:
        refer(review.escalations, to, "Nobody signed it in time")
    concerned = {*reviewers(), *above, *Person.objects.filter(pk__in=review.escalations.values("to"))}
    settle_matter(Kind.LOG_REVIEW_LATE, review)
    clause = TERMS[ReviewKind(review.kind)].clause
    text = f"The {review.within} is overdue since {days.format_time(review.due)} (clause {clause})."
    notify(sorted(concerned, key=lambda person: person.pk), Kind.LOG_REVIEW_LATE, text, review)


remind = Reminder(
    Event.REVIEW_REMIND,
    AuditReview.objects.unsigned,
    lambda review: _step(review) is ReviewStep.REMIND,
    _remind,
)
escalate = Reminder(
    Event.REVIEW_ESCALATE,
    AuditReview.objects.unsigned,
    lambda review: _step(review) is ReviewStep.ESCALATE,
    _escalate,
)
