"""The end of a day's reads: what must stay is sealed anew as the day's next generation, and the rest is destroyed whole
(docs/decisions/0109).

1. `prepare` copies what stays, and opens each copied image again. Nothing has changed yet for anybody, and it may be
   killed and run again.
2. `switch` adds what must stay since, closes the day, asks its caller a last time, and writes the tombstone: at once
   the day has the next generation, and nothing of the one before can be opened.
3. `shred` removes what has a tombstone. It is done again at each start, where restored copies are found, too.

The first two have the day to themselves, in whatever process (`DayKeys.reserved`).
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, islice
from typing import cast
from uuid import UUID

from django.conf import settings

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.field.reads.images import day_keys, image_segments
from plateward.field.reads.signals import tombstones_requested
from plateward.field.reads.store import StoredRead, configured_store
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.vault.segments import Location
from plateward.ground.vault.witnessed import place_beside, witness_tombstones, witnessed_texts

log = logging.getLogger(__name__)
READS, BYTES = 500, 32_000_000  # of a batch: what one fsync is for
Progress = Callable[[int, int], None]  # so many reads of so many


@dataclass(frozen=True)
class Destroyed:
    """A generation of a day that was destroyed: its reads and their images without those `kept`, the bytes that all of
    it took, and its signed tombstone."""

    day: date
    generation: int
    tombstone: bytes
    reads: int
    images: int
    kept: int
    bytes: int


def prepare(day: date, keep: Collection[UUID], progress: Progress = lambda *_: None) -> None:
    """Copy these reads with their images into the day's next generation. Raises `DayBusy`, `DayDestroyed`, `SealBroken`
    if one of their images does not open, `DayLost`, `StoreAway`'s causes, `OSError` (disk full)."""
    keys = day_keys()
    if keep:
        with keys.reserved(day):
            _bring(day, keys.make_next(day), frozenset(keep), progress)


def size_of(day: date) -> int:
    """How many bytes the day takes now: its reads, what searches need, and its images. Raises `DayDestroyed`."""
    return _totals(day)[1]


def _totals(day: date) -> tuple[int, int]:
    reads, size = configured_store().totals(day)
    return reads, size + image_segments().size(day, day_keys().generation(day))


@enforces("6.h.ii/destruction", "MP-6/erased")
def switch(
    day: date, keep: Collection[UUID], *, at: datetime, why: str, last: Callable[[], None] = lambda: None
) -> Destroyed:
    """Destroy the day's current generation but for these reads; without any, the day. `last` is called when all is
    ready and locked, right before that, perhaps within the swap's transaction: it must not use the read store. Not
    within a transaction. Raises as `prepare`, what `last` raises, and `StoreBusy`; nothing was destroyed then. What
    else fails once the tombstone is written, `shred` makes up for."""
    keys, store = day_keys(), configured_store()
    with keys.reserved(day):
        generation = keys.generation(day)
        with store.closed(day):
            reads, size = _totals(day)
            kept = _bring(day, keys.make_next(day), frozenset(keep), lambda *_: None) if keep else frozenset()
            following = generation + 1 if kept else None
            tombstone = keys.sign(day, generation, following=following, at=at, why=why)

            def write() -> None:
                last()
                try:
                    keys.destroy(tombstone, kept)
                except OSError:  # a full disk; but in one place the tombstone counts, too
                    if not keys.tombstone(day, generation):
                        raise

            try:
                store.swap(tombstone, write)
            except Exception as error:
                if not keys.tombstone(day, generation):
                    raise
                log.error("The end of %s is not complete yet: %s.", day, type(error).__name__)  # noqa: TRY400
    _tell_witness()
    gone = reads - len(kept)
    return Destroyed(day, generation, tombstone.text, reads=gone, images=2 * gone, kept=len(kept), bytes=size)


@enforces("6.h.ii/destruction", "MP-6/erased")
def shred(day: date) -> None:
    """Remove everything of the day that has a tombstone: keys, files, partitions, images, open files."""
    keys = day_keys()
    for tombstone in keys.tombstones():
        if tombstone.day == day:
            keys.destroy(tombstone)
    configured_store().shred(day)
    for generation in _images_left().get(day, ()):
        image_segments().remove(day, generation)


@enforces("6.h.ii/destruction")
def adopt_tombstones() -> None:
    """Before a process reads anything: what was destroyed by any record of it counts as destroyed, whatever copy of the
    files was restored."""
    answers = [cast("list[bytes]", texts) for _, texts in tombstones_requested.send(sender=Destroyed)]
    if settings.WITNESS and (file := place_beside(settings.WITNESS)).exists():
        answers.append(witnessed_texts(file))
    day_keys().adopt(chain.from_iterable(answers))


@enforces("6.h.ii/destruction", "MP-6/erased")
def unite_tombstones() -> None:
    """As `adopt_tombstones`, with those that the read store has, too."""
    adopt_tombstones()
    day_keys().adopt(configured_store().tombstones())
    _tell_witness()


def _tell_witness() -> None:
    """A witness that cannot be written stops no destruction: the next one, or the next start, has it again."""
    if settings.WITNESS:
        try:
            witness_tombstones(place_beside(settings.WITNESS), day_keys().tombstones())
        except OSError as error:
            log.critical("Records of destruction were not written beside the witness: %s.", error.strerror)


@enforces("6.h.ii/destruction", "MP-6/erased", "MP-6/recorded")
def destroy_again() -> list[date]:
    """Before the hub's first answer: what was destroyed is destroyed, whatever a killed hub left or a restored copy
    brought back, and the log has it before it goes. Returns the days of which there was something."""
    unite_tombstones()
    there = {
        "key": day_keys().keys_left(),
        "reads": configured_store().remains(),
        "images": _images_left().keys(),
    }
    days = sorted(set().union(*there.values()))
    for day in days:
        what = ", ".join(name for name, of_days in there.items() if day in of_days)
        record(HUB, Event.READ_SHRED, f"reads:{day}", found=what)
        shred(day)
    return days


def _images_left() -> dict[date, list[int]]:
    """The destroyed generations that still have images, by day."""
    there = image_segments().listed()
    left: dict[date, list[int]] = {}
    for day, generation in sorted(there - day_keys().not_destroyed(there)):
        left.setdefault(day, []).append(generation)
    return left


def _bring(day: date, generation: int, keep: frozenset[UUID], progress: Progress) -> frozenset[UUID]:
    """Into this next generation what it does not have yet; returns the reads that it has. What a killed hub or an
    earlier hold left there, and may not stay, is not taken out of it: all is copied again."""
    store, segments = configured_store(), image_segments()
    prepared = store.next_reads(day, generation)
    ids = {stored.read.id for stored in prepared}
    size = sum(place.length for stored in prepared for place in _places(stored))
    if not ids <= keep or segments.size(day, generation) != size:
        store.discard_next(day, generation)
        segments.remove(day, generation)
        ids = set()
    store.append_next(day, generation, [])
    left = iter(sorted(keep - ids))
    while batch := list(islice(left, READS)):
        for part in _parts(store.chosen(day, batch)):
            store.append_next(day, generation, _resealed(part, day, generation))
            ids |= {stored.read.id for stored in part}
        progress(len(ids), len(keep))
    return frozenset(ids)


@enforces("6.j.i/proven")
def _resealed(reads: Sequence[StoredRead], day: date, generation: int) -> list[StoredRead]:
    """These reads with their images in this generation, where each was opened again from its file: the copy is soon
    the only one. Raises `SealBroken`."""
    segments = image_segments()
    images = [segments.read(place) for stored in reads for place in _places(stored)]
    places = segments.append(day, images, generation)
    for image, place in zip(images, places, strict=True):
        if segments.read(place) != image:
            raise SealBroken(
                f"A copied image of {day} is not the one that was copied, so nothing was destroyed (OPR:50 6.j.i). "
                "Check the disk of the images."
            )
    left = iter(places)
    return [replace(stored, context=next(left), plate_image=next(left)) for stored in reads]


def _places(stored: StoredRead) -> tuple[Location, Location]:
    return stored.context, stored.plate_image


def _parts(reads: Sequence[StoredRead]) -> Iterator[list[StoredRead]]:
    """Cut where their images are more than a batch."""
    part, size = list[StoredRead](), 0
    for stored in reads:
        size += sum(place.length for place in _places(stored))
        if part and size > BYTES:
            yield part
            part, size = [], sum(place.length for place in _places(stored))
        part.append(stored)
    if part:
        yield part
