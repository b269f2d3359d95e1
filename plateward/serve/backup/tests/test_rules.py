"""What may be restored, over random histories."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from plateward.ground.vault.generations import generation_name
from plateward.ground.vault.tombstones import Tombstone
from plateward.serve.backup.rules import (
    FORMAT,
    BackedFile,
    KeyArchive,
    Manifest,
    NotRestored,
    choose,
    closed_by,
    extents,
    files_to_restore,
    is_name,
    require_names,
    require_together,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(4)]


def history(random: Random) -> tuple[list[Manifest], list[Tombstone], dict[date, int | None]]:
    """Backups of days that end, wholly or up to what was kept; their tombstones; and each day's current generation."""
    current: dict[date, int | None] = dict.fromkeys(DAYS, 0)
    stones: list[Tombstone] = []
    manifests = []
    for serial in range(1, random.randint(2, 8)):
        for day in DAYS:
            if current[day] is not None and random.random() < 0.3:
                generation = int(current[day] or 0)
                following = generation + 1 if random.random() < 0.5 else None
                stones.append(Tombstone(day, generation, following, START, "", str(len(stones)).encode()))
                current[day] = following
        there = [(day, number) for day, number in current.items() if number is not None]
        there += [(day, number + 1) for day, number in there if random.random() < 0.2]  # being prepared
        files = [
            BackedFile(f"{folder}/{generation_name(day, number)}.{kind}", str(serial), serial)
            for day, number in there
            for folder, kind in (("reads", "db"), ("images", "seg"))
        ]
        files += [BackedFile("hub.db", str(serial), serial), BackedFile("ring.marker", "", 1)]
        names = [stone.name for stone in stones]
        made = START + timedelta(hours=serial)
        manifests.append(Manifest(FORMAT, serial, "ring", made, "SQLCipher", serial, "", names, files))
    return manifests, stones, current


@pytest.mark.clause("6.h.ii/restored", "6.h.ii/held", "MP-6/erased")
def test_no_restore_of_any_time_brings_back_what_was_destroyed_or_leaves_out_what_was_kept() -> None:
    for seed in range(2_000):
        random = Random(seed)
        manifests, stones, current = history(random)
        chosen = random.choice(manifests)
        later = [manifest for manifest in manifests if manifest.serial > chosen.serial]
        restored = {file.path: file for file in files_to_restore(chosen, later, closed_by(stones))}
        destroyed = {stone.name for stone in stones}
        assert restored["hub.db"].size == chosen.serial
        for day, number in current.items():
            mine = {path for path in restored if day.isoformat() in path}
            if number is None:
                assert not mine
            else:
                assert {
                    f"reads/{generation_name(day, number)}.db",
                    f"images/{generation_name(day, number)}.seg",
                } <= mine
            assert not {path.partition("/")[2].rpartition(".")[0] for path in mine} & destroyed


def archive(serial: int, ring: str = "ring") -> KeyArchive:
    return KeyArchive(FORMAT, serial, ring, START, {}, {})


@pytest.mark.clause("6.h.ii/restored")
def test_keys_and_data_of_different_hubs_or_times_are_refused() -> None:
    manifests, stones, _ = next(found for found in map(history, map(Random, range(99))) if len(found[1]) > 1)
    newest, names = manifests[-1].serial, {stone.name for stone in stones}

    def check(keys: KeyArchive, known: set[str] = names, at: datetime | None = None) -> None:
        require_together(choose(manifests, at), manifests, keys, known, at=at)

    check(archive(newest))
    check(archive(newest + 1), at=START + timedelta(days=1))
    for keys, known, says in (
        (archive(newest, "another"), names, "another hub"),
        (archive(newest - 1), names, "could bring back"),
        (archive(newest + 1), names, "different times"),
        (archive(newest), names - {stones[0].name}, "Records of destruction"),
    ):
        with pytest.raises(NotRestored, match=says):
            check(keys, known)
    with pytest.raises(NotRestored, match="first backup there is of"):
        choose(manifests, START)
    with pytest.raises(NotRestored, match="There is no backup"):
        choose([], None)


BAD = (
    "../x",
    "/etc/passwd",
    "a/../b",
    "",
    "a//b",
    ".hidden",
    "a/.b",
    "a\n",
    "a/" * 9 + "b",
    "x" * 300,
    "a\\b",
)


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(NotRestored, match="outside the hub's folders"):
        require_names([name])


def test_a_file_is_cut_into_extents_that_stay_while_it_grows() -> None:
    assert extents(0) == []
    before, after = extents(200_000_000), extents(300_000_000)
    assert before[:-1] == after[: len(before) - 1]
    assert sum(extent.length for extent in after) == 300_000_000
