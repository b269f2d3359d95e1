"""What a reader does from its first frame to its last.

A frame from where or when nothing may be recorded is read only to be counted, by a tracker of its own: no plate of it
is compared, shown, stored or sent, nor does it vote with the frames before and after.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground import clock
from plateward.ground.matching.engine import Hit
from plateward.ground.matching.kinds import MatchAlarm
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import WireError
from plateward.ground.wire.read import Read
from plateward.ground.wire.state import FaultKind
from plateward.ground.wire.where import DropReason
from plateward.reader.alarm import ReaderLog
from plateward.reader.alarms import Alarms, ListedRead, Match
from plateward.reader.capture import CapturedRead, take_read
from plateward.reader.errors import NotStored
from plateward.reader.faults import Faults
from plateward.reader.frames import Frame, Source
from plateward.reader.hotlist import LoadedHotList
from plateward.reader.mask import Masks
from plateward.reader.picture import PictureWatch
from plateward.reader.position import Positions
from plateward.reader.shift import Shift
from plateward.reader.stores import Stores
from plateward.reader.track import PlateSighting, Tracker
from plateward.recognition.types import Engine, Plate
from plateward.recognition.vehicle import VehicleModel

CLOCK_OFF = timedelta(seconds=30)  # from GPS time; less, the reads themselves say


@dataclass
class ReaderProcess:
    """The reader of one camera: runs until its source ends or `stop` is set, with every read on disk."""

    source: Source
    engine: Engine
    positions: Positions
    camera: str
    key: Ed25519PrivateKey
    stores: Stores
    stored: Callable[[], None]  # called when a read is on disk
    log: ReaderLog
    alarms: Alarms
    stop: threading.Event
    picture: PictureWatch
    masks: Masks = field(default_factory=Masks)
    vehicles: VehicleModel | None = None  # the site's own network for make and model
    shift: Shift = field(default_factory=Shift)
    faults: Faults = field(default_factory=Faults)
    retry: float = 1.0  # seconds between two attempts to store on a full disk
    unheard: Callable[[], str] = (
        str  # why nobody sees or hears an alarm; empty if somebody does, or there is no screen
    )
    frames: int = 0  # frames
    reads: int = 0  # reads
    dropped: int = 0  # reads
    _dropping: DropReason | None = None  # why the last frame was dropped
    _lost: int = 0  # reads that never fit on the disk
    _paused: float = 0.0  # seconds during which no frame was taken: files and tracked vehicles waited

    def run(self) -> None:
        """Raises `NotStored` if stopped while the disk is full."""
        store = self.engine.thresholds.store
        trackers = {None: Tracker(self._rings, store)} | {
            reason: Tracker(_never_rings, store) for reason in DropReason
        }
        with closing(self.source.frames()) as frames:
            try:
                for frame in frames:
                    seconds = time.monotonic() - self._paused
                    plates = self.masks.read(self.engine, frame.image) if frame else []
                    self.frames += bool(frame)
                    dropping = self._why_dropped(frame) if frame else None
                    for reason, tracker in trackers.items():
                        if frame and reason is dropping:
                            self._take(tracker.see(frame, plates, seconds), reason)
                        else:
                            self._take(tracker.due(seconds), reason)
                    self._watch(frame, seconds)
                    if self.stop.is_set():
                        break
            finally:  # a source or an engine that fails must not lose vehicles already seen
                for reason, tracker in trackers.items():
                    self._take(tracker.flush(), reason)
        if self._lost:
            raise NotStored(f"The disk stayed full. Reads not stored: {self._lost}.")

    @enforces("5.b/vehicle", "5.c/position", "5.i/position", "6.j.i/camera")
    def _watch(self, frame: Frame | None, seconds: float) -> None:
        """What is wrong with camera, screen, position and clock now."""
        fix = self.positions.at(clock.now())
        if frame and not frame.still:  # photographs of a folder are of many scenes
            self.picture.see(frame.image, frame.at, fix, seconds)
        self.faults.watch(FaultKind.PICTURE, self.source.problem or self.picture.problem, seconds)
        self.faults.watch(FaultKind.ALARM, self.unheard(), seconds)
        self.faults.watch(FaultKind.POSITION, f"No position: {fix.lack}." if fix.lack else "", seconds)
        ahead = fix.clock_ahead or timedelta(0)
        side = "ahead of" if ahead > timedelta(0) else "behind"
        wrong = f"The clock is {clock.format_span(abs(ahead))} {side} GPS time. Set it."
        self.faults.watch(FaultKind.TIME, wrong if abs(ahead) > CLOCK_OFF else "", seconds)

    @enforces("6.a.ii.1/outside", "6.a.ii.1/zones")
    def _why_dropped(self, frame: Frame) -> DropReason | None:
        """Why nothing of this frame may be kept, if so; whoever is in the vehicle hears when that changes."""
        fix = self.positions.at(frame.at)
        reason = self.stores.placement.why_dropped(frame.at, fix.position, fix.last)
        if reason is not self._dropping:
            self._dropping = reason
            self.log.say(
                f"Nothing is compared, stored or sent: {reason} (OPR:50 6.a.ii.1)."
                if reason
                else "Reads are compared and stored again."
            )
        return reason

    def _take(self, sightings: Sequence[PlateSighting], dropped: DropReason | None) -> None:
        """Ring every alarm first, then wait for a full disk: an alarm is never late for that. What is `dropped` is
        counted."""
        if dropped:
            if sightings:
                self.dropped += len(sightings)
                self.stores.drops.add(dropped, len(sightings))
            return
        results = [self._read(sighting) for sighting in sightings]
        for read, item, error in filter(None, results):
            if error is None or self._hold(read, item, error):
                self.reads += 1
                self.stored()
            else:
                self._lost += 1

    def _rings(self, plate: Plate, at: datetime) -> frozenset[UUID]:
        """The entries that this plate rings for: none if the engine's own calibration calls it too unsure."""
        if not self._sure(plate):
            return frozenset()
        hits = self._match(plate, at)()[1]
        return frozenset(hit.entry.id for hit in hits if hit.alarm is MatchAlarm.RING)

    @enforces("6.a.ii.1/outside", "6.a.ii.1/zones")
    def _match(self, plate: Plate, at: datetime) -> Match:
        """While it is not known where this reader may record, nothing is compared."""

        def match() -> tuple[LoadedHotList | None, list[Hit]]:
            if self.stores.placement.current is None:
                return None, []
            return self.stores.hotlist.match(plate.text, plate.state, at, plate.characters)

        return match

    def _sure(self, plate: Plate) -> bool:
        return plate.confidence >= self.engine.thresholds.alarm

    @enforces("5.a/compare", "5.a/trail", "5.b/vehicle", "6.e.iv.1/missing")
    def _read(self, sighting: PlateSighting) -> tuple[Read, CapturedRead, NotStored | None] | None:
        """Match, sign, store, alarm. Store before the alarm, so that whatever people act on is on record."""
        plate = sighting.plate
        match = self._match(plate, sighting.at)
        hotlist, hits = match()
        try:
            read, item = take_read(
                sighting,
                self.positions.at(sighting.at),
                sure=self._sure(plate),
                camera=self.camera,
                engine=self.engine.version,
                hotlist_version=hotlist.version if hotlist else None,
                key=self.key,
                vehicles=self.vehicles,
                shift_check=self.shift.passed(sighting.at),
            )
        except WireError as error:
            self.log.say(f"A hub would refuse what the engine read: {error}")
            return None
        failed = None
        try:
            self.stores.spool.put(read.id, item)
        except NotStored as error:
            failed = error
        self.log.take(item, read)
        before = sighting.before.at if sighting.before else None
        news = [hit for hit in hits if hit.entry.id not in sighting.rung]
        if read.sure and (news or not hotlist):
            self.alarms.ring(ListedRead(read, match, sighting.rung, before, self.shift.lack(sighting.at)))
        if before and sighting.rung and not any(hit.alarm is MatchAlarm.RING for hit in hits):
            self.log.withdraw(before)
        return read, item, failed

    def _hold(self, read: Read, item: CapturedRead, error: NotStored) -> bool:
        """Keep the current read and take no frame until it is stored; False if stopped before that."""
        self.log.say(f"{error} No photographs until there is space; stored reads are kept.")
        start, missed = time.monotonic(), self.source.missed
        while True:
            stopped = self.stop.wait(self.retry)
            try:
                self.stores.spool.put(read.id, item)
                break
            except NotStored:
                if stopped:
                    return False
        waited = time.monotonic() - start
        self._paused += waited
        self.source.pause(waited)
        lost = (
            f" {self.source.missed - missed} camera frames were lost meanwhile." if self.source.live else ""
        )
        self.log.say(f"The disk has space again.{lost}")
        return True


def _never_rings(plate: Plate, at: datetime) -> frozenset[UUID]:  # noqa: ARG001, for Tracker
    return frozenset()
