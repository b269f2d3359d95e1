"""For how long the agency keeps a read without a hit."""

from datetime import timedelta
from typing import cast

from django.conf import settings

from plateward.field.reads.signals import term_requested
from plateward.ground.policy.trace import enforces


@enforces("6.h.i/terms", "6.h.ii/reads")
def reads_kept() -> timedelta:
    """As the schedule in force says; before the Chief approved one, as the site set it."""
    answers = [cast(timedelta, answer) for _, answer in term_requested.send(sender=None)]
    return max(answers, default=settings.READS_KEPT)
