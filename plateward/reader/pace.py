"""How fast the whole reader is with an engine: from frames to signed reads on disk, without a hub."""

import io
import os
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward import clock
from plateward.reader.alarm import ReaderTerminal
from plateward.reader.alarms import Alarms
from plateward.reader.hotlist import LocalHotList
from plateward.reader.placement import Drops, LocalPlacement
from plateward.reader.position import parse_position
from plateward.reader.process import ReaderProcess
from plateward.reader.sources import open_source
from plateward.reader.spool import Spool
from plateward.recognition.types import Engine
from plateward.vault.files import private_directory
from plateward.wire.entries import EntryColumns
from plateward.wire.hotlist import WireHotList, sign_hotlist
from plateward.wire.placement import DeploymentTimes, Placement, sign_placement
from plateward.wire.read import Read, open_read

PLACE = "35.0844,-106.6504"


@dataclass(frozen=True)
class Pace:
    """`frames` went through the engine in `seconds`; `missed` frames came too fast for it; `reads` were spooled, oldest
    first; the alarm rang `rings` times."""

    frames: int
    missed: int
    seconds: float
    reads: tuple[Read, ...]
    rings: int

    @property
    def per_second(self) -> float:
        return self.frames / self.seconds


def measure_pace(
    source: str | Path, engine: Engine, folder: Path, hotlist: WireHotList | None = None
) -> Pace:
    """Read a source to its end, with everything real but the hub; spool and hot list go into the empty `folder`. A
    video plays at its own pace, so `per_second` is at most its frame rate. Raises `SourceError` or `ImageError` for a
    source without frames."""
    private_directory(folder)
    key, hub = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    out, stop = io.StringIO(), threading.Event()
    terminal = ReaderTerminal(out)
    local_hotlist = LocalHotList(folder / "hotlist.sealed", os.urandom(32), hub.public_key(), terminal.say)
    local_hotlist.offer(sign_hotlist(hub, hotlist or WireHotList("1", clock.now(), [], EntryColumns.of(()))))
    placement = LocalPlacement(
        folder / "placement.sealed", os.urandom(32), hub.public_key(), "bench", terminal.say
    )
    on_patrol = DeploymentTimes("public", clock.now() - timedelta(hours=1))
    placement.offer(sign_placement(hub, Placement("bench", clock.now(), [on_patrol], [])))
    spool = Spool(folder / "spool", os.urandom(32), terminal.say)
    frames = open_source(str(source), 0, False, stop, terminal.say)
    reader = ReaderProcess(
        frames,
        engine,
        parse_position(PLACE),
        "bench",
        key,
        local_hotlist,
        placement,
        Drops(folder / "drops.sealed", os.urandom(32), terminal.say),
        spool,
        lambda: None,
        terminal,
        Alarms(local_hotlist, placement, terminal),
        stop,
    )
    begun = time.monotonic()
    reader.run()
    seconds = time.monotonic() - begun
    items = (spool.load(id) for id in reversed(spool.waiting()))
    reads = tuple(open_read(key.public_key(), item.read) for item in items if item)
    return Pace(reader.frames, frames.missed, seconds, reads, out.getvalue().count("ALARM"))
