"""How far each check is, what it found wrong, how much it looked at on each day; and what two people accepted."""

from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import NewestFirst
from plateward.core.jobs.lease import Leased
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY

LONGEST_TEXT = 1000


@enforces("6.b.i.3/integrity")
class CheckState(Leased, HasPage):
    """A check (core/jobs/check.py) by its key. `at`: where its next step begins. A round ends when it has gone over
    everything; the next one begins at `next_round_at`."""

    page_route = "integrity:check"
    key = models.CharField(max_length=40, primary_key=True)
    at = models.TextField(blank=True, default="")
    since = models.DateTimeField(default=clock.now)
    ran_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(default=clock.now)  # when a node takes it up
    next_round_at = models.DateTimeField(default=clock.now)
    began_at = models.DateTimeField(null=True)  # this round, or the last one
    checked = models.PositiveBigIntegerField(default=0)  # in this round
    ended_at = models.DateTimeField(null=True)  # the last whole round
    checked_before = models.PositiveBigIntegerField(default=0)  # in that
    overdue_at = models.DateTimeField(null=True)  # when it was reported that it is
    asked_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)  # of a fault, since all was right
    overflowed = models.DateTimeField(null=True)  # when the round began that found more than is kept

    def __str__(self) -> str:
        return self.key


@enforces("6.b.i.3/integrity", "6.j.i/proven")
class FoundFault(models.Model):
    """Something that a check found wrong, until it looked again and it was right, or gone."""

    state = models.ForeignKey(CheckState, on_delete=models.PROTECT, related_name="faults")
    object = models.CharField(max_length=200)
    problem = models.CharField(max_length=500)
    link = models.CharField(max_length=200, blank=True)
    at = models.TextField(blank=True)
    found_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, default=clock.now)  # null: somebody asked to look again now
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state", "object"], condition=models.Q(ended_at=None), name="a_fault_is_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.object}: {self.problem}"


@enforces("6.b.i.3/integrity")
class CheckDay(models.Model):
    """What a check looked at on one day of the agency, for how long, and how many faults were new."""

    state = models.ForeignKey(CheckState, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    checked = models.PositiveBigIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    busy_ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["state", "day"], name="a_check_has_a_day_once")]

    def __str__(self) -> str:
        return f"{self.state} on {self.day}"


@enforces("6.b.i.9/records")
class Acceptance(NewestFirst, HasPage):
    """Records that were altered past the hub, which one person proposes to let stand and another decides about; then it
    never changes."""

    page_route = "integrity:acceptance"
    what = models.JSONField()  # each as it was seen (core/audit/accepting.Altered)
    # Late: an altered one leaves the others their list.
    reason = SealedTextField(max_length=LONGEST_TEXT, late=True)
    proposed_by = models.CharField(max_length=MAX_ACTOR_KEY)
    proposed_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    approved = models.BooleanField(default=False)
    note = SealedTextField(
        max_length=LONGEST_TEXT, blank=True, decides=("decided_at", "decided_by", "approved"), late=True
    )

    def __str__(self) -> str:
        return f"Acceptance {self.pk}"
