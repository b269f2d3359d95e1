"""An offense recorded, handled, appealed, lifted: the only module that writes penalties."""

from zoneinfo import ZoneInfo

from django.conf import settings

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.core.decisions.rules import is_as_seen
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.access.standing import keeps_an_administrator
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import managers, notify
from plateward.people.notices.kinds import Kind
from plateward.people.penalties import rules
from plateward.people.penalties.models import Note, Offense
from plateward.people.penalties.rules import Penalty
from plateward.people.superiors import is_above


def next_penalty(person: Person) -> Penalty:
    """The penalty that would follow if an offense were recorded now."""
    now = clock.now()
    earlier = Offense.objects.filter(person=person).counting(now).values_list("begins", flat=True)
    return rules.penalty_for(earlier, now, ZoneInfo(settings.TIME_ZONE))


@enforces("6.g.i/recorded", "6.g.i.1/days", "6.g.i.2/days", "6.g.i.3/permanent")
def record_offense(actor: Actor, person: Person, what: str, clause: str, seen: int) -> Offense:
    """Record an offense, which revokes access. `seen`: the offense's number in the preview."""
    with act(actor, Event.PENALTY_RECORD, f"person:{person.username}", reason=what) as entry:
        require(rules.may_record_offense(actor.id, person, what, clause))
        # Two recorded at once count one after the other.
        lock_row(person)
        follows = next_penalty(person)
        require(is_as_seen("6.g.i", "penalty", seen, follows.number))
        with keeps_an_administrator():
            offense = Offense.objects.create(
                person=person,
                what=what.strip(),
                clause=clause,
                number=follows.number,
                recorded_by=actor.key,
                begins=follows.begins,
                ends=follows.ends,
            )
        term = f"for {follows.days} days" if follows.days else "permanently"
        text = f"{person.full_name}'s access is revoked {term} after an offense ({follows.clause})."
        notify(managers(person), Kind.OFFENSE_RECORD, text, person)
        entry.note(
            offense=offense.pk,
            against=clause,
            number=follows.number,
            days=follows.days,
            ends=follows.ends and follows.ends.isoformat(),
            counted=[earlier_at.isoformat() for earlier_at in follows.counted],
        )
    return offense


@enforces("6.g.i/chain")
def note_offense(actor: PersonActor, offense: Offense, kind: Note.Kind, by: str, text: str) -> Note:
    """Record who handled the offense and how, an appeal, or its denial."""
    if kind is Note.Kind.GRANTED:
        raise ValueError("an appeal is granted by lift()")
    return _create_note(actor, offense, kind, by, text)


@enforces("6.g.i/chain")
def grant_appeal(actor: PersonActor, offense: Offense, text: str) -> Note:
    """The Chief grants an appeal: the revocation ends; the offense stays on record but no longer counts."""
    return _create_note(
        actor, offense, Note.Kind.GRANTED, f"{actor.person.rank} {actor.person.full_name}".strip(), text
    )


def _create_note(actor: PersonActor, offense: Offense, kind: Note.Kind, by: str, text: str) -> Note:
    event = Event.PENALTY_LIFT if kind is Note.Kind.GRANTED else Event.PENALTY_NOTE
    with act(actor, event, f"person:{offense.person.username}", reason=text) as entry:
        entry.note(offense=offense.pk, kind=kind.value, by=by)
        require(rules.may_note(actor.id, offense.person, is_above(actor.person, offense.person), by, text))
        lock_row(offense)
        require(rules.may_follow(kind, offense.notes.values_list("kind", flat=True)))
        return Note.objects.create(
            offense=offense,
            kind=kind,
            by=by,
            text=text.strip(),
            noted_by=actor.key,
            at=clock.now(),
        )
