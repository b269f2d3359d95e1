"""Receives what moves readers without their own move, within the act that sends it."""

from typing import Any

from django.dispatch import receiver

from plateward.fleet.models import Reader
from plateward.fleet.placements.rules import may_take_along
from plateward.people.models import Unit
from plateward.people.units.actions import unit_moves
from plateward.policy.decision import require
from plateward.policy.trace import enforces


@receiver(unit_moves)
@enforces("6.e.v")
def _on_unit_moves(unit: Unit, **_: Any) -> None:
    """A unit's readers would be in its new district with it."""
    readers = Reader.objects.filter(unit=unit, revoked_at=None).order_by("name")
    require(may_take_along(str(unit), list(readers.values_list("name", flat=True))))
