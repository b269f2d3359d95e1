"""Test actions on alerts and their hot lists."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row
from plateward.field.hotlists.models import Entry, HotList
from plateward.field.hotlists.signals import entries_ended
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import acting, person
from plateward.testing.hotlist import GLORIA
from plateward.work.alerts.holds import hits_on
from plateward.work.alerts.models import Alert
from plateward.work.alerts.overrides.actions import allow_exception
from plateward.work.alerts.overrides.models import DangerException
from plateward.work.alerts.queue.live_queue import ringing_event
from plateward.work.alerts.routing.presence import recipient_of
from plateward.work.alerts.verifying.asking import services
from plateward.work.alerts.verifying.asking.actions import ask_ncic
from plateward.work.alerts.verifying.models import Verification

BASIS = "General order 14 of the Chief: shots fired, or a child in danger of life."


def allow_overrides() -> DangerException:
    """The Chief's exception, for a week."""
    return allow_exception(acting("hector"), BASIS, clock.now() + timedelta(days=7))


ORI = "NM0000000"
STORY = "Stopped the vehicle at mile 12; the driver was arrested and the vehicle recovered."


def verify_with_ncic(ada: PersonActor, alert: Alert) -> Verification:
    return ask_ncic(ada, alert, services.switch(), ORI)


def held_reads(day: date) -> set[UUID]:
    """The reads of that UTC day that raised or joined an alert."""
    return {hit.read for hit in hits_on(day)}


END_REASON = "The owner has the vehicle back."


def end_entries(*entries: UUID) -> None:
    """Send what an act that ends these entries sends."""
    with act(GLORIA, Event.HOTLIST_RECALL, "hotlist:State hot file"):
        entries_ended.send(sender=Entry, entries=list(entries), cause="removal", reason=END_REASON)


def ringing(who: Person) -> list[Any]:
    """What rings for this person on a page that opens now."""
    alerts: list[Any] = ringing_event(recipient_of(who.pk)).data["alerts"]
    return alerts


def make_covert(*names: str, owner: Person | None = None) -> HotList:
    hotlist = HotList.objects.get()
    change_row(hotlist, covert=True, owner=owner)
    hotlist.people.set([person(name) for name in names])
    return hotlist


# What forms submit of where something goes: as a disclosure, or as a lead of a case.
DISCLOSED = {"destination": "disclosure", "purpose": "field"}
VETTED = {
    "destination": "dems",
    "method": "image",
    "vetted_by": "Ada Archuleta (badge-ada)",
    "vetted_at": "2026-11-24T08:00",
    "words": "The dent in the left door is that of the store's video.",
}
