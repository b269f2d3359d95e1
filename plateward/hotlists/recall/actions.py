"""The act: decide, record, write, in one transaction."""

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.hotlists.models import Entry, Revision
from plateward.hotlists.recall.rules import may_recall
from plateward.hotlists.signals import entries_changed, entries_ended
from plateward.policy.decision import require
from plateward.policy.trace import enforces


@enforces("6.e.iv.3", "6.b.i.9")
def recall(who: Who, entry: Entry, reason: str) -> Revision:
    """End this entry now, with all that follows: its open alerts end, who saw them is told, and readers hear of it at
    their next question. Raises Refused."""
    with act(who, Event.HOTLIST_RECALL, f"entry:{entry.pk}", reason=reason) as draft:
        draft.note(hotlist=entry.hotlist.name)
        locked = Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
        require(may_recall(Entry.objects.in_force().filter(pk=locked.pk).exists(), reason))
        revision = Revision.objects.create(
            hotlist=entry.hotlist, cause=Revision.Cause.RECALL, by=who.name[:120], at=clock.now(), why=reason
        )
        Entry.objects.filter(pk=locked.pk).update(ended=revision)
        entries_ended.send(sender=Entry, entries=[locked.pk], cause=Revision.Cause.RECALL, reason=reason)
        entries_changed.send(sender=Entry, hotlist=entry.hotlist, revision=revision)
    return revision
