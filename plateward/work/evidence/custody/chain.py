"""The chain of custody of reads and their images, from the lens to the certificate of destruction.

1. The read itself says when and by whom it was captured, and what its signature is worth.
2. The log says the rest. Its entries are found by their object, by what they mention, or by who sent a batch: each of
   these is one question to an index, however long the log is.
3. Each entry is opened, and compared with its columns and mentions: one that was altered is there, and says so.

What is missing is a gap, in a sentence. What somebody may not know is counted (disclosure.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import read_line
from plateward.core.audit.mentions import batched, entries_about, mentions_exactly, mentions_of, thing_key
from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.models import Reader
from plateward.field.reads.images import day_keys
from plateward.field.reads.models import Batch
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import store_answers
from plateward.ground import clock
from plateward.ground.merkle import leaf_hash
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.vault.tombstones import Tombstone
from plateward.ground.wire import WireError
from plateward.ground.wire.batch import Receipt
from plateward.ground.wire.read import SignedRead, open_read
from plateward.work.alerts.models import Alert, Sighting
from plateward.work.evidence.custody.disclosure import Disclosure, Scope
from plateward.work.evidence.custody.sentences import OF_ALERTS, OF_ITS_OWN_READ, CustodyStep, describe

ALTERED = "altered"
# Batches of its reader that are looked at for a read: its own is the first, unless the hub was killed meanwhile.
BATCHES = 20
BEFORE = timedelta(seconds=1)


@dataclass(frozen=True)
class CustodyEvent:
    """A step in the custody of one or more reads. `outcome`: done, refused or failed, as the log has it, or ALTERED.
    `entry` and `hash`: the audit entry's number and the hash of its leaf (RFC 6962), in hex; None and empty for what
    the read itself says."""

    at: datetime
    step: CustodyStep
    what: str
    who: str
    source: str
    outcome: str
    entry: int | None
    hash: str
    reads: frozenset[UUID]


@dataclass(frozen=True)
class Chain:
    """All events, oldest first, and what is missing, each in a sentence. `withheld`: events that are not for whoever
    this chain is for, each as the number of its entry, or None if it has none."""

    events: list[CustodyEvent]
    gaps: list[str]
    withheld: list[int | None] = field(default_factory=list)

    @property
    def withheld_words(self) -> str:
        """How many there are, for people; empty if there are none."""
        count = len(self.withheld)
        if not count:
            return ""
        return f"{count:,} more {'event' if count == 1 else 'events'} of other alerts, searches and cases"


@enforces("6.h.iv/custody", "6.j.i/proven", "6.j.i/shared")
def chain_of(
    reads: Collection[ReadKey], scope: Scope | None = None, alerts: QuerySet[Alert] | None = None
) -> Chain:
    """Every custody event of these reads, oldest first, and the gaps. Raises StoreAway. `scope`: of whoever it is for;
    None: of somebody who may know all of it. `alerts`: those whose own entries belong to it; None: all that the reads
    raised or joined."""
    of = Alert.objects.all() if alerts is None else alerts
    builder = _ChainBuilder({key.id: key.day for key in reads}, of, scope)
    builder.add_roadside()
    builder.add_log()
    builder.add_days()
    return Chain(sorted(builder.events, key=_order), builder.gaps, builder.withheld)


def _tombstones(day: date) -> Iterator[Tombstone]:
    """The signed records of the day's destroyed keys, from the first. Raises SealBroken."""
    generation: int | None = 0
    while generation is not None and (tombstone := day_keys().tombstone(day, generation)):
        yield tombstone
        generation = tombstone.following


def _order(event: CustodyEvent) -> tuple[datetime, int]:
    return event.at, -1 if event.entry is None else event.entry


@dataclass
class _ChainBuilder:
    days: dict[UUID, date]
    alerts: QuerySet[Alert]
    scope: Scope | None
    kept: set[UUID] = field(default_factory=set)
    events: list[CustodyEvent] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    withheld: list[int | None] = field(default_factory=list)

    def add_roadside(self) -> None:
        """What the reads themselves say, and their batches."""
        stored = dict(self._stored())
        readers, batches = readers_of(stored.values()), Batches()
        of_batch: dict[int, tuple[AuditEntry, set[UUID]]] = {}
        for pk, read in stored.items():
            reader = readers.get(read.reader)
            signing = signing_of(read, reader)
            words = f"Captured by camera {read.read.camera} of {read.reader}: {signing.words}; {clock_words(read)}."
            self._add_own(
                read.read.captured_at, CustodyStep.CAPTURED, words, read.reader, pk, good=signing.valid
            )
            words = f"Sealed, with its images, under a key of {clock.format_day(read.day)} (UTC)."
            self._add_own(read.received_at, CustodyStep.SEALED, words, "The system", pk)
            if reader and (entry := batches.entry_of(read, reader)):
                of_batch.setdefault(entry.sequence, (entry, set()))[1].add(pk)
            else:
                self.gaps.append(f"Read {pk}: no entry of the batch that it came with was found.")
        for entry, ids in of_batch.values():
            self._add_entry(
                entry, CustodyStep.RECEIVED, f"Received with {entry.object.replace(':', ' ')}.", ids
            )

    def _stored(self) -> Iterator[tuple[UUID, StoredRead]]:
        for pk, day in self.days.items():
            try:
                with store_answers():
                    stored = configured_store().get(ReadKey(day, pk))
                if stored is None:
                    day_keys().refuse_destroyed(day)
            except DayDestroyed:
                self.gaps.append(
                    f"Read {pk}: the reads of {clock.format_day(day)} were destroyed at the end of their retention "
                    "(6.h.ii). What the read itself said of its capture is gone; the log's entries remain."
                )
                continue
            if stored:
                self.kept.add(pk)
                yield pk, stored
            else:
                self.gaps.append(f"Read {pk} is not among the stored reads of {clock.format_day(day)}.")

    def add_log(self) -> None:
        """What the log says of the reads, and of the alerts that they raised or joined."""
        named = {f"read:{pk}": {pk} for pk in self.days}
        by_key = {thing_key(name): ids for name, ids in named.items()}
        entries = entries_about(named)
        mentions = mentions_of([entry.sequence for entry in entries])
        packages = defaultdict[str, set[UUID]](set)
        for entry in entries:
            things = mentions[entry.sequence]
            if entry.sealed_leaf and not mentions_exactly(entry.sealed_leaf, things):
                self.gaps.append(f"Entry {entry.sequence:,}: what it is found by was altered.")
            ids = named.get(entry.object, set()).union(*(by_key.get(thing, set()) for thing in things))
            self._add_logged(entry, ids)
            if entry.event == Event.EVIDENCE_EXPORT and entry.sealed_leaf:
                packages[f"package:{entry.sealed_leaf.details.get('package')}"] |= ids
        for entry in entries_about(packages):  # signed, with its hash, and timestamped
            self._add_logged(entry, packages[entry.object])
        raised, joined = self._alerts()
        for entry in entries_about({f"alert:{number}" for number in {*raised, *joined}}, OF_ALERTS):
            number = int(entry.object.removeprefix("alert:"))
            own = raised[number]
            ids = own if entry.event in OF_ITS_OWN_READ else own | joined[number]
            if entry.sealed_leaf and entry.event == Event.ALERT_ARRIVE:  # also of a sighting that rang again
                ids = {pk for pk in own | joined[number] if str(pk) == entry.sealed_leaf.details.get("read")}
            if ids:
                self._add_logged(entry, ids)

    def add_days(self) -> None:
        """How their days ended, or were sealed again: by the signed record of each destroyed key, and by the log."""
        for day, ids in self._by_day().items():
            try:
                for tombstone in _tombstones(day):
                    self._add_tombstone(tombstone, ids)
            except SealBroken as forged:
                self.gaps.append(str(forged))
            for entry in entries_about([f"day:{day}", f"reads:{day}"]):
                self._add_logged(entry, ids)

    def _add_tombstone(self, ended: Tombstone, ids: set[UUID]) -> None:
        name = f"key of {clock.format_day(ended.day)} (UTC), generation {ended.generation}"
        for pk in ids:
            if pk in self.kept:
                step = CustodyStep.RESEALED
                what = f"Sealed again under generation {ended.following}. The {name}, was then destroyed"
            else:
                step, what = (
                    CustodyStep.DESTROYED,
                    f"The {name}, was destroyed, and with it all reads not kept",
                )
            self._add_own(ended.at, step, f"{what}: {ended.why}", "The system", pk)

    def _by_day(self) -> dict[date, set[UUID]]:
        by_day = defaultdict[date, set[UUID]](set)
        for pk, day in self.days.items():
            by_day[day].add(pk)
        return by_day

    def _alerts(self) -> tuple[dict[int, set[UUID]], dict[int, set[UUID]]]:
        """The alerts that these reads raised, and those that they joined, with the reads. Of the rows themselves too:
        one that a search of earlier reads raised, or a further sighting, has no entry of its own."""
        raised, joined = defaultdict[int, set[UUID]](set), defaultdict[int, set[UUID]](set)
        for some in batched(list(self.days)):
            for alert in self.alerts.filter(read__in=some):
                raised[alert.number].add(alert.read)
                if alert.historical:
                    words = f"A search of earlier reads matched it with a new hot list entry: alert {alert.number}."
                    self._add_match(alert.number, alert.arrived_at, words, alert.read)
            for sighting in Sighting.objects.filter(read__in=some, alert__in=self.alerts.values("pk")):
                joined[sighting.alert_id].add(sighting.read)
                words = f"It matched as a further sighting of alert {sighting.alert_id}."
                self._add_match(sighting.alert_id, sighting.seen_at, words, sighting.read)
        return raised, joined

    def _add_match(self, alert: int, at: datetime, words: str, pk: UUID) -> None:
        if self.scope and alert not in self.scope.alerts:
            self.withheld.append(None)
        else:
            self._add_own(at, CustodyStep.MATCHED, words, "The system", pk)

    def _add_own(
        self, at: datetime, step: CustodyStep, what: str, who: str, pk: UUID, *, good: bool = True
    ) -> None:
        """What no entry of its own says."""
        outcome = "done" if good else ALTERED
        self.events.append(CustodyEvent(at, step, what, who, "", outcome, None, "", frozenset({pk})))

    def _add_logged(self, entry: AuditEntry, ids: Iterable[UUID]) -> None:
        """What this entry says, as far as the scope goes."""
        disclosure = self.scope.disclosure(entry) if self.scope else Disclosure.WHOLE
        if disclosure is Disclosure.WITHHELD:
            self.withheld.append(entry.sequence)
            return
        leaf = entry.sealed_leaf if disclosure is Disclosure.WHOLE else None
        self._add_entry(entry, *describe(entry.event, entry.event_label, leaf), ids)

    def _add_entry(self, entry: AuditEntry, step: CustodyStep, what: str, ids: Iterable[UUID]) -> None:
        """What this entry says, as sealed; if it does not open, as its columns say, and so marked."""
        leaf, number = entry.sealed_leaf, f"Entry {entry.sequence:,}"
        if leaf is None:
            self.gaps.append(f"{number} was altered or moved: it does not open.")
            who, source, outcome, hashed = entry.actor_name, "", ALTERED, ""
        else:
            line = read_line(entry.line())
            if line.erased:
                self.gaps.append(f"{number}: its details were erased. What is left is proven.")
            if entry.differing:
                self.gaps.append(f"{number}: its columns were altered. Shown is what was sealed.")
            who = f"{leaf.actor_name} ({leaf.actor_id})" if leaf.actor_kind == "person" else leaf.actor_name
            source, outcome, hashed = leaf.address, leaf.outcome, leaf_hash(line.covered).hex()
        self.events.append(
            CustodyEvent(entry.at, step, what, who, source, outcome, entry.sequence, hashed, frozenset(ids))
        )


@dataclass(frozen=True)
class Signing:
    """What the hub knows of a read's signature: whether it is the reader's, over exactly these bytes."""

    valid: bool
    words: str


@enforces("6.h.iv/custody", "6.j.i/proven")
def signing_of(stored: StoredRead, reader: Reader | None) -> Signing:
    """Its signature, checked now against the reader's enrolled key."""
    if reader is None:
        return Signing(False, "the reader is not enrolled, so its signature cannot be checked")
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes(reader.public_key))
        open_read(key, SignedRead(stored.body, stored.signature))
    except WireError:
        return Signing(False, "its signature is NOT the reader's: the read was altered")
    return Signing(True, "its signature is the reader's own, over exactly these data and images")


def clock_words(stored: StoredRead) -> str:
    """How exact the time is."""
    error = stored.read.clock_error_ms
    return "clock error unknown" if error is None else f"clock error at most {error / 1000:g} s"


def readers_of(stored: Iterable[StoredRead]) -> dict[str, Reader]:
    """The enrolled readers that sent these reads, by name."""
    names = {read.reader for read in stored}
    return {reader.name: reader for reader in Reader.objects.filter(name__in=names)}


@enforces("6.h.iv/custody")
class Batches:
    """The batches that brought reads, found by who sent them and when: the log's index by actor leads to a few."""

    def __init__(self) -> None:
        self._reads: dict[str, frozenset[UUID]] = {}  # by the batch's object on the log

    def entry_of(self, stored: StoredRead, reader: Reader) -> AuditEntry | None:
        """The entry of the batch that this read was settled with; None if it is not among the next ones."""
        entries = AuditEntry.objects.filter(
            actor_id=str(reader.pk),
            event=Event.BATCH_RECEIVE,
            outcome="done",
            at__gte=stored.received_at - BEFORE,
        ).order_by("at", "sequence")
        return next((entry for entry in entries[:BATCHES] if stored.read.id in self._reads_of(entry)), None)

    def _reads_of(self, entry: AuditEntry) -> frozenset[UUID]:
        if entry.object not in self._reads:
            row = Batch.objects.filter(pk=entry.object.removeprefix("batch:")).first()
            receipt = msgspec.msgpack.decode(bytes(row.receipt), type=Receipt) if row else None
            self._reads[entry.object] = (
                frozenset([*receipt.accepted, *receipt.duplicates]) if receipt else frozenset()
            )
        return self._reads[entry.object]
