"""Who is notified about a list, and a person's choice of that."""

from collections.abc import Iterable

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.hotlists.audience import audiences, cleared_for
from plateward.field.hotlists.models import HotList, NoticeOptOut
from plateward.ground.policy.decision import Allow, Decision, Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.routing import able
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role


@enforces("5.h/reports")
def may_turn_off(person: int, acting_owner: int | None) -> Decision:
    """`acting_owner`: the key of the list's owner, if that person can act on it now. Somebody always hears that a list
    was not refreshed, waits for a decision or is muted."""
    if acting_owner is None:
        return Refusal(
            "5.h",
            "No owner who can act on this list is named.",
            "Name an administrator with access, and in its audience, as its owner in its settings.",
        )
    if acting_owner == person:
        return Refusal("5.h", "You own this list.", "Name another owner in its settings first.")
    return Allow()


def administrators_to_notify(hotlist: HotList) -> list[Person]:
    """The ALPR administrators who may know of the list, but for those who turned off their notices about this list."""
    return to_notify(hotlist, Person.objects.filter(role=Role.ADMINISTRATOR).order_by("pk"))


@enforces("5.h/reports", "6.c.ii/lists")
def to_notify(hotlist: HotList, people: Iterable[Person]) -> list[Person]:
    """Those of these people who are to hear about the list; of a covert one only whom it names, and all of them where
    none of these people is. Once its owner is another or can no longer act, what was turned off is on again."""
    cleared = cleared_for(hotlist)
    if cleared is not None:
        people = [person for person in people if person.pk in cleared] or list(hotlist.people.order_by("pk"))
    off = set(NoticeOptOut.objects.filter(hotlist=hotlist).values_list("person", flat=True))
    owner = acting_owner(hotlist) if off else None
    return [
        person
        for person in people
        if person.pk not in off or not isinstance(may_turn_off(person.pk, owner), Allow)
    ]


@enforces("6.c.ii/lists")
def acting_owner(hotlist: HotList) -> int | None:
    """The key of the list's owner, if that person can act on it now: has access, and may see the list."""
    owner: int | None = hotlist.owner_id
    if owner is None or hotlist.pk not in audiences([owner])[owner]:
        return None
    return owner if able([owner], Permission.HOTLIST_MANAGE) else None


def decision_for(person: Person, hotlist: HotList) -> Decision:
    """Whether this person may turn off their notices about the list."""
    return may_turn_off(person.pk, acting_owner(hotlist))


@enforces("6.b.i.9/entries")
def choose_notices(actor: PersonActor, hotlist: HotList, *, on: bool) -> None:
    """Turn this person's notices about the list on or off. Raises Refused."""
    with act(actor, Event.NOTICE_CHOOSE, f"hotlist:{hotlist.name}") as entry:
        entry.note(on=on)
        if on:
            NoticeOptOut.objects.filter(person=actor.person, hotlist=hotlist).delete()
            return
        require(decision_for(actor.person, hotlist))
        NoticeOptOut.objects.get_or_create(person=actor.person, hotlist=hotlist)
