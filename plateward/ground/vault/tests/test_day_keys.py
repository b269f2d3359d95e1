import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from plateward.ground.vault.day_keys import DayDestroyed, DayKeyMissing, DayKeys
from plateward.ground.vault.files import write_once
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.vault.tombstones import Tombstone

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)
AT, WHY = datetime(2026, 4, 2, tzinfo=UTC), "6.h.ii"


@pytest.fixture
def days(tmp_path: Path) -> DayKeys:
    return DayKeys(tmp_path / "days", KeyRing.create(tmp_path / "keys"))


def destroy(days: DayKeys, day: date = DAY, generation: int = 0, following: int | None = None) -> Tombstone:
    return days.destroy(days.sign(day, generation, following=following, at=AT, why=WHY))


def tomb(days: DayKeys) -> None:
    text = days.sign(DAY, 0, following=None, at=AT, why=WHY).text
    write_once(days.directory / "2026-03-02.destroyed", text)


def test_a_day_keeps_its_key_and_has_its_own(days: DayKeys, tmp_path: Path) -> None:
    key = days.key(DAY)
    assert len(key) == 32
    assert DayKeys(tmp_path / "days", KeyRing.open(tmp_path / "keys")).key(DAY) == key
    assert days.key(NEXT) != key
    assert days.derive(DAY, "reads") not in (key, days.derive(DAY, "images"))


@pytest.mark.clause("6.i.i/keys", "SC-28/ring")
def test_a_key_lies_on_disk_only_wrapped_and_bound_to_its_day(days: DayKeys) -> None:
    key = days.key(DAY)
    assert key not in (days.directory / "2026-03-02.key").read_bytes()
    os.rename(days.directory / "2026-03-02.key", days.directory / "2026-03-03.key")
    with pytest.raises(SealBroken):
        days.key(NEXT)


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
def test_a_destroyed_day_is_never_made_again(days: DayKeys, tmp_path: Path) -> None:
    days.key(DAY)
    destroy(days)
    again = DayKeys(tmp_path / "days", KeyRing.open(tmp_path / "keys"))
    for ask in (days.key, days.existing, again.key):
        with pytest.raises(DayDestroyed, match=r"6\.h\.ii"):
            ask(DAY)
    assert not (days.directory / "2026-03-02.key").exists()
    assert days.key(NEXT)


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
def test_destroying_overwrites_the_key_before_it_unlinks_it(days: DayKeys, tmp_path: Path) -> None:
    days.key(DAY)
    os.link(days.directory / "2026-03-02.key", tmp_path / "kept")
    before = (tmp_path / "kept").read_bytes()
    destroy(days)
    after = (tmp_path / "kept").read_bytes()
    assert len(after) == len(before)
    assert after != before


@pytest.mark.clause("6.h.ii/destruction")
def test_a_crash_in_the_midst_of_destroying_leaves_the_day_closed(days: DayKeys) -> None:
    days.key(DAY)
    tomb(days)  # killed right after the tombstone
    with pytest.raises(DayDestroyed):
        days.key(DAY)
    destroy(days)
    destroy(days)
    assert not (days.directory / "2026-03-02.key").exists()


@pytest.mark.clause("6.h.ii/destruction")
def test_a_key_caught_half_destroyed_counts_as_destroyed(
    days: DayKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    days.key(DAY)
    path = days.directory / "2026-03-02.key"

    def destroyed_meanwhile(file: Path) -> bytes:
        tomb(days)
        return bytes(path.stat().st_size)

    monkeypatch.setattr("plateward.ground.vault.day_keys.read_private", destroyed_meanwhile)
    with pytest.raises(DayDestroyed):
        days.key(DAY)


def test_a_day_without_reads_can_be_closed_too(days: DayKeys) -> None:
    destroy(days)
    with pytest.raises(DayDestroyed):
        days.key(DAY)


def test_looking_for_a_key_does_not_make_one(days: DayKeys) -> None:
    with pytest.raises(DayKeyMissing, match="backup"):
        days.existing(DAY)
    with pytest.raises(DayKeyMissing, match="backup"):
        days.derive(DAY, "reads")
    assert not (days.directory / "2026-03-02.key").exists()


@pytest.mark.clause("6.h.ii/destruction")
def test_making_and_destroying_at_once_never_leaves_a_key(days: DayKeys) -> None:
    def make(day: date) -> None:
        with suppress(DayDestroyed):
            days.key(day)

    for number in range(1, 29):
        day = date(2026, 2, number)
        with ThreadPoolExecutor(2) as pool:
            made, destroyed = pool.submit(make, day), pool.submit(destroy, days, day)
            made.result()
            destroyed.result()
        with pytest.raises(DayDestroyed):
            days.key(day)
    assert not list(days.directory.glob("*.key"))
