"""A person who acts: the audit log names them, and rules read the person."""

from dataclasses import dataclass

from plateward.core.audit.actor import Actor
from plateward.people.models import Person


@dataclass(frozen=True, kw_only=True)
class PersonActor(Actor):
    person: Person

    @classmethod
    def of(cls, person: Person, address: str = "", session: str = "", purpose: str = "") -> "PersonActor":
        """This person, from this address, in this session (a hash), for this purpose."""
        return cls("person", person.username, person.full_name, address, session, purpose, person=person)


def acting_person(actor: Actor) -> Person | None:
    """The person who acts; None where it is a device, the hub or its command line. Raises TypeError for a person who is
    known by name alone: such an actor would pass for the hub."""
    if isinstance(actor, PersonActor):
        return actor.person
    if actor.kind == "person":
        raise TypeError(f"The person {actor.id} acts as a PersonActor.")
    return None
