"""A recalled plate returns with its source's next file once a supervisor approves it: asked, decided, each one act."""

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.hotlists.audience import audiences
from plateward.hotlists.models import HotList
from plateward.hotlists.protected.actions import watched
from plateward.hotlists.protected.finding import named
from plateward.hotlists.protected.rules import may_ask, owners
from plateward.hotlists.recall.models import RecalledPlate, Return
from plateward.hotlists.recall.rules import may_ask_return, may_decide_return
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import ROLE_PERMISSIONS, Permission
from plateward.policy.decision import require
from plateward.policy.trace import enforces

REVIEWERS = [role for role, may in ROLE_PERMISSIONS.items() if Permission.HOTLIST_REVIEW in may]


@enforces("6.f.i.1", "6.b.i.9")
def ask(who: Who, asker: Person, recalled: RecalledPlate, why: str) -> Return:
    """Ask for a recalled plate to be let back; the supervisors who see its list are told. Raises Refused."""
    with watched(who), act(who, Event.RETURN_ASK, f"entry:{recalled.entry_id}", reason=why) as entry:
        held = _locked(recalled)
        entry.note(hotlist=held.hotlist.name)
        require(may_ask(asker.pk, named(held.entry.bare, held.entry.state), unreviewed=False))
        waiting = held.returns.filter(decided_at=None).exists()
        require(may_ask_return(held.ended_at is None, waiting, why))
        notify(
            _reviewers(held),
            Kind.RETURN_DECIDE,
            f"{asker} asks that {held.entry}, recalled from {held.hotlist}, may return with its source's next file. "
            "Decide under Hot lists, Recalled.",
            held,
        )
        return Return.objects.create(recalled=held, asked_by=who.key, why=why.strip())


@enforces("6.f.i.1", "6.b.i.9")
def decide(who: Who, decider: Person, asked: Return, *, approves: bool, answer: str) -> None:
    """Let it return, or not; who asked is told. Raises Refused."""
    event = Event.RETURN_APPROVE if approves else Event.RETURN_DENY
    with watched(who), act(who, event, f"entry:{asked.recalled.entry_id}", reason=answer) as entry:
        held = _locked(asked.recalled)
        entry.note(hotlist=held.hotlist.name, asked_by=asked.asked_by)
        waiting = held.ended_at is None and held.returns.filter(pk=asked.pk, decided_at=None).exists()
        require(may_ask(decider.pk, named(held.entry.bare, held.entry.state), unreviewed=False))
        require(may_decide_return(asked.asked_by, who.key, waiting, approves, answer))
        settle(Kind.RETURN_DECIDE, held)
        now = clock.now()
        Return.objects.filter(pk=asked.pk).update(
            decided_at=now, decided_by=who.key, approved=approves, answer=answer.strip()
        )
        if approves:
            RecalledPlate.objects.filter(pk=held.pk).update(
                ended_at=now, end=RecalledPlate.End.RETURNED, ended_by=who.key
            )
        notify(
            Person.objects.filter(username=asked.asked_by.removeprefix("person:")),
            Kind.RETURN_ANSWER,
            f"{decider} {'approved' if approves else 'denied'} the return of {held.entry} to {held.hotlist}. {answer}",
            held,
        )


def _locked(recalled: RecalledPlate) -> RecalledPlate:
    """The row as it stands, and its list held: a file comes before or after."""
    HotList.locked(recalled.hotlist_id)
    return RecalledPlate.objects.select_related("entry", "hotlist").get(pk=recalled.pk)


def _reviewers(recalled: RecalledPlate) -> list[Person]:
    """Who may decide on it; not those whose own vehicle it may be."""
    own = owners(named(recalled.entry.bare, recalled.entry.state))
    people = {one.pk: one for one in Person.objects.filter(role__in=REVIEWERS).exclude(pk__in=own)}
    return [people[pk] for pk, lists in audiences(people.keys()).items() if recalled.hotlist_id in lists]
