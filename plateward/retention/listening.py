"""What lower rooms ask retention."""

from datetime import timedelta

from django.dispatch import receiver

from plateward.policy.trace import enforces
from plateward.reads.signals import term_asked, tombstones_asked
from plateward.retention.models import Destruction
from plateward.retention.schedule import reads_term


@receiver(term_asked)
def _on_term_asked(**_: object) -> timedelta:
    return reads_term()


@receiver(tombstones_asked)
@enforces("6.h.ii", "6.j.i")
def _on_tombstones_asked(**_: object) -> list[bytes]:
    """Those in the certificates: they count where a restored copy of the files lacks them."""
    rows = Destruction.objects.exclude(switched_at=None).values_list("tombstone", flat=True)
    return [bytes(text) for text in rows]
