"""A row that is tried until another system has it."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from plateward.core.jobs.lease import Leased
from plateward.core.outbox.rules import LONGEST_WAIT
from plateward.ground import clock

DISK_IS_FULL = "The server's disk is full. Notify the ALPR administrator."
FIND_ERROR = "Notify the ALPR administrator, who can find the error in the hub's log."


class CommonProblem(models.TextChoices):
    """Why a try failed, with the sentence for people, which may name what only this row knows. A room that says more
    has a `Problem` of its own, with at least BROKEN, FULL and STATED."""

    AWAY = "away", "{detail}"
    BROKEN = "broken", f"The system failed at this and will retry. {FIND_ERROR}"
    FULL = "full", DISK_IS_FULL
    REFUSED = "refused", "{detail}"
    STATED = "stated", "{detail}"


class Outgoing(Leased):
    """Leased while a node tries it; that it is over, or given up, the room says by its own fields. `problem`: why the
    last try failed, a code of `Problem`."""

    Problem: ClassVar[type[models.TextChoices]] = CommonProblem
    longest_wait: ClassVar[timedelta] = LONGEST_WAIT

    due_at = models.DateTimeField(default=clock.now, db_index=True, help_text="When it is tried next.")
    tries = models.PositiveIntegerField(default=0, help_text="Failed since the last progress.")
    problem = models.CharField(max_length=12, blank=True)
    detail = models.CharField(max_length=300, blank=True, help_text="Of the problem, if there is one.")

    class Meta:
        abstract = True

    @property
    def problem_text(self) -> str:
        """Why the last try failed, for people; empty if it did not."""
        return sentence_of(self.Problem(self.problem), self.detail) if self.problem else ""


def sentence_of(problem: models.TextChoices, detail: str) -> str:
    """What people read of a problem."""
    return str(problem.label).format(detail=detail)
