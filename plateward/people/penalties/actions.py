"""An offense recorded, handled, appealed, lifted: the only place that writes penalties."""

from zoneinfo import ZoneInfo

from django.conf import settings

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.people.access.standing import keeps_an_administrator
from plateward.people.chain import is_above
from plateward.people.models import Person
from plateward.people.notices.actions import managers, notify
from plateward.people.notices.kinds import Kind
from plateward.people.offenses import rules
from plateward.people.offenses.models import Note, Offense
from plateward.people.offenses.rules import Penalty
from plateward.policy.decision import require
from plateward.policy.trace import enforces


def foreseen(person: Person) -> Penalty:
    """The penalty that would follow if an offense were recorded now."""
    now = clock.now()
    earlier = Offense.objects.filter(person=person).counting(now).values_list("begins", flat=True)
    return rules.penalty(earlier, now, ZoneInfo(settings.TIME_ZONE))


@enforces("6.g.i", "6.g.i.1", "6.g.i.2", "6.g.i.3")
def record(who: Who, person: Person, what: str, clause: str, looked_at: int) -> Offense:
    """Record an offense; access is revoked with it. `looked_at`: the offense's number as it was shown before."""
    with act(who, Event.PENALTY_RECORD, f"person:{person.username}", reason=what) as entry:
        require(rules.may_record(who.id, person, what, clause))
        # Two recorded at once count one after the other.
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        follows = foreseen(person)
        require(rules.as_looked_at(follows.number, looked_at))
        with keeps_an_administrator():
            offense = Offense.objects.create(
                person=person,
                what=what.strip(),
                clause=clause,
                number=follows.number,
                recorded_by=who.key,
                begins=follows.begins,
                ends=follows.ends,
            )
        notify(managers(person), Kind.OFFENSE_RECORD, _told(person, follows), person)
        entry.note(
            offense=offense.pk,
            against=clause,
            number=follows.number,
            days=follows.days,
            ends=follows.ends and follows.ends.isoformat(),
            counted=[one.isoformat() for one in follows.counted],
        )
    return offense


def _told(person: Person, follows: Penalty) -> str:
    term = f"for {follows.days} days" if follows.days else "for good"
    return f"{person.full_name}'s access is revoked {term} after an offense ({follows.clause})."


@enforces("6.g.i")
def note(who: Who, noter: Person, offense: Offense, kind: Note.Kind, by: str, text: str) -> Note:
    """Note who handled the offense and how, an appeal, or that it was denied."""
    if kind is Note.Kind.GRANTED:
        raise ValueError("an appeal is granted by lift()")
    return _note(who, noter, offense, kind, by, text)


@enforces("6.g.i")
def lift(who: Who, noter: Person, offense: Offense, text: str) -> Note:
    """The Chief grants the appeal: the revocation ends now, and the offense counts no more; it stays on record."""
    return _note(who, noter, offense, Note.Kind.GRANTED, f"{noter.rank} {noter.full_name}".strip(), text)


def _note(who: Who, noter: Person, offense: Offense, kind: Note.Kind, by: str, text: str) -> Note:
    event = Event.PENALTY_LIFT if kind is Note.Kind.GRANTED else Event.PENALTY_NOTE
    with act(who, event, f"person:{offense.person.username}", reason=text) as entry:
        entry.note(offense=offense.pk, kind=kind.value, by=by)
        require(rules.may_note(who.id, offense.person, is_above(noter, offense.person), by, text))
        Offense.objects.select_for_update(no_key=True).get(pk=offense.pk)
        require(rules.follows(kind, offense.notes.values_list("kind", flat=True)))
        return Note.objects.create(
            offense=offense,
            kind=kind,
            by=by,
            text=text.strip(),
            noted_by=who.key,
            at=clock.now(),
        )
