"""A review opened, its items decided, closed: each one act with its audit entry."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.locking import change_row, lock_row
from plateward.core.decisions.reminders import Reminder
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.actions import RequestedAccess, request_access
from plateward.people.access.models import Access, AccessReview, ReviewItem
from plateward.people.access.reviews import rules
from plateward.people.models import Person
from plateward.people.notices.actions import managers, notify, people_with, settle_matter, was_notified
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission

KEPT, CHANGED, ENDED = ReviewItem.Decision.KEPT, ReviewItem.Decision.CHANGED, ReviewItem.Decision.ENDED


@enforces("AC-2/reviewed", "AC-6/reviewed")
def open_review(actor: Actor) -> AccessReview:
    """Begin a review of every access in force now. Raises Refused while one is open."""
    now = clock.now()
    with act(actor, Event.ACCESS_REVIEW, "access:review") as entry:
        if AccessReview.objects.filter(closed_at=None).exists():
            raise Refused(Refusal("AC-2", "A review is already open.", "Complete and close it."))
        review = AccessReview.objects.create(
            opened_at=now, opened_by=actor.key, due=now + rules.REVIEW_PERIOD
        )
        items = [
            ReviewItem(review=review, access=access)
            for access in standing.approved_access(now).order_by("person__full_name", "pk")
        ]
        ReviewItem.objects.bulk_create(items, batch_size=1000)
        entry.note(change="opened", review=review.pk, items=len(items), due=review.due.isoformat())
        text = f"The yearly access review is open: {len(items)} items, due in 30 days."
        notify(reviewers(), Kind.REVIEW_CLOSE, text, review)
    return review


@enforces("AC-2/reviewed", "AC-6/reviewed")
def open_review_if_due() -> AccessReview | None:
    """Daily: open the review when a year since the last is nearly over."""
    now = clock.now()
    review = AccessReview.objects.first()
    if review and review.closed_at is None:
        return None
    first = Access.objects.exclude(begins=None).order_by("begins").first()
    last = review.opened_at if review else first.begins if first else None
    return open_review(HUB) if rules.is_review_due(last, now) else None


def _is_overdue(review: AccessReview) -> bool:
    reminded = was_notified(Kind.REVIEW_CLOSE, review, rules.REMINDED_EVERY)
    return review.closed_at is None and clock.now() >= review.due and not reminded


@enforces("AC-2/reviewed", "AC-6/reviewed")
def _remind(entry: EntryDraft, review: AccessReview) -> None:
    """Weekly, from the day on which it is overdue."""
    entry.note(change="overdue", review=review.pk, left=waiting_items(review).count())
    text = f"The access review of {clock.format_day(review.opened_at)} is overdue since {clock.format_day(review.due)}."
    notify(reviewers(), Kind.REVIEW_CLOSE, text, review, again=True)


remind = Reminder(
    Event.ACCESS_REVIEW,
    lambda: AccessReview.objects.filter(closed_at=None),
    _is_overdue,
    _remind,
    subject=lambda _: "access:review",
    every=3600.0,
)


def reviewers() -> list[Person]:
    return list(people_with(Permission.ACCESS_REVIEW))


def waiting_items(review: AccessReview) -> QuerySet[ReviewItem]:
    """The items still to be decided. Access that ended meanwhile has settled its item."""
    now = clock.now()
    return review.items.filter(Q(access__ends=None) | Q(access__ends__gt=now), decision="")


@enforces("AC-2/reviewed", "AC-6/reviewed", "AC-6/logged")
def decide_items(actor: Actor, items: Sequence[ReviewItem], decision: ReviewItem.Decision, note: str) -> None:
    """Keep or end these: each with its own entry, all of them or none."""
    with act(actor, Event.ACCESS_REVIEW, "access:review", reason=note) as entry:
        entry.note(change=decision.value, items=len(items))
        with standing.keeps_an_administrator():
            for item in items:
                _decide_item(actor, item, decision, note)


@enforces("AC-2/reviewed", "AC-6/reviewed")
def request_change(actor: Actor, item: ReviewItem, wanted: RequestedAccess) -> None:
    """Request what the person should have instead; the access stays until another person approves that."""
    with act(actor, Event.ACCESS_REVIEW, "access:review", reason=wanted.reason) as entry:
        entry.note(change=CHANGED.value, items=1)
        _decide_item(actor, item, CHANGED, wanted.reason)
        request_access(actor, item.access.person, wanted)


def _decide_item(actor: Actor, item: ReviewItem, decision: ReviewItem.Decision, note: str) -> None:
    person, now = item.access.person, clock.now()
    with act(actor, Event.ACCESS_REVIEW, f"person:{person.username}", reason=note) as entry:
        review = AccessReview.objects.select_for_update(no_key=True).get(pk=item.review_id)
        settled = not waiting_items(review).filter(pk=item.pk).exists()
        require(rules.may_decide_item(actor.key, person, note, settled, review.closed_at is not None))
        entry.note(review=review.pk, decision=decision.value, role=item.access.role)
        note = note.strip()
        ReviewItem.objects.filter(pk=item.pk).update(
            decision=decision, note=note, decided_by=actor.key, decided_at=now
        )
        if decision is ENDED:
            Access.objects.filter(pk=item.access_id).update(ends=now, ended_by=actor.key, end_reason=note)
            text = f"{person.full_name}'s access ended in the yearly review: {note}"
            notify(managers(person), Kind.ACCESS_END, text, person)


@enforces("AC-2/reviewed", "AC-6/reviewed")
def close_review(actor: Actor, review: AccessReview, conclusion: str) -> None:
    """Close a review in which every access was looked at."""
    with act(actor, Event.ACCESS_REVIEW, "access:review", reason=conclusion) as entry:
        review = lock_row(review)
        require(
            rules.may_close_review(waiting_items(review).count(), conclusion, review.closed_at is not None)
        )
        change_row(review, closed_at=clock.now(), closed_by=actor.key, conclusion=conclusion.strip())
        settle_matter(Kind.REVIEW_CLOSE, review)
        entry.note(change="closed", review=review.pk, items=review.items.count())
