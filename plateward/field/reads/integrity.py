"""The checks of reads: each row against what its reader signed, both images, the day keys, and that whatever was
accepted is still there.

A look names reads by id only: IT Support sees it.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry
from plateward.core.jobs.check import Check, Fault, Group, RoundStep, whole
from plateward.field.fleet.models import Reader
from plateward.field.reads.images import day_keys, image_segments
from plateward.field.reads.losses import acknowledged_losses, days_to_check
from plateward.field.reads.models import Batch
from plateward.field.reads.rules import MOST_AHEAD
from plateward.field.reads.store import StoredRead, configured_store
from plateward.field.reads.store.away import DayLost
from plateward.field.reads.store.rows import COLUMNS, from_row, source_rows, tail_rows, to_row, to_summary_row
from plateward.field.reads.store.selection import Row
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.limits import set_by
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed, DayKeyMissing
from plateward.ground.vault.files import UnsafeFile
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.wire import WireError
from plateward.ground.wire.batch import decode_receipt
from plateward.ground.wire.read import SignedRead, open_read

ROWS, ROWS_WITH_IMAGES, BATCHES = 200, 20, 20  # of a step
AFTER_ALL = b"\xff" * 17  # behind every id
GONE = (DayKeyMissing, DayLost, SealBroken, UnsafeFile)
DAMAGED = (OSError, sqlcipher.Error)  # a server that does not answer is no damage: then the look itself fails
A_PASS = timedelta(minutes=1)  # of a vehicle: from the picture to the read
DAMAGE = "Its file is damaged or cannot be read."
TAKEN = "Its reads are not in the store, though it was never destroyed: they were removed."
REMAINS = "It was destroyed, but some of it is there, perhaps from a restored copy. A restart of the hub removes it."
AT_WORK = timedelta(hours=1)  # from a tombstone until everything that it says is removed
IN_FLIGHT = timedelta(minutes=1)  # from a reader's revocation until its last batch was refused
Judge = Callable[[StoredRead, Sequence[object]], Iterator[str]]  # what is wrong with a read, in sentences
JudgeOf = Callable[[date, Sequence[Row]], Judge]  # of these rows of a day
OfDay = Callable[[date], Iterator[str]]  # what is wrong with a day, in sentences


def _check_days(
    at: str, size: int, judge_of: JudgeOf, of_day: OfDay = lambda *_: iter(())
) -> Iterator[RoundStep]:
    """Each day's reads by id, without the days whose loss is acknowledged. A place is a day and an id:
    `2026-11-28:0193…`."""
    store = configured_store()
    begin, _, after_text = at.partition(":")
    for day in days_to_check():
        if day.isoformat() < begin:
            continue
        began = bytes.fromhex(after_text) if day.isoformat() == begin else b""
        while began != AFTER_ALL:
            try:
                rows = store.raw_rows(day, began, size)
                judge = judge_of(day, rows)
                faults = [fault for row in rows for fault in _faults_of(day, row, judge)]
                if not began:
                    faults += [Fault(f"reads of {day}", text, _place(day, began)) for text in of_day(day)]
                after = bytes(rows[-1][0]) if rows else AFTER_ALL
            except DayDestroyed:
                break
            except (*GONE, *DAMAGED) as error:
                why = str(error) if isinstance(error, GONE) else DAMAGE
                rows, after = [], AFTER_ALL
                faults = [Fault(f"reads of {day}", why, _place(day, began))]
            yield RoundStep(len(rows), faults, _place(day, after))
            began = after
    yield RoundStep(0)  # what was wrong with the last day is right again once that was destroyed


def _place(day: date, read_id: bytes) -> str:
    return f"{day}:{read_id.hex()}"


def _faults_of(day: date, row: Row, judge: Judge) -> Iterator[Fault]:
    read_id = bytes(row[0])
    name = f"read {UUID(bytes=read_id)}"
    before = (int.from_bytes(read_id, "big") - 1).to_bytes(16, "big") if any(read_id) else b""
    try:
        problem = " ".join(judge(from_row(row[: len(COLUMNS)]), row))
    except DayDestroyed:
        return
    except (ValueError, TypeError, OverflowError):  # msgspec's own errors are ValueErrors
        problem = "Its signed part was altered: it cannot be read."
    if problem:
        yield Fault(name, problem, _place(day, before))


@dataclass(frozen=True)
class _Signers:
    """The readers by name; of a day, the tails of plates and the sources that its searches know."""

    readers: dict[str, Reader]
    day: date
    tails: set[Row]
    sources: set[Row]

    @enforces("6.j.i/proven")
    def problems(self, stored: StoredRead, row: Sequence[object]) -> Iterator[str]:
        """What is wrong with a read: its signature, its columns, or the row that searches ask."""
        reader = self.readers.get(stored.reader)
        until = reader.revoked_at + IN_FLIGHT if reader and reader.revoked_at else None
        if reader is None:
            yield "Its reader was never enrolled."
        elif stored.received_at < reader.enrolled_at or (until and stored.received_at > until):
            yield "It came while its reader was not enrolled."
        elif not _is_signed(stored, reader):
            yield "Its reader did not sign this: it was altered."
        if not stored.read.captured_at - MOST_AHEAD <= stored.received_at <= clock.now():
            yield "The time at which it came was altered."
        plain = [bytes(value) if isinstance(value, memoryview) else value for value in row]
        if tuple(plain[: len(COLUMNS)]) != to_row(stored):
            yield "Its columns were altered: they do not say what its reader signed."
        if tuple(plain[len(COLUMNS) :]) != to_summary_row(stored.read, stored.reader):
            yield "What searches find of it was altered or removed: they do not find it as it was signed."
        of_read = stored.read, stored.reader
        if not (
            self.tails.issuperset(tail_rows([stored.read.plate]))
            and self.sources.issuperset(source_rows([of_read]))
        ):
            yield "Its plate, camera or deployment was removed from what searches look up: they may not find it."
        if stored.day != self.day:
            yield f"It lies among the reads of {self.day}: it was moved or copied."


def _is_signed(stored: StoredRead, reader: Reader) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes(reader.public_key))
        open_read(key, SignedRead(stored.body, stored.signature))
    except (WireError, ValueError):
        return False
    return True


@enforces("6.b.i.3/integrity", "6.j.i/proven", "5.c/data", "5.c/position")
def check_reads(at: str) -> Iterator[RoundStep]:
    """Each read's signature and columns."""
    readers = {reader.name: reader for reader in Reader.objects.all()}

    def judge_of(day: date, rows: Sequence[Row]) -> Judge:
        plates = {plate for row in rows if isinstance(plate := row[COLUMNS.index("plate")], str)}
        return _Signers(readers, day, *configured_store().looked_up(day, plates)).problems

    yield from _check_days(at, ROWS, judge_of, _problems_of_day)


@enforces("6.j.i/proven")
def _problems_of_day(day: date) -> Iterator[str]:
    """Each of its rows is a read, and searches have one row for each, no more."""
    rows, reads, searched = configured_store().counts(day)
    if rows != reads:
        yield f"It has {rows} rows, and {reads} of them are reads: others were added."
    if searched != reads:
        yield f"It has {reads} reads, and searches ask {searched} rows: some were added or removed."


@enforces("6.b.i.3/integrity", "6.j.i/proven", "5.c/image")
def check_images(at: str) -> Iterator[RoundStep]:
    """Both images of each read: they open, and are the ones that its reader signed."""
    for step in _check_days(at, ROWS_WITH_IMAGES, lambda *_: _problems_of_images):
        yield RoundStep(2 * step.checked, step.faults, step.at)


def _problems_of_images(stored: StoredRead, _: object) -> Iterator[str]:
    read = stored.read
    for name, place, digest in (
        ("context", stored.context, read.context_sha256),
        ("plate", stored.plate_image, read.plate_sha256),
    ):
        try:
            if sha256(image_segments().read(place)).hexdigest() != digest:
                yield f"Its {name} image is not the one that its reader signed."
        except SealBroken:
            yield f"Its {name} image is missing, cut or altered."
        except OSError:
            yield f"Its {name} image cannot be read."


@enforces("6.b.i.3/integrity", "6.j.i/proven")
def check_batches(at: str) -> Iterator[RoundStep]:
    """By the log: whatever was accepted from a reader is still stored."""
    sequence = int(at or -1)
    entries = AuditEntry.objects.filter(event=Event.BATCH_RECEIVE, outcome="done").order_by("sequence")
    while chunk := list(entries.filter(sequence__gt=sequence)[:BATCHES]):
        lost = acknowledged_losses().keys()
        faults = [
            Fault(leaf.object, problem, str(leaf.sequence - 1))
            for leaf in (entry.leaf for entry in chunk)
            if leaf and (problem := _problem_of_batch(leaf, lost))  # an altered entry is another check's
        ]
        sequence = chunk[-1].sequence
        yield RoundStep(len(chunk), faults, str(sequence))


def _problem_of_batch(leaf: Leaf, lost: Collection[date]) -> str:
    batch = Batch.objects.filter(pk=leaf.object.removeprefix("batch:")).first()
    if batch is None:
        return "The log has it, and the database does not: it was removed."
    receipt = bytes(batch.receipt)
    digest = sha256(receipt).hexdigest()
    try:
        accepted = set(decode_receipt(receipt).accepted)
    except WireError:
        accepted = set()
    logged = tuple(leaf.details.get(name) for name in ("sha256", "accepted", "receipt"))
    if (batch.sha256, len(accepted), digest) != logged:
        later = AuditEntry.objects.filter(object=leaf.object, event=leaf.event, sequence__gt=leaf.sequence)
        return "" if later.exists() else "Its receipt was altered: it is not the one on the log."
    missing = _missing(accepted, lost)
    if not missing:
        return ""
    return f"Of its {len(accepted)} reads {len(missing)} are missing: {', '.join(map(str, sorted(missing)[:3]))}."


def _missing(read_ids: set[UUID], lost: Collection[date] = ()) -> set[UUID]:
    """Those of these reads that are not stored, and were neither destroyed with their day nor lost with one whose loss
    is acknowledged. A reader takes the id with the picture, so that its time says the day; all others are asked only
    for what is not there."""
    likely = {day for read_id in read_ids for day in _likely_days(read_id)}
    live, destroyed = day_keys().listed()
    for day in [*sorted(likely & live), *sorted(live - likely)]:
        if not read_ids:
            break
        try:
            read_ids = read_ids - configured_store().stored_ids(day, read_ids)
        except DayDestroyed:
            destroyed.add(day)
        except (*GONE, *DAMAGED):
            continue  # they are missing: nobody can read them
    no_later = timedelta(0)
    read_ids = {item for item in read_ids if not _likely_days(item, A_PASS, no_later).intersection(lost)}
    near = {read_id: _likely_days(read_id, A_PASS) & destroyed for read_id in read_ids}
    kept = frozenset[UUID]().union(*map(_kept, set().union(*near.values())))
    return {read_id for read_id, days in near.items() if not days or read_id in kept}


def _kept(day: date) -> frozenset[UUID]:
    """Those of a destroyed day that must still be there. What is wrong with the list is another check's."""
    try:
        return day_keys().kept(day)
    except (DayDestroyed, SealBroken):
        return frozenset()


def _likely_days(
    read_id: UUID, within: timedelta = timedelta(days=1), after: timedelta | None = None
) -> set[date]:
    """The day of its own time, and those beside it that lie as close, the next one `after` if that is given: it was
    taken a moment after the picture, never before."""
    at = datetime.fromtimestamp((read_id.int >> 80) / 1000, UTC)
    return {(at + offset).date() for offset in (-within, timedelta(0), within if after is None else after)}


@enforces("6.b.i.3/integrity", "6.i.i/keys", "6.h.ii/destruction")
def _check_day_keys() -> tuple[int, list[Fault]]:
    """Each day with reads has a key that opens. What was destroyed has a tombstone that the hub signed, the same in
    both places, and beside it neither a key nor reads nor images."""
    keys, store = day_keys(), configured_store()
    live, destroyed = keys.listed()
    images = image_segments().listed()
    faults = [Fault(f"key of {day}", problem) for day, problem in keys.problems()]
    faults += [Fault(f"reads of {day}", problem) for day, problem in store.problems()]
    remains = store.remains() | {day for day, _ in images - keys.not_destroyed(images)}
    remains -= {stone.day for stone in keys.tombstones() if clock.now() - stone.at < AT_WORK}
    faults += [Fault(f"reads of {day}", REMAINS) for day in sorted(remains)]
    # Before a day's first read, its key is made and its images are stored.
    empty, today = live - destroyed - set(store.days()), clock.now().date()
    faults += [Fault(f"reads of {day}", TAKEN) for day in sorted(empty) if day < today]
    with_data = live | set(store.days()) | {day for day, _ in keys.not_destroyed(images)}
    for day in sorted(with_data):
        try:
            keys.existing(day)
        except DayDestroyed:
            continue
        except PlatewardError as error:
            faults.append(Fault(f"key of {day}", str(error)))
    return len(with_data | destroyed), faults


@enforces("6.b.i.3/privacy", "6.h.i/terms", "6.h.ii/reads")
def _check_retention() -> tuple[int, list[Fault]]:
    kept = settings.READS_KEPT.days
    text = f"Reads without a hit are kept for {kept} days; "
    wrong = [
        f"{least.law} requires at least {least.value}."
        for least in set_by("least_days_kept")
        if kept < least.value
    ]
    wrong += [
        f"{most.law} allows at most {most.value}."
        for most in set_by("longest_days_kept")
        if kept > most.value
    ]
    return 1, [Fault("PLATEWARD_READS_KEPT_DAYS", text + what) for what in wrong]


CHECKS = (
    Check(
        "reads.images", Group.STORED, "Stored images", "images", "6.j.i",
        "Restore the day's image files from a backup. If no disk failed, report a breach.",
        check_images, rolls=True,
    ),
    Check(
        "reads.rows", Group.STORED, "Stored reads", "reads", "6.j.i",
        "Restore the day's reads from a backup. If no disk failed, report a breach.",
        check_reads, rolls=True,
    ),
    Check(
        "reads.accepted", Group.STORED, "Accepted reads are still there", "batches", "6.j.i",
        "Restore what is missing from a backup. If nobody restored an older copy, report a breach.",
        check_batches, rolls=True,
    ),
    Check(
        "reads.day_keys", Group.KEYS, "Keys of the days", "keys", "6.i.i",
        "Restore the key from a backup. If a destroyed day has a key again, report a breach.",
        whole(_check_day_keys),
    ),
    Check(
        "reads.retention", Group.POLICY, "How long reads are kept", "settings", "6.h.ii",
        "Correct the setting and restart the hub.",
        whole(_check_retention),
    ),
)  # fmt: skip
