"""Receives what moves readers without their own move, within the act that sends it."""

from typing import Any

from django.dispatch import receiver

from plateward.field.fleet.models import Reader
from plateward.field.fleet.placements.rules import may_take_along
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.models import Unit
from plateward.people.units.actions import unit_moves


@receiver(unit_moves)
@enforces("6.e.v/transfer")
def _on_unit_moves(unit: Unit, **_: Any) -> None:
    """A unit's readers would be in its new district with it."""
    readers = Reader.objects.filter(unit=unit, revoked_at=None).order_by("name")
    require(may_take_along(str(unit), list(readers.values_list("name", flat=True))))
