"""A review that nobody signs: its reviewers are reminded, then it goes up the chain of command."""

from collections.abc import Callable

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import EntryDraft
from plateward.oversight.reviews.audience import reviewers
from plateward.oversight.reviews.models import AuditReview, Escalation
from plateward.oversight.reviews.rules import TERMS, ReviewKind, Step, step_due
from plateward.people import days
from plateward.people.chain_of_command.routing import ReviewMatter, next_above
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter, was_notified
from plateward.people.notices.kinds import Kind
from plateward.people.notices.reminders import remind_each
from plateward.people.permissions import Permission, Role
from plateward.policy.trace import enforces


@enforces("6.b.i.10", "AU-6")
def remind() -> int:
    """Do what is due for each review without a signature. Returns the number of steps."""

    def is_due(step: Step) -> Callable[[AuditReview], bool]:
        return lambda review: _step(review) is step

    rows = AuditReview.objects.unsigned()
    return remind_each(rows, Event.REVIEW_REMIND, is_due(Step.REMIND), _remind) + remind_each(
        rows, Event.REVIEW_ESCALATE, is_due(Step.ESCALATE), _escalate
    )


def _step(review: AuditReview) -> Step | None:
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


def _remind(_: EntryDraft, review: AuditReview) -> None:
    settle_matter(Kind.LOG_REVIEW_SIGN, review)  # this one replaces it
    due = days.format_time(review.due)
    text = f"The {review.within} must be signed by {due}."
    notify(reviewers(), Kind.LOG_REVIEW_SIGN, text, review)


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
    Escalation.objects.bulk_create(Escalation(review=review, to=person) for person in to)
    concerned = {*reviewers(), *above, *Person.objects.filter(pk__in=referred)}
    settle_matter(Kind.LOG_REVIEW_LATE, review)
    clause = TERMS[ReviewKind(review.kind)].clause
    text = f"The {review.within} is overdue since {days.format_time(review.due)} (clause {clause})."
    notify(sorted(concerned, key=lambda person: person.pk), Kind.LOG_REVIEW_LATE, text, review)
