"""What lower rooms ask retention, and tell it."""

from datetime import timedelta

from django.dispatch import receiver

from plateward.field.reads.signals import term_requested, tombstones_requested
from plateward.ground.policy.trace import enforces
from plateward.work.evidence.dems.duties import duty_moved
from plateward.work.evidence.dems.models import Duty
from plateward.work.retention.holding import hold_leads
from plateward.work.retention.models import Destruction
from plateward.work.retention.scheduling import reads_term


@receiver(term_requested)
def _on_term_requested(**_: object) -> timedelta:
    return reads_term()


@receiver(tombstones_requested)
@enforces("6.h.ii/destruction")
def _on_tombstones_requested(**_: object) -> list[bytes]:
    """Those in the certificates: they count where a restored copy of the files lacks them."""
    rows = Destruction.objects.exclude(switched_at=None).values_list("tombstone", flat=True)
    return [bytes(text) for text in rows]


@receiver(duty_moved)
@enforces("6.e.iii/folder")
def _on_duty_moved(duty: Duty, **_: object) -> None:
    hold_leads(duty)
