"""The facts of all rooms. A room offers them in `evidence.py`, as `facts()`. May be loaded without Django."""

from plateward.core.db.setup import has_hub, setup
from plateward.ground.policy.evidence import Fact


def hub_facts() -> list[Fact]:
    """For the command line: the facts of this machine's hub; none if it is not a hub. Raises what `setup` raises."""
    if not has_hub():
        return []
    setup()
    return facts_of_rooms()


def facts_of_rooms() -> list[Fact]:
    """From each room's `evidence.py`. Each asks a few bounded questions: all together take less than two seconds."""
    from plateward.core.rooms import modules_of

    return [fact for room in modules_of("evidence") for fact in room.facts()]
