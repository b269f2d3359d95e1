"""The acts: decide, record, write, each in one transaction."""

from uuid import UUID

from django.db.models import QuerySet

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.hotlists.models import Entry, HotList, Revision
from plateward.hotlists.recall.models import RecalledPlate
from plateward.hotlists.recall.rules import may_recall
from plateward.hotlists.signals import entries_changed, entries_ended
from plateward.policy.decision import require
from plateward.policy.trace import enforces


@enforces("6.e.iv.3", "6.f.i.1", "6.b.i.9")
def recall_entry(actor: Actor, entry: Entry, reason: str) -> Revision:
    """End this entry now: its open alerts end, people who saw them are notified, readers hear of it at their
    next request, and no file brings it back. If a file just changed its line, ends the current entry. Raises
    Refused."""
    with act(actor, Event.HOTLIST_RECALL, f"entry:{entry.pk}", reason=reason) as draft:
        # A load is in force before this, or is compared again after it.
        hotlist = HotList.locked(entry.hotlist_id)
        draft.note(hotlist=hotlist.name)
        same_entries = _same_entries(hotlist, entry)
        stands = Entry.objects.in_force().filter(pk__in=same_entries).first()
        require(may_recall(stands is not None, reason))
        assert stands is not None  # noqa: S101  # the rule requires it
        draft.note(ended=str(stands.pk))
        revision = Revision.objects.create(
            hotlist=hotlist, cause=Revision.Cause.RECALL, by=actor.key, at=clock.now(), why=reason
        )
        Entry.objects.filter(pk=stands.pk).update(ended=revision)
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
