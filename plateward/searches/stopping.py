"""What stops a search, and a hot list request: a text that gives a ground, in any field, and points to one that the law
bars. It goes to the administrators, who decide whether the words mislead."""

from collections.abc import Iterator
from contextlib import contextmanager

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import EntryDraft, act
from plateward.hotlists.requests.rules import PlateListing
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.decision import Refused, require
from plateward.policy.trace import enforces
from plateward.reasons.barred import BarredRefusal, may_rest_on
from plateward.searches import records, routing
from plateward.searches.models import GivenAs, StoppedSearch


@enforces("SB40.share", "SB40.use")
def require_lawful(person: Person, number: str, given_as: GivenAs, text: str, *, field: str = "") -> None:
    """Any text that gives a ground, as the reason: none that the law bars, unless the administrator cleared it there.
    `field`: of the form, where it has another name."""
    decision = may_rest_on(text, field or given_as)
    if not isinstance(decision, BarredRefusal):
        require(decision)
    elif not records.is_cleared(person, number, given_as, text.strip()):
        raise _Stopped(decision, given_as, text.strip())


class _Stopped(Refused):
    """The text that points to a barred ground goes to the administrators."""

    def __init__(self, refusal: BarredRefusal, given_as: GivenAs, text: str) -> None:
        super().__init__(refusal)
        self.given_as, self.text = given_as, text


@enforces("SB40.share", "SB40.use", "6.b.i.9")
@contextmanager
def stopping(actor: PersonActor, purpose: str, number: str) -> Iterator[None]:
    """Around the act: what is refused because its ground is barred goes to the administrators."""
    try:
        yield
    except _Stopped as stopped:
        _keep_stopped(actor, purpose, number, stopped)
        raise


def keep_request(actor: PersonActor, listing: PlateListing, refusal: BarredRefusal) -> None:
    """A hot list request was refused because its ground is barred."""
    stopped = _Stopped(refusal, GivenAs.NARRATIVE, listing.narrative.strip())
    _keep_stopped(actor, listing.reason, listing.number, stopped)


def _keep_stopped(actor: PersonActor, purpose: str, number: str, refused: _Stopped) -> None:
    """Keep it for the administrators' decision and notify them, unless the very same waits for it already."""
    with act(actor, Event.SEARCH_STOP, f"person:{actor.person.username}") as entry:
        _keep_once(entry, actor.person, purpose, number, refused)


def _keep_once(entry: EntryDraft, person: Person, purpose: str, number: str, refused: _Stopped) -> None:
    refusal = refused.refusal
    entry.note(clause=refusal.clause, number=number, field=refused.given_as.value)
    if records.waits_for_administrator(person, number, refused.given_as, refused.text):
        entry.note(passed="the same waits for a decision already")
        return
    stopped = StoppedSearch.objects.create(
        person=person,
        at=clock.now(),
        purpose=purpose,
        reason=refused.text,
        field=refused.given_as,
        number=number,
        clause=refusal.clause,
        why=refusal.help[:400],
    )
    entry.note(stopped=stopped.pk)
    text = f"A {stopped.what} by {person} was stopped (clause {refusal.clause}): is its purpose barred?"
    notify(routing.administrators(), Kind.SEARCH_STOP, text, stopped)
