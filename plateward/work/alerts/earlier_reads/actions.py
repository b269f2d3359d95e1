"""Background work: each revision that began entries is a job, searched day by day, latest first.

One node leases a job and records each finished day, so when a node is killed another continues the job where
it stopped.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.mentions import plate_thing
from plateward.core.jobs.lease import LeaseLost, finish, release, renew, still_leased, take
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.delivery.altered import LinesAltered
from plateward.field.hotlists.delivery.building import wire_entries
from plateward.field.hotlists.delivery.current import newest_index
from plateward.field.hotlists.delivery.lists import current_lists
from plateward.field.hotlists.models import Entry, Revision
from plateward.field.hotlists.signals import entries_changed
from plateward.field.reads.losses import acknowledged_losses, days_to_check
from plateward.field.reads.store import StoredRead, configured_store
from plateward.ground import clock
from plateward.ground.matching.engine import Hit, HotListIndex
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.wire.entries import EntryColumns
from plateward.ground.wire.hotlist import WireHotList
from plateward.work.alerts.arrival.actions import add_sighting, create_alert, is_known, locked_entries
from plateward.work.alerts.earlier_reads.models import EarlierReadsJob
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outbox import announce

SYSTEM = Actor("system", "looking-back", "The hub, looking back")
LEASE = timedelta(minutes=3)  # a day of a million reads takes seconds
CHUNK = 100  # hits per transaction
MAX_ANNOUNCED = 300  # hits per day announced to open pages; the rest shows when a page is opened
# For this few new entries, readers' second choices are searched too: if a reader chose differently in two
# places, the store's index has its plate, not the listed one.
MAX_FUZZY_PLATES = 10
MAX_DIFFERENCES = 2  # characters


@dataclass(frozen=True)
class NewEntries:
    """New entries of one list as an index, as of when they came into force. `bare`: their plates if few, else
    empty."""

    index: HotListIndex
    at: datetime
    bare: frozenset[str]


@receiver(entries_changed)
def _create_job(revision: Revision, **_: Any) -> None:
    """Within the act that changed the list: only queues the search."""
    if revision.begun.exists():
        EarlierReadsJob.objects.get_or_create(revision=revision)


@enforces("5.a/compare", "6.b.i.2/hold")
def do_next_job() -> bool:
    """Do one job that waits or that a killed node left. False if there is none."""
    waiting = EarlierReadsJob.objects.filter(done_at=None).select_related("revision").order_by("pk")
    job = next(take(waiting, LEASE), None)
    if job is None:
        return False
    try:
        _do_job(job)
    except LeaseLost:
        pass  # another node continues it
    except LinesAltered:  # what the hub matches is older than this job
        release(still_leased(job))
        return False
    except Exception:
        release(still_leased(job))
        raise
    return True


def _do_job(job: EarlierReadsJob) -> None:
    """A day whose loss is acknowledged is left out, and the log names it. One that may come back is waited for."""
    new_entries, version = _new_entries(job.revision), str(current_lists().version)
    if new_entries:
        for day in reversed(days_to_check()):
            if job.day is None or day < job.day:
                _search_day(job, day, new_entries, version)
    lost = sorted(acknowledged_losses()) if new_entries else []
    with act(SYSTEM, Event.ALERT_LOOK_BACK, f"revision:{job.revision_id}") as entry:
        entry.note(done=True, alerts=job.alerts)
        if lost:
            entry.note(lost=[day.isoformat() for day in lost])
        finish(job, alerts=job.alerts, done_at=clock.now())


def _new_entries(revision: Revision) -> NewEntries | None:
    """The entries that this revision began and that the hub matches, except those that only replaced another of the
    same plate; None if there are none. Raises LinesAltered."""
    replaced = Entry.objects.filter(ended=revision).values_list("bare", "state")
    before = set(replaced.iterator())
    rows = Entry.objects.in_force().filter(began=revision)
    if before:
        fresh = [
            pk for pk, *key in rows.values_list("pk", "bare", "state").iterator() if tuple(key) not in before
        ]
        rows = rows.filter(pk__in=fresh)
    heads = [listed.head for listed in current_lists().listed if listed.head.id == revision.hotlist_id]
    index = newest_index()  # an entry that was put back past the hub is not in it
    columns = EntryColumns.of(entry for entry in wire_entries(rows, {}) if entry.id in index)
    if not heads or not len(columns) or revision.at is None:
        return None
    few = rows.values_list("bare", flat=True) if len(columns) <= MAX_FUZZY_PLATES else ()
    new = HotListIndex.of(WireHotList("looking back", revision.at, heads, columns))
    return NewEntries(new, revision.at, frozenset(few))


def _search_day(job: EarlierReadsJob, day: date, new_entries: NewEntries, version: str) -> None:
    """Search outside any transaction and save in short ones, so that nobody waits. If a node is killed in
    between, the day is searched again and saved hits are found."""
    try:
        hits = list(matching_reads(day, new_entries))
    except DayDestroyed:
        hits = []
    for start in range(0, len(hits), CHUNK):
        with act(SYSTEM, Event.ALERT_LOOK_BACK, f"revision:{job.revision_id}") as entry:
            alerts = _create_alerts(hits[start : start + CHUNK], version)
            entry.mention(*(f"alert:{alert.pk}" for alert in alerts))
            entry.mention(*(plate_thing(stored.read.plate) for stored, _ in hits[start : start + CHUNK]))
            entry.note(day=day.isoformat(), alerts=len(alerts))
            job.alerts += len(alerts)
            renew(job, LEASE, alerts=job.alerts)
            if start < MAX_ANNOUNCED:
                announce(alerts, new=False)
    with transaction.atomic():
        renew(job, LEASE, day=day)


@enforces("6.b.i.2/hold")
def _create_alerts(hits: Sequence[tuple[StoredRead, Hit]], version: str) -> list[Alert]:
    """One historical alert per entry and reader, with the latest of its reads; the others become sightings.
    For a read arriving just now, the lock lets one side see what the other raised."""
    locked_entries({hit.entry.id for _, hit in hits})
    readers: dict[str, Reader] = {}
    new = []
    for stored, hit in hits:
        read, entry = stored.read, hit.entry.id
        if is_known(read.id, entry):
            continue
        reader = readers.get(stored.reader) or Reader.objects.get(name=stored.reader)
        readers[stored.reader] = reader
        existing = Alert.objects.filter(entry=entry, reader=reader, historical=True).first()
        if existing:
            add_sighting(reader, existing, read, read.captured_at)
        else:
            columns = {"entry_id": entry, "hotlist_version": version, "rings": False, "historical": True}
            new.append(create_alert(reader, read, hit, read.captured_at, **columns))
    return new


@enforces("5.a/compare")
def matching_reads(day: date, new_entries: NewEntries) -> Iterator[tuple[StoredRead, Hit]]:
    """Each read of that UTC day with each entry it may be, latest first. Raises DayDestroyed."""
    store, index = configured_store(), new_entries.index
    plates = [
        plate
        for plate in store.plates(day)
        if index.match(plate, None, new_entries.at) or is_near(plate, new_entries.bare)
    ]
    for stored in store.of_plates(day, plates):
        read = stored.read
        for hit in index.match(read.plate, read.state, read.captured_at, read.characters):
            yield stored, hit


def is_near(plate: str, listed: Collection[str]) -> bool:
    """Whether it differs from one of these in few enough places for a reader's second choices to match."""
    return any(
        len(plate) == len(candidate)
        and sum(a != b for a, b in zip(plate, candidate, strict=True)) <= MAX_DIFFERENCES
        for candidate in listed
    )
