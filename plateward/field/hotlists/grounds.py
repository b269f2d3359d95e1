"""A text that gives a ground, of a search, a step of one or a hot list request, and points to one that the law bars: it
stops the act and goes to the administrators, who decide whether the words mislead. The room of searches keeps it."""

from collections.abc import Iterator
from contextlib import contextmanager

from plateward.field.hotlists.signals import ground_asked, ground_barred
from plateward.ground.policy.decision import Refused, require
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.barred import BarredRefusal, may_rest_on
from plateward.people.actor import PersonActor
from plateward.people.models import Person


class Stopped(Refused):
    """`text`, given as this (searches.models.GivenAs), points to a barred ground."""

    def __init__(self, refusal: BarredRefusal, given_as: str, text: str) -> None:
        super().__init__(refusal)
        self.given_as, self.text = given_as, text


@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic")
def require_lawful(person: Person, number: str, given_as: str, text: str, *, field: str = "") -> None:
    """Raises Refused for a ground that the law bars, unless the administrator cleared these words for this person,
    number and field. `field`: of the form, where it has another name."""
    decision = may_rest_on(text, field or given_as)
    about = {"person": person, "number": number, "given_as": given_as, "text": text.strip()}
    if not isinstance(decision, BarredRefusal):
        require(decision)
    elif not any(cleared for _, cleared in ground_asked.send(Stopped, **about)):
        raise Stopped(decision, given_as, text.strip())


@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic")
@contextmanager
def stopping(actor: PersonActor, purpose: str, number: str) -> Iterator[None]:
    """Around the act: what is refused because its ground is barred goes to the administrators."""
    try:
        yield
    except Stopped as stopped:
        ground_barred.send(Stopped, actor=actor, purpose=purpose, number=number, stopped=stopped)
        raise
