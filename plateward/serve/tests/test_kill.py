"""The hub dies during intake, again and again, and no read is lost or alerted twice."""

import json
import os
import random
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from plateward.reader.errors import HubAway
from plateward.serve.tests.hub import RunningHub
from plateward.testing.waiting import WITHIN

LISTED = [f"KLD{number:03}" for number in range(40)]


@dataclass
class Intake(threading.Thread):
    """Posts batch after batch over mutual TLS, each until a receipt names all its reads."""

    hub: RunningHub
    sent: dict[UUID, str] = field(default_factory=dict)  # read → plate, acknowledged
    stopping: threading.Event = field(default_factory=threading.Event)
    cut_off: int = 0
    odd: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        roadside, number = self.hub.roadside(), 0
        while not self.stopping.is_set():
            # One in three is listed; a plate returns only after all others, and so continues its alert.
            plates = [f"FREE{number % 1000:03}", LISTED[number % len(LISTED)], f"ALSO{number % 1000:03}"]
            photos = [roadside.photo(plate) for plate in plates]
            batch = roadside.batch(*photos)
            while True:
                try:
                    client = self.hub.client()
                    receipt = client.send(batch)
                    client.close()
                    break
                except HubAway:
                    self.cut_off += 1
                    time.sleep(0.02)
                    if number % 2:  # like a reader that was killed too: the same reads in another batch
                        batch = roadside.batch(*photos)
            received = {*receipt.accepted, *receipt.duplicates}
            if receipt.rejected or received != {photo.read.id for photo in photos}:
                self.odd.append(str(receipt))
            self.sent |= {photo.read.id: photo.read.plate for photo in photos}
            number += 1
            time.sleep(0.03)  # leave most of the machine to the hub


ACCOUNT = """
from collections import Counter
from hashlib import sha256
from plateward.ground import clock
from plateward.work.alerts.models import Alert, Change, Sighting
from plateward.core.audit.models import AuditEntry
from plateward.field.reads.images import image_segments
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.types import ReadKey
from uuid import UUID
from datetime import datetime, UTC
sent = json.load(open(SENT))
kept = {}
for key in sent:
    id = UUID(key)
    day = datetime.fromtimestamp((id.int >> 80) / 1000, UTC).date()
    found = configured_store().get(ReadKey(day, id))
    if found:
        images = [image_segments().read(place) for place in (found.context, found.plate_image)]
        whole = [sha256(image).hexdigest() for image in images] == [found.read.context_sha256, found.read.plate_sha256]
        kept[key] = found.read.plate if whole else "images lost"
told = Counter(str(read) for kind in (Alert, Sighting) for read in kind.objects.values_list("read", flat=True))
print(json.dumps({
    "kept": kept,
    "told": told,
    "alerts": Alert.objects.count(),
    # On a slow machine one goes up the chain of command meanwhile, and rings there: by an act of its own.
    "announced": Change.objects.filter(new=True).count() - AuditEntry.objects.filter(event="alert.escalate").count(),
    "stopped": AuditEntry.objects.filter(event="system.stop").count(),
    "recorded": AuditEntry.objects.filter(event="alert.arrive").count(),
}))
"""


def _all_at_once(hub: RunningHub) -> None:
    hub.kill()


def _the_hub_alone(hub: RunningHub) -> None:
    """Its listeners must end with it."""
    assert hub.process
    hub.process.kill()
    assert hub.process.wait(WITHIN) == -signal.SIGKILL


def _a_listener_alone(hub: RunningHub) -> None:
    """The hub must end with it, and say so."""
    assert hub.process
    os.kill(min(pid for pid in hub.processes() if pid != hub.process.pid), signal.SIGKILL)
    assert hub.process.wait(WITHIN) == 1
    assert "plateward: The listener for people stopped unexpectedly (exit code -9)" in hub.log


def _stopped(hub: RunningHub) -> None:
    """As a person or a service manager stops it."""
    assert len(hub.processes()) >= 3
    assert hub.stop() == 0
    assert hub.processes() == []


ENDS = [_all_at_once, _the_hub_alone, _a_listener_alone, _stopped]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/sealed", "5.a/trail")
def test_kill_nine_during_intake_loses_nothing_and_repeats_nothing(
    running_hub: RunningHub, tmp_path: Path
) -> None:
    hot_list = tmp_path / "killed.csv"
    hot_list.write_text(
        "\n".join(["plate,state,reason,priority,expires", *(f"{p},NM,stolen_vehicle,high," for p in LISTED)])
    )
    running_hub.command("hotlist", "import", str(hot_list), "--list", "Killed")
    before = running_hub.ask(f"SENT = {str(_write(tmp_path, {}))!r}\n{ACCOUNT}")

    intake = Intake(running_hub)
    intake.start()
    for end in ENDS:
        acknowledged = len(intake.sent)
        while len(intake.sent) < acknowledged + 3:  # it accepts reads again
            assert intake.is_alive()
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.4))
        end(running_hub)
        running_hub.await_gone()
        running_hub.start()
    intake.stopping.set()
    intake.join(WITHIN)
    assert not intake.is_alive()
    assert intake.odd == []
    assert intake.cut_off >= len(ENDS)

    sent = {str(id): plate for id, plate in intake.sent.items()}
    after = running_hub.ask(f"SENT = {str(_write(tmp_path, sent))!r}\n{ACCOUNT}")
    assert after["kept"] == sent
    listed = {id for id, plate in sent.items() if plate in LISTED}
    assert {id: times for id, times in after["told"].items() if id in sent} == dict.fromkeys(listed, 1)
    assert set(after["told"]) - set(before["told"]) == listed
    alerts = after["alerts"] - before["alerts"]
    assert alerts == len({sent[id] for id in listed})
    assert after["announced"] - before["announced"] == after["recorded"] - before["recorded"] == alerts

    assert after["stopped"] - before["stopped"] == 2  # by SIGTERM, and by the end of a listener

    log = tmp_path / "log.jsonl"
    running_hub.command("audit", "export", str(log))
    assert "is proven" in running_hub.command("audit", "verify", str(log)).stdout


def _write(folder: Path, sent: dict[str, str]) -> Path:

    path = folder / "sent.json"
    path.write_text(json.dumps(sent))
    return path
