"""Begins or ends entries for requests, within the deciding act. The only module that does so."""

from datetime import datetime

from plateward.core.audit.actor import Actor
from plateward.field.hotlists.line_sums import count_in
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.field.hotlists.requests.models import LISTED, Version
from plateward.field.hotlists.signals import entries_changed, entries_ended
from plateward.ground import clock
from plateward.ground.policy.trace import enforces

Cause = Revision.Cause


@enforces("6.f.i.1/review")
def begin_entry(actor: Actor, version: Version, expires_at: datetime) -> Entry:
    """Put the version's plate in force now. Ends the list's entry of the same plate and state."""
    hotlist = HotList.locked(version.hotlist_id)
    revision = _add_revision(actor, hotlist, Cause.ENTRY)
    hotlist.entries.filter(bare=version.bare, state=version.state, nic="", ended=None).update(ended=revision)
    listed = {name: getattr(version, name) for name in LISTED}
    entry = Entry.objects.create(hotlist=hotlist, **listed, expires_at=expires_at, began=revision)
    count_in(revision)
    entries_changed.send(sender=Revision, hotlist=hotlist, revision=revision)
    return entry


@enforces("6.f.i.1/removal")
def end_entry(actor: Actor, entry: Entry, reason: str) -> bool:
    """End the entry now. `reason`: for people who saw an alert of it. False if it had already ended."""
    hotlist = HotList.locked(entry.hotlist_id)
    if not Entry.objects.in_force().filter(pk=entry.pk).exists():
        return False
    revision = _add_revision(actor, hotlist, Cause.REMOVAL, reason)
    Entry.objects.filter(pk=entry.pk).update(ended=revision)
    count_in(revision)
    entries_changed.send(sender=Revision, hotlist=hotlist, revision=revision)
    entries_ended.send(sender=Revision, entries=[entry.pk], cause=revision.cause, reason=reason)
    return True


def _add_revision(actor: Actor, hotlist: HotList, cause: Revision.Cause, reason: str = "") -> Revision:
    return Revision.objects.create(
        hotlist=hotlist, cause=cause, by=actor.key, at=clock.now(), why=reason[:250]
    )
