"""Who reviews the log, and who may see which entry of a work list: never their own, nor a superior's."""

from django.db.models import Q, QuerySet

from plateward.ground.policy.trace import enforces
from plateward.oversight.findings.audience import OUTSIDE, findings_for
from plateward.oversight.reviews.models import AuditItem, AuditReview
from plateward.people.access.rules import refusals_for
from plateward.people.access.standing import standings_of
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.superiors import chain_above


@enforces("6.b.i.10/review", "AU-6/weekly")
def reviewers() -> QuerySet[Person]:
    """Whose work it is: the ALPR administrators, auditors and the CJIS Security Officer. The Chief hears of it late."""
    return Person.objects.filter(role__in=(Role.ADMINISTRATOR, *OUTSIDE)).order_by("pk")


@enforces("6.b.i.10/review", "6.f.i.3/investigate", "6.c.ii/people")
def items_for(viewer: Person) -> QuerySet[AuditItem]:
    """The entries that this person may see and answer: neither their own nor those of anybody above them, whom
    the Chief is unless they are outside every chain of command, nor of anybody with the same role. Those
    outside answer the Chief's and the administrators', whoever leads them: nobody else may. What is part of a finding
    is for those to whom the finding goes."""
    above = Person.objects.filter(pk__in=chain_above(viewer))
    if viewer.role in OUTSIDE:
        above = above.exclude(role__in=(Role.CHIEF, Role.ADMINISTRATOR))
    barred = Q(subject=viewer) | Q(subject__in=above) | Q(subject__role=viewer.role)
    if viewer.role not in OUTSIDE:
        barred |= Q(subject__role=Role.CHIEF)
    seen = Q(finding=None) | Q(finding__in=findings_for(viewer))
    # An entry without a person's account is nobody's own.
    return AuditItem.objects.filter(Q(subject=None) | ~barred).filter(seen)


@enforces("6.b.i.10/review")
def waiting_items(review: AuditReview) -> QuerySet[AuditItem]:
    """The entries without an answer, whoever may see them."""
    return review.items.filter(answer=None)


@enforces("6.b.i.10/review", "6.c.ii/people")
def without_reviewer(review: AuditReview) -> QuerySet[AuditItem]:
    """Of those, the entries that nobody with access in force may answer: they must not keep a review from being
    signed, and stay without an answer on record."""
    items = waiting_items(review)
    people = Person.objects.filter(role__in=(Role.CHIEF, Role.ADMINISTRATOR, *OUTSIDE))
    standings = standings_of(set(people.values_list("pk", flat=True)))
    for person in people:
        if not refusals_for(standings[person.pk], Permission.AUDIT_REVIEW):
            items = items.exclude(pk__in=items_for(person).values("pk"))
    return items
