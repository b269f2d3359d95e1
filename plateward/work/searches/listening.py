"""Grounds that the law bars, in texts of searches and of hot list requests: kept for the administrators, who decide
whether the words mislead."""

from typing import Any

from django.dispatch import receiver

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.hotlists.grounds import Stopped
from plateward.field.hotlists.signals import ground_asked, ground_barred
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.work.searches import records, routing
from plateward.work.searches.models import GivenAs, StoppedRequest


@receiver(ground_asked)
@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic")
def _on_ground_asked(person: Person, number: str, given_as: str, text: str, **_: Any) -> bool:
    return records.is_cleared(person, number, GivenAs(given_as), text)


@receiver(ground_barred)
@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic", "6.b.i.9/denied")
def _on_ground_barred(actor: PersonActor, purpose: str, number: str, stopped: Stopped, **_: Any) -> None:
    """Keep it and notify the administrators, unless the very same waits for their decision already."""
    person, refusal, given_as = actor.person, stopped.refusal, GivenAs(stopped.given_as)
    with act(actor, Event.SEARCH_STOP, f"person:{person.username}") as entry:
        entry.note(clause=refusal.clause, number=number, field=given_as.value)
        if records.waits_for_administrator(person, number, given_as, stopped.text):
            entry.note(passed="the same waits for a decision already")
            return
        kept = StoppedRequest.objects.create(
            person=person,
            at=clock.now(),
            purpose=purpose,
            reason=stopped.text,
            field=given_as,
            number=number,
            clause=refusal.clause,
            why=refusal.help[:400],
        )
        entry.note(stopped=kept.pk)
        text = f"A {kept.what} by {person} was stopped (clause {refusal.clause}): is its purpose barred?"
        notify(routing.administrators(), Kind.SEARCH_STOP, text, kept)
