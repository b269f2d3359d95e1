"""Keys have versions: what one wraps is wrapped by the next, killed at any point, and the old one goes last."""

import os
import signal
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from plateward.ground.vault import rewrapping
from plateward.ground.vault.day_keys import DayDestroyed, DayKeys
from plateward.ground.vault.keyring import KeyRing, KeyRingWrong
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.vault.versions import VERSIONS_FILE, RotatingKey, VersionMissing, VersionsWrong

DAY, AT = date(2026, 3, 2), datetime(2026, 4, 2, tzinfo=UTC)
EACH = [DAY + timedelta(days=number) for number in range(12)]
DAYS = RotatingKey.DAYS

pytestmark = pytest.mark.clause("6.i.i/rotation", "SC-28/rotation")


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.first_start(tmp_path / "keys", tmp_path / "data")


@pytest.fixture
def days(ring: KeyRing, tmp_path: Path) -> DayKeys:
    return DayKeys(tmp_path / "data" / "days", ring)


def rotate(days: DayKeys, ring: KeyRing) -> None:
    ring.versions.add(DAYS, os.urandom(32), AT)
    assert [*days.rewrap()][-1:] in ([], [0])


def test_every_process_follows_and_the_old_version_goes_last(
    ring: KeyRing, days: DayKeys, tmp_path: Path
) -> None:
    keys = {day: days.key(day) for day in EACH}
    other = DayKeys(tmp_path / "data" / "days", KeyRing.open(ring.path))
    ring.versions.add(DAYS, os.urandom(32), AT)
    late = other.key(DAY - timedelta(days=1))
    assert len(days.left()) == len(EACH), "what was made since is of the new version"
    assert [*days.rewrap()] == [*reversed(range(len(EACH)))]
    assert days.left() == []
    ring.versions.retire(DAYS, AT)
    assert {day: other.existing(day) for day in EACH} == keys
    assert other.existing(DAY - timedelta(days=1)) == late
    ring.require_unchanged()


@pytest.mark.clause("6.h.ii/destruction")
def test_the_list_of_kept_reads_follows_and_a_destroyed_day_stays_destroyed(
    ring: KeyRing, days: DayKeys
) -> None:
    days.key(DAY)
    following, kept = days.make_next(DAY), {UUID(int=7), UUID(int=9)}
    days.destroy(days.sign(DAY, 0, following=following, at=AT, why="6.h.ii"), kept)
    days.key(EACH[1])
    days.destroy(days.sign(EACH[1], 0, following=None, at=AT, why="6.h.ii"))
    rotate(days, ring)
    ring.versions.retire(DAYS, AT)
    assert days.kept(DAY) == kept
    with pytest.raises(DayDestroyed):
        days.key(EACH[1])
    assert [*days.problems()] == []


def test_what_a_retired_or_unknown_version_wrapped_says_which_ring_is_needed(ring: KeyRing) -> None:
    first = ring.wrap(b"k" * 32, b"c")
    ring.versions.add(DAYS, os.urandom(32), AT)
    second = ring.wrap(b"k" * 32, b"c")
    assert ring.unwrap(first, b"c") == ring.unwrap(second, b"c") == b"k" * 32
    ring.versions.retire(DAYS, AT)
    with pytest.raises(VersionMissing, match=r"version 1 .* retired on 2026-04-02.*older backup"):
        ring.unwrap(first, b"c")
    (ring.path / VERSIONS_FILE).unlink()
    with pytest.raises(VersionMissing, match=r"version 2 .*the ring is older than the data"):
        ring.unwrap(second, b"c")
    with pytest.raises(SealBroken):
        ring.unwrap(second[:-1] + bytes([second[-1] ^ 1]), b"c")


def test_a_ring_older_than_its_data_is_refused_at_start(ring: KeyRing, tmp_path: Path) -> None:
    data = tmp_path / "data"
    ring.versions.add(DAYS, os.urandom(32), AT)
    ring.note_versions(data)
    KeyRing.first_start(ring.path, data)
    (ring.path / VERSIONS_FILE).unlink()
    with pytest.raises(KeyRingWrong, match=r"older than .*version 2 .*newest"):
        KeyRing.first_start(ring.path, data)


def test_another_rings_versions_are_called_so(ring: KeyRing, tmp_path: Path) -> None:
    other = KeyRing.create(tmp_path / "other")
    other.versions.add(DAYS, os.urandom(32), AT)
    (other.path / VERSIONS_FILE).rename(ring.path / VERSIONS_FILE)
    with pytest.raises(VersionsWrong, match="belongs to another key ring"):
        ring.wrap(b"k" * 32, b"c")


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
@pytest.mark.parametrize("step", ["link", "replace_file", "erase_file"])
@pytest.mark.parametrize("nth", [1, 5])
def test_killed_at_each_step_it_goes_on_and_leaves_no_copy(
    ring: KeyRing, days: DayKeys, step: str, nth: int
) -> None:
    """In a process of its own that kills itself, as `kill -9` does, at the nth time it comes to a step."""
    keys = {day: days.key(day) for day in EACH}
    ring.versions.add(DAYS, os.urandom(32), AT)
    child = os.fork()
    if not child:
        where = os if step == "link" else rewrapping
        real, calls = getattr(where, step), iter(range(1, 100))

        def dies(*arguments: object) -> object:
            if next(calls) == nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments)

        setattr(where, step, dies)
        [*days.rewrap()]
        os._exit(3)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert 0 < len(days.left()) <= len(EACH)
    assert {day: days.existing(day) for day in EACH} == keys, "both versions open meanwhile"
    [*days.rewrap()]
    ring.versions.retire(DAYS, AT)
    assert {day: days.existing(day) for day in EACH} == keys
    assert sorted(path.name for path in days.directory.iterdir() if path.name != ".lock") == [
        f"{day}.key" for day in EACH
    ]
