"""Each review is one person's: of those who may do it, who had one least lately. It goes to the next one once they can
do it no longer, or have done nothing with it for half of its time."""

from datetime import datetime

from django.db.models import Max

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft
from plateward.core.decisions.models import refer
from plateward.core.decisions.reminders import Reminder
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.reviews.audience import reviewers
from plateward.oversight.reviews.models import AuditAnswer, AuditReview, Ownership, Question
from plateward.oversight.reviews.rules import ReviewKind, has_idled
from plateward.people.chain_of_command.routing import able
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role


def _candidates(review: AuditReview) -> list[Person]:
    """Who may own it: of a quarter, the administrators, who sign it; who had one least lately first."""
    people = (
        reviewers().filter(role=Role.ADMINISTRATOR) if review.kind == ReviewKind.QUARTERLY else reviewers()
    )
    lately = dict(Ownership.objects.values_list("to").annotate(Max("pk")).order_by())
    fit = able(list(people.values_list("pk", flat=True)), Permission.AUDIT_REVIEW)
    return sorted(fit.values(), key=lambda person: lately.get(person.pk, 0))


@enforces("AU-6/weekly")
def give_on(entry: EntryDraft, review: AuditReview, why: str = "Nobody had it before") -> Person | None:
    """Within an act: the review is the next person's. Returns them; None: nobody else can have it."""
    before = review.owner
    owner = next((person for person in _candidates(review) if person != before), None)
    refer(review.ownerships, [owner] if owner else [], why)
    entry.note(owner=owner.username if owner else "", why=why)
    return owner


def _why_given_on(review: AuditReview) -> str:
    """Why it is no longer its owner's; empty: it stays."""
    last, fit = review.ownerships.last(), _candidates(review)
    owner = last.to if last else None
    if review.signed or not set(fit) - {owner}:
        return ""
    if last is None or owner is None:
        return "It had no owner"
    if owner not in fit:
        return "Its owner cannot review it now"
    idle = has_idled(ReviewKind(review.kind), last.at, clock.now(), acted=_has_acted(review, owner, last.at))
    return f"{owner} had done nothing with it" if idle else ""


def _has_acted(review: AuditReview, owner: Person, since: datetime) -> bool:
    done = {"item__review": review, "by": owner, "at__gte": since}
    return AuditAnswer.objects.filter(**done).exists() or Question.objects.filter(**done).exists()


@enforces("AU-6/weekly")
def _give_on(entry: EntryDraft, review: AuditReview) -> None:
    why = _why_given_on(review)
    owner = give_on(entry, review, why)
    if owner:
        text = f"The {review.within} is yours from now on. {why}."
        notify([owner], Kind.LOG_REVIEW_OWN, text, review)


hand_on = Reminder(
    Event.REVIEW_ASSIGN,
    AuditReview.objects.unsigned,
    lambda review: bool(_why_given_on(review)),
    _give_on,
    every=600.0,
)
