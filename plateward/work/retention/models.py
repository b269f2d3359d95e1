"""The schedule, legal holds, adjudications and destruction orders, which are kept (migrations); and what runs did."""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import cached_property

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder, NewestFirst
from plateward.core.jobs.lease import Leased
from plateward.core.pages.models import HasPage
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person
from plateward.work.alerts.models import Alert
from plateward.work.evidence.dems.models import Duty
from plateward.work.retention.deciding import (
    LONGEST_TEXT,
    CaseOutcome,
    HoldKind,
)
from plateward.work.retention.rules import Covers, Term

LONGEST_BASIS = 200
LONGEST_NUMBER = 60


@enforces("6.h.i/terms", "4.b/schedule")
class Schedule(NewestFirst, HasPage):
    """The terms as the administrator proposed them, until the Chief decides; then it never changes."""

    page_route = "retention:schedule"
    proposed_by = models.CharField(max_length=MAX_ACTOR_KEY)
    proposed_at = models.DateTimeField(default=clock.now)
    why = models.CharField(max_length=LONGEST_TEXT)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    approved = models.BooleanField(default=False)
    note = models.CharField(max_length=LONGEST_TEXT, blank=True)

    def __str__(self) -> str:
        return f"Schedule {self.pk}"

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """As the clocks have it."""
        return tuple(row.term for row in self.rows.select_related("hotlist").order_by("pk"))


class ScheduleTerm(InOrder):
    """A term of a schedule."""

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="rows")
    covers = models.CharField(max_length=7, choices=Covers)
    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, null=True, related_name="+")
    days = models.PositiveIntegerField()
    basis = models.CharField(max_length=LONGEST_BASIS)

    def __str__(self) -> str:
        return f"{self.term.label}: {self.days} days"

    @property
    def term(self) -> Term:
        """As the clocks have it."""
        name = self.hotlist.name if self.hotlist else ""
        return Term(Covers(self.covers), self.days, self.basis, self.hotlist_id, name)


class Holds(models.QuerySet["Hold"]):
    """Queries for holds."""

    def live(self) -> "Holds":
        """Those that nobody lifted; a review that is overdue changes nothing."""
        return self.filter(lifted_at=None)


@enforces("6.h.i/terms", "6.h.ii/held", "6.b.i.2/hold", "6.e.iii/folder")
class Hold(NewestFirst, HasPage):
    """Keeps what it covers until its owner or the administrator lifts it. `review_on`: the first review; later ones
    are its reviews."""

    page_route = "retention:hold"
    kind = models.CharField(max_length=6, choices=HoldKind)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="+")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, related_name="+")
    plate = SealedTextField(max_length=20, blank=True)
    camera = models.CharField(max_length=64, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    meters = models.FloatField(null=True)
    number = models.CharField(max_length=LONGEST_NUMBER, blank=True)  # of a case
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    reason = SealedTextField(max_length=LONGEST_TEXT)
    basis = models.CharField(max_length=LONGEST_BASIS)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=clock.now)
    review_on = models.DateField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    lifted_reason = SealedTextField(max_length=LONGEST_TEXT, blank=True, decides=("lifted_at", "lifted_by"))

    objects = Holds.as_manager()

    def __str__(self) -> str:
        return f"Hold {self.pk}"

    @property
    def covers(self) -> str:
        """What it covers, without a plate."""
        match HoldKind(self.kind):
            case HoldKind.ALERT:
                return f"Alert {self.alert_id}"
            case HoldKind.PLATE:
                return "A plate"
            case HoldKind.CAMERA:
                return f"Camera {self.camera}"
            case HoldKind.PLACE:
                return f"{self.meters:,.0f} m around {self.lat:.4f}, {self.lon:.4f}"
            case HoldKind.EXPORT if self.duty:
                return f"{self.duty.subject.capitalize()} for case {self.number}"
        return f"Case {self.number}"

    @cached_property
    def leads(self) -> dict[date, set[UUID]]:
        """The reads that their export holds, by their UTC day."""
        by_day: dict[date, set[UUID]] = defaultdict(set)
        for key in self.duty.keys if self.duty else ():
            by_day[key.day].add(key.id)
        return by_day

    @cached_property
    def next_review(self) -> date:
        """When it is to be reviewed next."""
        last = self.reviews.order_by("-pk").first()
        return last.next_on if last else self.review_on


class HoldReview(InOrder):
    """Somebody found that a hold is still needed."""

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="reviews")
    next_on = models.DateField()
    note = SealedTextField(max_length=LONGEST_TEXT)
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.hold} reviewed at {self.at}"


@enforces("6.h.ii/enforcement")
class Adjudication(NewestFirst):
    """How a case ended; the last row of a case counts. `alert`: evidence of it that no case tagged."""

    number = models.CharField(max_length=LONGEST_NUMBER)
    bare = models.CharField(max_length=LONGEST_NUMBER, db_index=True)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="+")
    court = models.CharField(max_length=200)
    outcome = models.CharField(max_length=9, choices=CaseOutcome)
    decided_on = models.DateField()
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"Case {self.number}: {self.get_outcome_display()}"

    @property
    def final(self) -> bool:
        """Whether the case is over."""
        return self.outcome != CaseOutcome.REOPENED


class Orders(models.QuerySet["DestructionOrder"]):
    """Queries for orders."""

    def standing(self) -> "Orders":
        """Those that nobody revoked."""
        return self.filter(revoked_at=None)

    def waiting(self) -> "Orders":
        """Those whose run has not come."""
        open_items = OrderItem.objects.filter(order=OuterRef("pk"), done_at=None)
        return self.standing().filter(Exists(open_items))


@enforces("6.h.ii/order")
class DestructionOrder(NewestFirst, HasPage):
    """Signed by the Chief or designee for named evidence. A run carries it out once nothing keeps the reads."""

    page_route = "retention:order"
    document = models.CharField(max_length=LONGEST_BASIS)
    reason = SealedTextField(max_length=LONGEST_TEXT)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    revoked_reason = SealedTextField(
        max_length=LONGEST_TEXT, blank=True, decides=("revoked_at", "revoked_by")
    )

    objects = Orders.as_manager()

    def __str__(self) -> str:
        return f"Destruction order {self.pk}"

    @property
    def done(self) -> bool:
        """Whether all that it names is destroyed."""
        return self.done_at is not None

    @property
    def done_at(self) -> datetime | None:
        """When the last of it was; None before."""
        ends = [item.done_at for item in self.items.all()]
        return None if None in ends else max((end for end in ends if end), default=None)


class OrderItem(models.Model):
    """Evidence that an order names: the reads of an alert. `done_at`: when none of them was left."""

    order = models.ForeignKey(DestructionOrder, on_delete=models.PROTECT, related_name="items")
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "alert"], name="an_order_names_an_alert_once")
        ]

    def __str__(self) -> str:
        return f"{self.alert} of {self.order}"


class DateConfirmation(NewestFirst):
    """An administrator confirmed that the hub's date is right, so that what is due may be destroyed on that day."""

    day = models.DateField()
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.day} confirmed"


class Run(NewestFirst, Leased):
    """A run of retention; one at a time. `problem`: why it destroyed nothing, or stopped."""

    begun_at = models.DateTimeField(default=clock.now, db_index=True)
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    ended_at = models.DateTimeField(null=True)
    trusted = models.BooleanField(default=False, help_text="It found the clock to be right.")
    days = models.PositiveIntegerField(default=0)  # looked at
    problem = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"Retention run {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:index")


@enforces("6.h.ii/destruction", "MP-6/recorded")
class Destruction(HasPage):
    """A generation of a day's key, destroyed with all that it sealed but what was resealed before. The certificate.

    `rules`: by which rule how many reads went (None: all others); `kept`: by what how many stayed."""

    page_route = "retention:certificate"

    class Stage(models.TextChoices):
        PLANNED = "planned", "Copying what stays"
        BEGUN = "begun", "On the log, being destroyed"
        SWITCHED = "switched", "Key destroyed"
        COMPLETED = "completed", "Destroyed"

    day = models.DateField()
    generation = models.PositiveIntegerField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="destructions")
    stage = models.CharField(max_length=9, choices=Stage, default=Stage.PLANNED)
    planned_at = models.DateTimeField(default=clock.now)
    begun_at = models.DateTimeField(null=True)
    switched_at = models.DateTimeField(null=True)
    rules = models.JSONField(default=list)
    kept = models.JSONField(default=list)
    reads = models.PositiveIntegerField(default=0)
    images = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    stays = models.PositiveIntegerField(default=0)
    copies = models.JSONField(default=list)  # what else was blanked, and how many
    tombstone = models.BinaryField(default=b"")
    completed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-day", "-generation"]
        constraints = [
            models.UniqueConstraint(fields=["day", "generation"], name="a_generation_is_destroyed_once")
        ]

    def __str__(self) -> str:
        return f"Destruction {self.pk}"

    @property
    def whole(self) -> bool:
        """Whether nothing of the day was left."""
        return not self.stays


class DayStanding(models.Model):
    """What a run or the daily look found of a day: a copy for the page, made anew each time."""

    day = models.DateField(unique=True)
    looked_at = models.DateTimeField()
    reads = models.PositiveIntegerField()
    generation = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, db_index=True)
    classes = models.JSONField(default=dict)  # how many reads are kept as what
    goes = models.JSONField(default=list)  # at its next end: by which rule, and how many if it is known
    stays = models.JSONField(default=list)  # then: why, how many, until when

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.reads} reads of {self.day}"
