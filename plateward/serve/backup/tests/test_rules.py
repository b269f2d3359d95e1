"""What may be restored, over random histories."""

from datetime import datetime, timedelta
from random import Random

import msgspec
import pytest

from plateward.ground.vault.generations import generation_name
from plateward.serve.backup.rules import (
    PIECE,
    BackedFile,
    KeyArchive,
    Manifest,
    NotRestored,
    choose,
    closed_by,
    files_to_restore,
    generation_of,
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
                    f"images/{generation_name(day, number)}-7.seg",
                } <= mine
            assert not set(map(generation_of, mine)) & destroyed


def archive(serial: int) -> KeyArchive:
    return KeyArchive(1, serial, START, bytes(64), {}, {})


@pytest.mark.clause("6.h.ii/restored")
def test_keys_and_data_of_different_times_are_refused() -> None:
    manifests, stones, _ = next(found for found in map(history, map(Random, range(99))) if len(found[1]) > 1)
    newest, names = manifests[-1].serial, {stone.name for stone in stones}

    def check(keys: KeyArchive, known: set[str] = names, at: datetime | None = None) -> None:
        require_together(choose(manifests, at), manifests, keys, known, at=at)

    check(archive(newest))
    check(archive(newest + 1), at=START + timedelta(days=1))
    for keys, known, says in (
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
    whole = Manifest(1, 1, START, "SQLCipher", "", [], [BackedFile("reads/2026-11-24.1.db", "", 1)])
    assert msgspec.json.decode(msgspec.json.encode(whole), type=Manifest) == whole
    manifest = msgspec.structs.replace(whole, files=[BackedFile(name, "", 1)])
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest)
    for named in ("keys", "days"):
        given = msgspec.msgpack.encode(msgspec.structs.replace(archive(1), **{named: {name: b""}}))
        with pytest.raises(msgspec.ValidationError):
            msgspec.msgpack.decode(given, type=KeyArchive)


def test_a_file_is_cut_into_pieces_that_stay_while_it_grows() -> None:
    assert BackedFile("x", "", 0).pieces == []
    before, after = BackedFile("x", "", 4 * PIECE + 1).pieces, BackedFile("x", "", 6 * PIECE).pieces
    assert before[:-1] == after[: len(before) - 1]
    assert sum(map(len, after)) == 6 * PIECE
