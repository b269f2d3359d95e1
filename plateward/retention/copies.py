"""What else of a destroyed read lies in the database, and goes with it. What stays is a record of what people did
(docs/decisions/0111)."""

from collections.abc import Collection
from uuid import UUID

from plateward.alerts.models import Confirmation
from plateward.matching.partial import plates_agree
from plateward.policy.trace import enforces


@enforces("6.h.ii")
def blank_copies(reads: Collection[UUID]) -> int:
    """Within the act that destroyed these reads: where a person read another plate than the listed one from the image,
    that plate is a bystander's. Returns how many were blanked."""
    rows = Confirmation.objects.filter(alert__read__in=reads, agrees=False).exclude(plate="")
    others = [
        row.pk
        for row in rows.select_related("alert__entry")
        if not plates_agree(row.plate, row.alert.entry.plate)
    ]
    return Confirmation.objects.filter(pk__in=others).update(plate="")
