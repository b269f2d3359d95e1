"""Recalling an entry, and the return of a recalled plate: requested, then decided by a supervisor; the next file
lists the plate. Each is one act."""

from uuid import UUID

from django.db.models import QuerySet

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.mentions import plate_thing
from plateward.core.db.locking import change_row
from plateward.field.hotlists.audience import audiences
from plateward.field.hotlists.line_sums import count_in
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.field.hotlists.protected.actions import flag_personal_use, require_not_own
from plateward.field.hotlists.protected.lookup import vehicles_for_plate
from plateward.field.hotlists.protected.rules import owners
from plateward.field.hotlists.recall.models import RecalledPlate, Return
from plateward.field.hotlists.recall.rules import may_decide_return, may_recall, may_request_return
from plateward.field.hotlists.signals import entries_changed, entries_ended
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.actor_names import people_named
from plateward.people.models import Person
from plateward.people.notices.actions import notify, people_with, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission


@enforces("6.e.iv.3/order", "6.f.i.1/recall", "6.b.i.9/entries")
def recall_entry(actor: Actor, entry: Entry, reason: str) -> Revision:
    """End this entry now: its open alerts end, people who saw them are notified, readers hear of it at their
    next request, and no file brings it back. If a file just changed its line, ends the current entry. Raises
    Refused."""
    with act(actor, Event.HOTLIST_RECALL, f"entry:{entry.pk}", reason=reason) as draft:
        # A load is in force before this, or is compared again after it.
        hotlist = HotList.locked(entry.hotlist_id)
        draft.note(hotlist=hotlist.name)
        draft.mention(plate_thing(entry.bare))
        same_entries = _same_entries(hotlist, entry)
        stands = Entry.objects.in_force().filter(pk__in=same_entries).first()
        require(may_recall(stands is not None, reason))
        assert stands is not None  # noqa: S101  # the rule requires it
        draft.note(ended=str(stands.pk))
        revision = Revision.objects.create(
            hotlist=hotlist, cause=Revision.Cause.RECALL, by=actor.key, at=clock.now(), why=reason
        )
        Entry.objects.filter(pk=stands.pk).update(ended=revision)
        count_in(revision)
        if hotlist.kind != HotList.Kind.AGENCY:  # agency entries are approved one by one
            RecalledPlate.objects.create(entry=stands, hotlist=hotlist)
        entries_ended.send(
            sender=Entry, entries=list(same_entries), cause=Revision.Cause.RECALL, reason=reason
        )
        entries_changed.send(sender=Entry, hotlist=hotlist, revision=revision)
    return revision


def _same_entries(hotlist: HotList, entry: Entry) -> "QuerySet[Entry, UUID]":
    """The entry; on a source's list also its line's entries from other files, which may have alerts."""
    entries = Entry.objects.filter(hotlist=hotlist, bare=entry.bare).order_by()
    if hotlist.kind == HotList.Kind.AGENCY:
        return entries.filter(pk=entry.pk).values_list("pk", flat=True)
    return entries.filter(state=entry.state, nic=entry.nic).values_list("pk", flat=True)


@enforces("6.f.i.1/recall", "6.b.i.9/entries")
def request_return(actor: PersonActor, recalled: RecalledPlate, reason: str) -> Return:
    """Request a recalled plate's return; notifies the supervisors who see its list. Raises Refused."""
    with (
        flag_personal_use(actor),
        act(actor, Event.RETURN_ASK, f"entry:{recalled.entry_id}", reason=reason) as entry,
    ):
        plate = _lock_plate(recalled)
        entry.note(hotlist=plate.hotlist.name)
        require_not_own(actor.person, plate.entry.bare, plate.entry.state)
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


@enforces("6.f.i.1/nobody", "6.b.i.9/entries")
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
        require_not_own(actor.person, plate.entry.bare, plate.entry.state)
        require(may_decide_return(plate_return.asked_by, actor.key, waiting, approves, answer))
        settle_matter(Kind.RETURN_DECIDE, plate)
        now = clock.now()
        change_row(
            plate_return, decided_at=now, decided_by=actor.key, approved=approves, answer=answer.strip()
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
    people = {person.pk: person for person in people_with(Permission.HOTLIST_REVIEW).exclude(pk__in=own)}
    return [people[pk] for pk, lists in audiences(people.keys()).items() if recalled.hotlist_id in lists]
