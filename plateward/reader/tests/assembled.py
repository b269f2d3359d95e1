"""A reader with all its parts."""

import errno
import io
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from plateward.ground.vault.files import write_once
from plateward.ground.wire.read import Read, open_read
from plateward.reader.alarm import ReaderLog
from plateward.reader.alarms import Alarms
from plateward.reader.batches import Batches
from plateward.reader.hotlist import LocalHotList
from plateward.reader.picture import PictureWatch
from plateward.reader.placement import Drops, LocalPlacement
from plateward.reader.position import parse_position
from plateward.reader.process import ReaderProcess
from plateward.reader.spool import Spool
from plateward.reader.stores import Stores
from plateward.reader.tests.stand_ins import Agency, Frames, Plates, entry
from plateward.recognition.types import Plate


class Disk:
    """Refuses this many writes because it is full."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.when_refused: Callable[[], None] = lambda: None

    def write(self, path: Path, content: bytes) -> bool:
        if self.refusals:
            self.refusals -= 1
            self.when_refused()
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_once(path, content)


class AssembledReader:
    """A reader with all its parts, and its output."""

    def __init__(self, agency: Agency, *frames: list[Plate], disk: Disk | None = None) -> None:
        ring, enrollment = agency.home.open()
        self.out = io.StringIO()
        terminal = ReaderLog(self.out)
        self.disk = disk or Disk(0)
        self.woken = 0
        self.source = Frames(len(frames))
        self.spool = Spool(agency.home.spool, bytes(32), terminal.say, self.disk.write)
        hub_key = agency.ring.signing("hotlist").public_key()
        hotlist = LocalHotList(agency.home.hotlist, bytes(32), hub_key, terminal.say)
        hotlist.offer(agency.hotlist(entry("ABC123"), version="8"))
        self.placement = LocalPlacement(
            agency.home.placement, bytes(32), hub_key, enrollment.name, terminal.say
        )
        self.placement.offer(agency.placement())
        self.drops = Drops(agency.home.drops, bytes(32), terminal.say)
        batches = Batches(agency.home.batches, bytes(32), terminal.say)
        self.stores = Stores(self.spool, hotlist, self.placement, self.drops, batches)
        self.key = ring.signing("reader")
        self.reader = ReaderProcess(
            source=self.source,
            engine=Plates(*frames),
            positions=parse_position("35.0844,-106.6504"),
            camera=enrollment.camera,
            key=self.key,
            stores=self.stores,
            stored=self.wake,
            log=terminal,
            alarms=Alarms(self.stores, terminal),
            stop=threading.Event(),
            picture=PictureWatch(fixed=True),
            retry=0.001,
        )

    def wake(self) -> None:
        self.woken += 1

    def plates(self) -> list[str]:
        return sorted(self.read(id).plate for id in self.spool.waiting())

    def read(self, id: UUID) -> Read:
        item = self.spool.load(id)
        assert item
        return open_read(self.key.public_key(), item.read)
