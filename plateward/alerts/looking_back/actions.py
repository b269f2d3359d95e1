"""The background work: a revision that began entries is a job, done day by day, the latest day first.

One node leases a job and says after each day that it is done, so a node that is killed leaves a job that another goes
on with where it stopped.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from plateward import clock
from plateward.alerts import equipment
from plateward.alerts.arrival.actions import locked
from plateward.alerts.looking_back.finding import FEW, Sought, found
from plateward.alerts.looking_back.models import LookBack
from plateward.alerts.models import Alert, Sighting
from plateward.alerts.outbox import announce
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.fleet.models import Reader
from plateward.hotlists.delivery.building import wire_entries
from plateward.hotlists.delivery.lists import look
from plateward.hotlists.models import Entry, Revision
from plateward.hotlists.signals import entries_changed
from plateward.jobs.lease import LeaseLost, finish, held, release, renew, take
from plateward.matching.engine import Hit, Index
from plateward.policy.trace import enforces
from plateward.reads.store import StoredRead, store
from plateward.vault.days import DayDestroyed
from plateward.wire.entries import Columns
from plateward.wire.hotlist import HotList

SYSTEM = Who("system", "looking-back", "The hub, looking back")
LEASE = timedelta(minutes=3)  # a day of a million reads takes seconds
CHUNK = 100  # hits kept in one transaction
MOST_ANNOUNCED = (
    300  # of the hits of a day open pages are told of no more; the rest is there when a page is opened
)


def listen() -> None:
    """Called once, when the room opens."""
    entries_changed.connect(_changed, dispatch_uid="alerts.looking_back")


def _changed(revision: Revision, **_: Any) -> None:
    """Within the act that changed the list: nothing is looked for yet."""
    if revision.begun.exists():
        LookBack.objects.get_or_create(revision=revision)


@enforces("5.a", "6.b.i.2")
def work() -> bool:
    """Do one job that waits, or that a killed node left. False where there is none."""
    waiting = LookBack.objects.filter(done_at=None).select_related("revision").order_by("pk")
    job = next(take(waiting, LEASE), None)
    if job is None:
        return False
    try:
        _work(job)
    except LeaseLost:
        pass  # another node goes on with it
    except Exception:
        release(held(job))
        raise
    return True


def _work(job: LookBack) -> None:
    sought, version = _sought(job.revision), str(look().version)
    if sought:
        for day in reversed(store().days()):
            if job.day is None or day < job.day:
                _day(job, day, sought, version)
    with act(SYSTEM, Event.ALERT_LOOK_BACK, f"revision:{job.revision_id}") as entry:
        entry.note(done=True, alerts=job.alerts)
        finish(job, alerts=job.alerts, done_at=clock.now())


def _sought(revision: Revision) -> Sought | None:
    """The entries that this revision began and that are still in force, but for those that only took the place of
    another of their plate; None where there are none."""
    replaced = Entry.objects.filter(ended=revision).values_list("bare", "state")
    before = set(replaced.iterator())
    rows = Entry.objects.in_force().filter(began=revision)
    if before:
        fresh = [
            pk for pk, *key in rows.values_list("pk", "bare", "state").iterator() if tuple(key) not in before
        ]
        rows = rows.filter(pk__in=fresh)
    heads = [one.head for one in look().listed if one.head.id == revision.hotlist_id]
    columns = Columns.of(wire_entries(rows))
    if not heads or not len(columns) or revision.at is None:
        return None
    index = Index.of(HotList("looking back", revision.at, heads, columns))
    few = rows.values_list("bare", flat=True) if len(columns) <= FEW else ()
    return Sought(index, revision.at, frozenset(few))


def _day(job: LookBack, day: date, sought: Sought, version: str) -> None:
    """Looked for outside any transaction, kept in short ones: nobody waits. A node that is killed between two of them
    finds the day again, and in it what is kept already."""
    try:
        hits = list(found(store(), day, sought))
    except DayDestroyed:
        hits = []
    for start in range(0, len(hits), CHUNK):
        with act(SYSTEM, Event.ALERT_LOOK_BACK, f"revision:{job.revision_id}") as entry:
            alerts = _keep(hits[start : start + CHUNK], version)
            entry.note(day=day.isoformat(), alerts=len(alerts))
            job.alerts += len(alerts)
            renew(job, LEASE, alerts=job.alerts)
            if start < MOST_ANNOUNCED:
                announce(alerts, new=False)
    with transaction.atomic():
        renew(job, LEASE, day=day)


@enforces("6.b.i.2", "5.g")
def _keep(hits: Sequence[tuple[StoredRead, Hit]], version: str) -> list[Alert]:
    """One historical alert for each entry and reader, with the latest of its reads; the others are its sightings. Of a
    read that arrives just now one of the two knows what the other has raised."""
    locked({hit.entry.id for _, hit in hits})
    readers: dict[str, Reader] = {}
    new = []
    for stored, hit in hits:
        read, entry = stored.read, hit.entry.id
        if Alert.objects.filter(read=read.id, entry=entry).exists():
            continue
        if Sighting.objects.filter(read=read.id, alert__entry=entry).exists():
            continue
        reader = readers.get(stored.reader) or Reader.objects.get(name=stored.reader)
        readers[stored.reader] = reader
        known = Alert.objects.filter(entry=entry, reader=reader, historical=True).first()
        if known:
            Sighting.objects.create(
                alert=known,
                reader=reader,
                read=read.id,
                captured_at=read.captured_at,
                seen_at=read.captured_at,
            )
            continue
        new.append(
            Alert.objects.create(
                entry_id=entry,
                reader=reader,
                read=read.id,
                captured_at=read.captured_at,
                seen_at=read.captured_at,
                arrived_at=clock.now(),
                hotlist_version=version,
                list_at=hit.head.refreshed_at,
                kind=hit.kind,
                state_agreement=hit.state,
                sure=read.sure,
                rings=False,
                historical=True,
                **equipment.columns(reader, read.captured_at, read.shift_check),
            )
        )
    return new
