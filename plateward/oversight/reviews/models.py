"""Reviews of the audit log, their work lists, answers and signatures. The database keeps them as they were recorded."""

from datetime import timedelta
from functools import cached_property

from django.db import models
from django.db.models import Exists, OuterRef

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder, Row
from plateward.core.decisions.models import Referral, Referred
from plateward.core.jobs.lease import Leased
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches.models import Breach
from plateward.oversight.findings.models import Finding
from plateward.oversight.reviews.risks import Why
from plateward.oversight.reviews.rules import LONGEST_TEXT, Period, ReviewKind, Verdict, period_of
from plateward.people import days
from plateward.people.models import ByPerson, Person


class AuditReviews(models.QuerySet["AuditReview"]):
    def unsigned(self) -> "AuditReviews":
        """Those that nobody has signed."""
        return self.filter(~Exists(Signature.objects.filter(review=OuterRef("pk"))))


@enforces("6.b.i.10/review", "AU-6/weekly")
class AuditReview(HasPage):
    """The review of a week or a quarter of the log: its entries `first` to before `after`. `head_*`: the first signed
    head that covers all of them, which the sample's `seed` comes from. `figures`: what its charts display
    (figures.py), and how many entries of each reason are not on the list."""

    page_route = "reviews:review"
    kind = models.CharField(
        max_length=9, choices=[(kind.value, kind.value.capitalize()) for kind in ReviewKind]
    )
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    due = models.DateTimeField()
    first = models.PositiveBigIntegerField()
    after = models.PositiveBigIntegerField()
    head_size = models.PositiveBigIntegerField()
    head_root = models.CharField(max_length=64)
    head_at = models.CharField(max_length=32)
    seed = models.CharField(max_length=64)
    figures = models.JSONField()
    opened_at = models.DateTimeField(default=clock.now)

    objects = AuditReviews.as_manager()

    class Meta:
        ordering = ["-ends", "kind"]
        constraints = [models.UniqueConstraint(fields=["kind", "starts"], name="a_period_is_reviewed_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} review of {self.period}"

    @property
    def within(self) -> str:
        """Its name within a sentence."""
        return f"{self.get_kind_display().lower()} review of {self.period}"

    @cached_property
    def period(self) -> Period:
        """The week or the quarter."""
        return period_of(ReviewKind(self.kind), days.day_of(self.starts))

    @property
    def signed(self) -> "Signature | None":
        """Its signature, if it has one."""
        return getattr(self, "signature", None)

    @property
    def owner(self) -> Person | None:
        """Whose it is."""
        every = list(self.ownerships.all())
        return every[-1].to if every else None

    @property
    def overdue(self) -> bool:
        """Whether it should have been signed by now."""
        return self.signed is None and clock.now() >= self.due

    @property
    def due_soon(self) -> bool:
        """Whether less than two days are left."""
        return clock.now() >= self.due - timedelta(days=2)


@enforces("6.b.i.10/review", "AU-6/weekly")
class AuditItem(Row):
    """An entry to look at. `subject`: whose account made it, if a person's did. `why`: the gravest reason, of which
    `reasons` says all in words. `finding`: that it is part of; then it is for those who see that finding."""

    review = models.ForeignKey(AuditReview, on_delete=models.PROTECT, related_name="items")
    sequence = models.PositiveBigIntegerField()
    why = models.CharField(max_length=10, choices=Why)
    rank = models.PositiveSmallIntegerField()
    reasons = models.JSONField()
    sampled = models.BooleanField(default=False)
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["rank", "pk"]

    @property
    def risky(self) -> bool:
        """Whether it is listed for anything but the sample."""
        return self.why != Why.SAMPLE


@enforces("6.b.i.10/review")
class AuditItemView(ByPerson):
    """A sampled entry was displayed to a reviewer."""

    item = models.ForeignKey(AuditItem, on_delete=models.PROTECT, related_name="views")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "by"], name="an_item_is_displayed_once")]


@enforces("6.b.i.10/review")
class AuditAnswer(ByPerson):
    """What a reviewer made of an entry. `finding`, `breach`: what it opened."""

    item = models.OneToOneField(AuditItem, on_delete=models.PROTECT, related_name="answer")
    kind = models.CharField(max_length=8, choices=Verdict)
    text = SealedTextField(max_length=LONGEST_TEXT, blank=True)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="+")
    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, null=True, related_name="+")


@enforces("6.b.i.10/review", "AU-6/findings")
class Question(InOrder, ByPerson, Referred, HasPage):
    """What a reviewer wants to know about an entry: of the supervisor of the person whose account made it (`to`), or
    whoever it was referred to since. It is open until its entry has an answer."""

    page_route = "reviews:question"
    item = models.ForeignKey(AuditItem, on_delete=models.PROTECT, related_name="questions")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = SealedTextField(max_length=LONGEST_TEXT)

    @property
    def holders(self) -> list[Person]:
        """Who is to answer it now."""
        return super().holders or [self.to]

    @property
    def about(self) -> str:
        """Whose act it is about, for a sentence."""
        subject = self.item.subject
        return f"what {subject}’s account did" if subject else "what was done at the machine itself"


@enforces("6.b.i.10/review", "AU-6/findings")
class QuestionReferral(Referral):
    """A question that nobody answered in time went to somebody further up."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="referrals")


@enforces("6.b.i.10/review", "AU-6/findings")
class Reply(Row):
    """The answer of a person asked. `by`: None of the one who was asked first, before others could be."""

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="reply")
    text = SealedTextField(max_length=LONGEST_TEXT)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    @property
    def author(self) -> Person:
        """Who answered."""
        return self.by or self.question.to


@enforces("6.b.i.10/review", "AU-6/weekly")
class Signature(ByPerson):
    """Who signed the review, with what conclusion. `counts`: its answers, by kind, its findings, and the numbers of the
    entries that nobody could answer; kept on record, while pages count what their viewer may see."""

    review = models.OneToOneField(AuditReview, on_delete=models.PROTECT, related_name="signature")
    conclusion = SealedTextField(max_length=LONGEST_TEXT)
    counts = models.JSONField()


@enforces("AU-6/weekly")
class Ownership(Referral):
    """Whose review it is from then on: the person named, until it is another's; nobody's if nobody could have it."""

    review = models.ForeignKey(AuditReview, on_delete=models.PROTECT, related_name="ownerships")


@enforces("6.b.i.10/review", "AU-6/weekly")
class Escalation(Referral):
    """An overdue review went to somebody further up."""

    review = models.ForeignKey(AuditReview, on_delete=models.PROTECT, related_name="escalations")


class ReviewRun(Leased):
    """The one row that a node leases while it opens reviews."""
