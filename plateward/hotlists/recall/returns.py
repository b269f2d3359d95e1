"""Returns of recalled plates: requested, then decided by a supervisor; the next file lists the plate."""

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.hotlists.audience import audiences
from plateward.hotlists.models import HotList
from plateward.hotlists.protected.actions import flag_personal_use
from plateward.hotlists.protected.lookup import vehicles_for_plate
from plateward.hotlists.protected.rules import may_request_entry, owners
from plateward.hotlists.recall.models import RecalledPlate, Return
from plateward.hotlists.recall.rules import may_decide_return, may_request_return
from plateward.people.actor import PersonActor
from plateward.people.actor_names import people_named
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, roles_with
from plateward.policy.decision import require
from plateward.policy.trace import enforces

REVIEWERS = roles_with(Permission.HOTLIST_REVIEW)


@enforces("6.f.i.1", "6.b.i.9")
def request_return(actor: PersonActor, recalled: RecalledPlate, reason: str) -> Return:
    """Request a recalled plate's return; notifies the supervisors who see its list. Raises Refused."""
    with (
        flag_personal_use(actor),
        act(actor, Event.RETURN_ASK, f"entry:{recalled.entry_id}", reason=reason) as entry,
    ):
        plate = _lock_plate(recalled)
        entry.note(hotlist=plate.hotlist.name)
        require(
            may_request_entry(
                actor.person.pk, vehicles_for_plate(plate.entry.bare, plate.entry.state), unreviewed=False
            )
        )
        waiting = plate.returns.filter(decided_at=None).exists()
        require(may_request_return(plate.ended_at is None, waiting, reason))
        notify(
            _reviewers(plate),
            Kind.RETURN_DECIDE,
            f"{actor.person} requests that {plate.entry}, recalled from {plate.hotlist}, return with its "
            f"source's next file. Decide under Hot lists, Recalled.",
            plate,
        )
        return Return.objects.create(recalled=plate, asked_by=actor.key, why=reason.strip())


@enforces("6.f.i.1", "6.b.i.9")
def decide_return(actor: PersonActor, plate_return: Return, *, approves: bool, answer: str) -> None:
    """Approve or deny the return; notifies the requester. Raises Refused."""
    event = Event.RETURN_APPROVE if approves else Event.RETURN_DENY
    with (
        flag_personal_use(actor),
        act(actor, event, f"entry:{plate_return.recalled.entry_id}", reason=answer) as entry,
    ):
        plate = _lock_plate(plate_return.recalled)
        entry.note(hotlist=plate.hotlist.name, asked_by=plate_return.asked_by)
        waiting = (
            plate.ended_at is None and plate.returns.filter(pk=plate_return.pk, decided_at=None).exists()
        )
        require(
            may_request_entry(
                actor.person.pk, vehicles_for_plate(plate.entry.bare, plate.entry.state), unreviewed=False
            )
        )
        require(may_decide_return(plate_return.asked_by, actor.key, waiting, approves, answer))
        settle_matter(Kind.RETURN_DECIDE, plate)
        now = clock.now()
        Return.objects.filter(pk=plate_return.pk).update(
            decided_at=now, decided_by=actor.key, approved=approves, answer=answer.strip()
        )
        if approves:
            RecalledPlate.objects.filter(pk=plate.pk).update(
                ended_at=now, end=RecalledPlate.End.RETURNED, ended_by=actor.key
            )
        notify(
            people_named(plate_return.asked_by),
            Kind.RETURN_ANSWER,
            f"{actor.person} {'approved' if approves else 'denied'} the return of {plate.entry} to "
            f"{plate.hotlist}. {answer}",
            plate,
        )


def _lock_plate(recalled: RecalledPlate) -> RecalledPlate:
    """The locked row, with its list locked too: a file comes before or after."""
    HotList.locked(recalled.hotlist_id)
    return RecalledPlate.objects.select_related("entry", "hotlist").get(pk=recalled.pk)


def _reviewers(recalled: RecalledPlate) -> list[Person]:
    """Who may decide; excludes people whose own vehicle it may be."""
    own = owners(vehicles_for_plate(recalled.entry.bare, recalled.entry.state))
    people = {person.pk: person for person in Person.objects.filter(role__in=REVIEWERS).exclude(pk__in=own)}
    return [people[pk] for pk, lists in audiences(people.keys()).items() if recalled.hotlist_id in lists]
