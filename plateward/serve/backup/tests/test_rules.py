"""What may be restored, over random histories."""

from datetime import datetime, timedelta
from random import Random

import pytest

from plateward.ground.vault.generations import generation_name
from plateward.serve.backup.rules import (
    FORMAT,
    KeyArchive,
    NotRestored,
    choose,
    closed_by,
    extents,
    files_to_restore,
    is_name,
    require_names,
    require_together,
)
from plateward.serve.backup.testing import START, history


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
