"""Showing plates of a search that starts from a place, one by one, and asking for approval of the next few."""

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.mentions import plate_thing
from plateward.field.hotlists.grounds import require_lawful, stopping
from plateward.ground import clock
from plateward.ground.matching.partial import normalize_partial
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.work.searches import records, routing, unmasking_rules
from plateward.work.searches.models import GivenAs, Search, SearchStep, Unmasking


@enforces("6.a.ii.2/place", "6.b.i.9/entries")
def unmask(actor: PersonActor, pk: int, plate: str, reason: str) -> None:
    """Show one plate of a search that started from a place, as the read has it. Raises Refused."""
    digest = records.vehicle_digest(plate)
    asked = Search.objects.get(pk=pk)
    with (
        stopping(actor, asked.purpose, asked.number),
        act(actor, Event.SEARCH_UNMASK, f"search:{pk}") as entry,
    ):
        search = records.lock_search(pk)
        entry.mention(plate_thing(plate))
        entry.note(plate=records.plate_mark(plate))
        unmasked = {unmasking.digest for unmasking in search.unmaskings.all()}
        if digest in unmasked:
            entry.note(shown_before=True)
            return
        require(
            unmasking_rules.may_unmask(
                records.state(search),
                own=search.person_id == actor.person.pk,
                from_place=search.starts_from_place,
                unmasked=len(unmasked),
                approved_steps=records.approved_steps(list(search.decisions.all())),
                reason=reason,
            )
        )
        require_lawful(actor.person, search.number, GivenAs.UNMASKING, reason, field="reason")
        if records.is_registered(plate):
            entry.note(protected=True)
            text = f"Flagged: {search} of {search.person} unmasked a vehicle of the register of protected vehicles."
            routing.flag(search, text)
        Unmasking.objects.create(
            search=search,
            digest=digest,
            plate=normalize_partial(plate),
            reason=reason.strip(),
            at=clock.now(),
        )


@enforces("6.a.ii.2/place", "6.b.i.9/entries")
def ask_step(actor: PersonActor, pk: int, why: str) -> None:
    """Ask for approval to unmask more plates. Raises Refused."""
    asked = Search.objects.get(pk=pk)
    with (
        stopping(actor, asked.purpose, asked.number),
        act(actor, Event.SEARCH_STEP, f"search:{pk}") as entry,
    ):
        search = records.lock_search(pk)
        steps, decisions = list(search.steps.all()), list(search.decisions.all())
        require(
            unmasking_rules.may_ask_step(
                records.state(search),
                own=search.person_id == actor.person.pk,
                from_place=search.starts_from_place,
                unmasked=search.unmaskings.count(),
                steps=records.approved_steps(decisions),
                waiting={step.number for step in steps} > {decision.step for decision in decisions} - {0},
                why=why,
            )
        )
        require_lawful(actor.person, search.number, GivenAs.STEP, why)
        step = SearchStep.objects.create(
            search=search, number=routing.next_step_number(steps), why=why.strip(), at=clock.now()
        )
        entry.note(step=step.number)
        routing.notify_deciders(search, step.number)
