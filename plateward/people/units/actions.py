"""Units and districts added, renamed, moved, and removed while nothing has ever used them."""

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.dispatch import Signal

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.ground.errors import ActError
from plateward.ground.policy.decision import Refusal, Refused
from plateward.ground.policy.trace import enforces
from plateward.people.models import District, Unit

UnitOrDistrict = Unit | District
# Arguments: unit (Unit), before (District or None). A unit goes to another district; a receiver's refusal stops it.
unit_moves = Signal()


class PlaceError(ActError):
    """This name is invalid: the sentence says why."""

    field = "name"


def audit_object(place: UnitOrDistrict) -> str:
    """The log's name for it."""
    return f"{type(place).__name__.lower()}:{place.name}"


@enforces("6.b.i.8/scope", "AU-2/acts")
def save_place(actor: Actor, place: UnitOrDistrict) -> UnitOrDistrict:
    """Store a new or changed unit or district, and record its earlier values. Raises PlaceError, and Refused for a
    unit whose readers would leave their area with it."""
    known = type(place).objects.filter(pk=place.pk).first() if place.pk else None
    with act(actor, Event.PLACE_UPDATE if known else Event.PLACE_ADD, audit_object(known or place)) as entry:
        before = lock_row(known) if known else None  # no reader comes to it meanwhile (fleet)
        place.name = " ".join(place.name.split())
        try:
            place.full_clean()
        except ValidationError as wrong:
            raise PlaceError(" ".join(wrong.messages)) from wrong
        if isinstance(before, Unit) and isinstance(place, Unit) and before.district_id != place.district_id:
            unit_moves.send(Unit, unit=place, before=before.district)
        if before:
            place.save(update_fields=["name", "district"] if isinstance(place, Unit) else ["name"])
        else:
            place.save(force_insert=True)
        entry.note(name=place.name, name_before=before.name if before else None)
        if isinstance(place, Unit):
            was = before.district if isinstance(before, Unit) else None
            entry.note(district=str(place.district or ""), district_before=str(was or ""))
    return place


@enforces("6.b.i.7/lists")
def remove_place(actor: Actor, place: UnitOrDistrict) -> None:
    """Remove what nothing has ever used; the record of who was where needs the others. Raises Refused."""
    with act(actor, Event.PLACE_REMOVE, audit_object(place)):
        try:
            place.delete()
        except ProtectedError as used:
            raise Refused(
                Refusal(
                    "6.b.i.7",
                    f"{place} is or was in use, so its record is kept.",
                    "Rename it instead, or move its people.",
                )
            ) from used
