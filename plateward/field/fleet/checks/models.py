"""Function checks. The database prevents changes and removal (migrations)."""

from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.field.fleet.checks.steps import GUIDE, MOST_WORDS, CheckStep, step_names
from plateward.field.fleet.models import Instructions, Reader
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person


@enforces("6.e.iv.1/check")
class ReaderCheck(models.Model):
    """One check of a reader by one person. `failed` repeats its answers' failures, for incoming alerts."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="checks")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    instructions = models.ForeignKey(
        Instructions,
        on_delete=models.PROTECT,
        null=True,
        related_name="checks",
        help_text="The manufacturer's, that the page linked.",
    )
    failed = models.JSONField(default=list, help_text="The steps that failed; none: it is passed.")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["reader", "-at"], name="check_by_reader")]

    def __str__(self) -> str:
        return f"check of {self.reader}, {self.at:%Y-%m-%d %H:%M} UTC"

    @property
    def wrong(self) -> str:
        """The names of the failed steps; "" if it passed."""
        return step_names(tuple(self.failed))


@enforces("6.e.iv.1/check")
class CheckAnswer(models.Model):
    """A person's answer for one step, and what the hub showed beside it."""

    of = models.ForeignKey(ReaderCheck, on_delete=models.PROTECT, related_name="answers")
    step = models.CharField(max_length=10, choices=[(step.value, GUIDE[step].name) for step in CheckStep])
    right = models.BooleanField()
    words = SealedTextField(blank=True, max_length=MOST_WORDS)
    known = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["of", "step"], name="one_answer_per_check_and_step")]

    def __str__(self) -> str:
        return f"{self.of}, {self.step}"
