"""What was found wrong where it is used is looked at within seconds, and told."""

from typing import Any

from django.dispatch import receiver

from plateward.core.jobs.check import check_wanted
from plateward.ground.policy.trace import enforces
from plateward.oversight.integrity.actions import check_soon
from plateward.oversight.integrity.models import CheckState


@receiver(check_wanted)
@enforces("6.b.i.3/integrity")
def _on_check_wanted(check: str, **_: Any) -> None:
    for state in CheckState.objects.filter(pk=check):  # none: it has never run, and is due
        check_soon(state)
