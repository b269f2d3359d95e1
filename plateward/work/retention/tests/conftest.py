"""An agency with a read store of its own, since a run ends days of all that is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from plateward.core.audit.records.tables import record_tables
from plateward.field.reads import images
from plateward.field.reads.images import day_keys, image_segments
from plateward.field.reads.store import ReadKey, configured_store
from plateward.ground import clock
from plateward.ground.vault.day_keys import DayDestroyed, DayKeys
from plateward.ground.vault.keyring import KeyRing
from plateward.people.actor import PersonActor
from plateward.people.testing import acting
from plateward.testing.hotlist import load_hotlist
from plateward.testing.on_the_log import put_on_log
from plateward.testing.roadside import Photo, Roadside, enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.retention import holding, scheduling
from plateward.work.retention.deciding import HoldKind
from plateward.work.retention.models import Hold
from plateward.work.retention.recorded import DECIDING
from plateward.work.retention.run import Outcome, run_retention

SECONDS = count()  # no test begins at another's moment: the hub's index of the hot lists goes on by time


def on_the_log() -> None:
    """What tests wrote without an act, such as people, is on the log: else a run destroys nothing."""
    put_on_log(record_tables()[model._meta.db_table] for model in DECIDING)


@dataclass
class Agency:
    """What it has at its first moment, and how to look at it later."""

    start: datetime
    reader: Roadside
    gloria: PersonActor
    photos: dict[str, Photo] = field(default_factory=dict)

    @contextmanager
    def later(self, days: float = 0, **more: float) -> Iterator[datetime]:
        """That long after the start, with the log of what the test wrote until then."""
        moment = self.start + timedelta(days=days, **more)
        on_the_log()
        with clock.set_to(moment):
            yield moment

    def send(self, *plates: str, **more: Any) -> None:
        """Reads of these plates."""
        photos = [self.reader.photo(plate, None, **more) for plate in plates]
        self.reader.send(*photos)
        self.photos |= {photo.read.plate: photo for photo in photos}

    def hold(self, plate: str) -> Hold:
        """Carla holds this plate."""
        wanted = Hold(
            kind=HoldKind.PLATE,
            reason="The defense asked for it in its motion of November.",
            basis="2026-00412",
            review_on=(clock.now() + timedelta(days=200)).date(),
            plate=plate,
            since=self.start - timedelta(days=1),
            until=self.start + timedelta(days=1),
        )
        return holding.place_hold(acting("carla"), wanted)

    def run(self, days: float, **more: float) -> Outcome:
        """A run that long after the start, its date confirmed."""
        with self.later(days, **more):
            scheduling.confirm_date(self.gloria)
            return run_retention()

    def stored(self) -> set[str]:
        """The plates of which the read is there, with its pictures."""
        return {plate for plate, photo in self.photos.items() if self._is_stored(photo)}

    def _is_stored(self, photo: Photo) -> bool:
        try:
            read = configured_store().get(ReadKey(photo.read.captured_at.date(), photo.read.id))
        except DayDestroyed:
            return False
        if read is None:
            return False
        assert image_segments().read(read.context) == photo.context
        return True

    def alert(self, plate: str) -> Alert:
        return Alert.objects.get(read=self.photos[plate].read.id)


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """On SQLCipher the files of the configured store are there for all tests of a run."""
    data = tmp_path / "data"
    data.mkdir()
    ring = KeyRing.create(tmp_path / "keys")
    monkeypatch.setattr(images, "DayKeys", lambda directory, _: DayKeys(directory, ring))
    cached = (day_keys, image_segments, configured_store)
    for function in cached:
        function.cache_clear()
    with override_settings(DATA=data):
        yield
    for function in cached:
        function.cache_clear()


@pytest.fixture
def agency(db: None, own_store: None) -> Agency:
    """At noon, a reader sends a read of ABC123, which is listed, and one of PLAIN1, which is not."""
    noon = clock.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    start = noon + timedelta(seconds=next(SECONDS))
    with clock.set_to(start):
        load_hotlist("ABC123", "ABC124")
        made = Agency(start, enroll_reader(), acting("gloria"))
        made.send("ABC123", "PLAIN1")
        on_the_log()
        run_retention()  # the first run of a new hub: nothing is due
    return made
