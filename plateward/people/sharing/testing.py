"""A sharing configuration that is signed and in force, and what it makes public."""

from plateward.people import signed
from plateward.people.actor import PersonActor
from plateward.people.sharing import actions
from plateward.people.sharing.models import SharingDocument
from plateward.people.sharing.public import Public
from plateward.people.sharing.running import canonical, running
from plateward.people.testing import person

WHY = "Each role and agency has what its duties need."


def running_digest() -> str:
    """What the page shows to whoever signs."""
    return signed.digest_of(canonical(running()))


def make_public(what: Public) -> None:
    """Hector turns it on, and it is signed."""
    actions.turn(PersonActor.of(person("hector")), what, "The public may see how readers are used.", on=True)
    put_in_force()


def put_in_force() -> SharingDocument:
    """Gloria signs what runs, and Hector countersigns."""
    made = actions.sign(PersonActor.of(person("gloria")), running_digest(), WHY)
    actions.decide(PersonActor.of(person("hector")), made, actions.seen_by(made), approve=True, note="")
    return made
