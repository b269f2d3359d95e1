"""A narrative that points to a ground that the law bars stops its request, as a search is stopped. The room of searches
keeps it for the administrators' decision, and says what they cleared."""

from collections.abc import Iterator
from contextlib import contextmanager

from plateward.hotlists.requests.rules import PlateListing
from plateward.hotlists.signals import ground_asked, ground_barred
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.policy.decision import Refused, require
from plateward.policy.trace import enforces
from plateward.reasons.barred import BarredRefusal, may_rest_on


@enforces("SB40.share", "SB40.use")
def require_lawful(requester: Person, listing: PlateListing) -> None:
    """Raises Refused unless the administrator cleared these words for this person and number."""
    decision = may_rest_on(listing.narrative, "narrative")
    given = {"person": requester, "number": listing.number, "text": listing.narrative.strip()}
    if not isinstance(decision, BarredRefusal) or not any(
        cleared for _, cleared in ground_asked.send(PlateListing, **given)
    ):
        require(decision)


@enforces("SB40.share", "SB40.use", "6.b.i.9")
@contextmanager
def stopping(actor: PersonActor, listing: PlateListing) -> Iterator[None]:
    """Around the act: what is refused because its ground is barred goes to the administrators."""
    try:
        yield
    except Refused as refused:
        if isinstance(refused.refusal, BarredRefusal):
            ground_barred.send(PlateListing, actor=actor, listing=listing, refusal=refused.refusal)
        raise
