"""A destroyed key stays destroyed, whichever of its places is lost, restored or forged."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from plateward.ground.vault.day_keys import DayDestroyed, DayKeyMissing, DayKeys
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.vault.segments import Segments
from plateward.ground.vault.tombstones import TombstoneForged

pytestmark = pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
AT = datetime(2026, 4, 2, tzinfo=UTC)


@pytest.fixture
def days(tmp_path: Path) -> DayKeys:
    return DayKeys(tmp_path / "days", KeyRing.create(tmp_path / "keys"))


def destroy(days: DayKeys, generation: int = 0, following: int | None = None) -> bytes:
    tombstone = days.sign(DAY, generation, following=following, at=AT, why="OPR:50 6.h.ii")
    return days.destroy(tombstone).text


def places(days: DayKeys, name: str = f"{DAY}.destroyed") -> list[Path]:
    return [days.directory / name, days.directory.parent / "keys" / "tombstones" / name]


def test_a_renewed_day_has_its_next_key_and_no_earlier_one(days: DayKeys) -> None:
    first = days.key(DAY)
    assert [days.make_next(DAY), days.make_next(DAY), days.generation(DAY)] == [1, 1, 0]
    second = days.existing(DAY, 1)
    assert second != first == days.existing(DAY)
    destroy(days, following=1)
    assert (days.generation(DAY), days.existing(DAY), days.existing(DAY, 1)) == (1, second, second)
    for refused in (lambda: days.key(DAY), lambda: days.existing(DAY, 0), lambda: days.refuse_late(DAY)):
        with pytest.raises(DayDestroyed):
            refused()
    assert days.has_reads(DAY)
    assert days.with_reads() == {DAY}
    days.make_next(DAY)
    destroy(days, 1)
    for generation in (None, 0, 1, 2):
        with pytest.raises(DayDestroyed):
            days.existing(DAY, generation)
    assert not list(days.directory.glob("*.key"))
    assert not days.with_reads()
    assert [stone.following for stone in days.tombstones()] == [1, None]


def test_nothing_is_destroyed_for_what_has_no_key_yet(days: DayKeys) -> None:
    days.key(DAY)
    with pytest.raises(DayKeyMissing):
        destroy(days, following=1)
    with pytest.raises(ValueError, match="current"):
        destroy(days, generation=3)
    assert days.existing(DAY)
    assert not days.tombstones()


@pytest.mark.parametrize("lost", [0, 1])
def test_one_place_is_enough_and_gets_the_other_its_own(days: DayKeys, lost: int) -> None:
    days.key(DAY)
    copy = (days.directory / f"{DAY}.key").read_bytes()
    text = destroy(days)
    places(days)[lost].unlink()
    places(days)[1 - lost].chmod(0o644)  # as some tool restores it: it is signed, and no secret
    (days.directory / f"{DAY}.key").write_bytes(copy)
    (days.directory / f"{DAY}.key").chmod(0o600)
    with pytest.raises(DayDestroyed):
        days.existing(DAY)
    assert {day for day, _ in days.problems()} == {DAY}
    days.adopt()
    assert days.keys_left() == {DAY}
    assert destroy(days) == text
    assert [place.read_bytes() for place in places(days)] == [text, text]
    assert not (days.directory / f"{DAY}.key").exists()
    assert not list(days.problems())
    assert not days.keys_left()


def test_one_that_was_kept_elsewhere_counts_too(days: DayKeys) -> None:
    days.key(DAY)
    copy = {path: path.read_bytes() for path in days.directory.iterdir()}
    days.make_next(DAY)
    text = destroy(days, following=1)
    for path in (*places(days), *days.directory.glob("*.key")):
        path.unlink()
    for path, content in copy.items():
        path.write_bytes(content)
        path.chmod(0o600)
    days.adopt([text])
    assert days.keys_left() == {DAY}
    destroy(days, following=1)
    with pytest.raises(DayKeyMissing):  # what was kept is lost with the restored copy, and this is said
        days.existing(DAY)
    assert days.with_reads() == {DAY}


def test_a_forged_one_that_was_kept_elsewhere_says_nothing(
    days: DayKeys, caplog: pytest.LogCaptureFixture
) -> None:
    days.key(DAY)
    days.key(NEXT)
    text, right = (days.sign(day, 0, following=None, at=AT, why="OPR:50 6.h.ii").text for day in (DAY, NEXT))
    days.adopt([text.replace(b"6.h.ii", b"6.h.iv"), right])
    assert days.existing(DAY)
    assert [stone.text for stone in days.tombstones()] == [right]
    assert "is left out" in caplog.text


def test_a_list_of_kept_reads_that_was_removed_is_named(days: DayKeys) -> None:
    days.key(DAY)
    days.make_next(DAY)
    destroy(days, following=1)
    assert not list(days.problems())
    (days.directory / f"{DAY}.1.reads").unlink()
    assert [(day, "is missing or was altered" in problem) for day, problem in days.problems()] == [
        (DAY, True)
    ]


def test_what_is_no_plain_file_is_none(days: DayKeys, tmp_path: Path) -> None:
    days.key(DAY)
    text = destroy(days)
    path = places(days)[0]
    (tmp_path / "elsewhere").write_bytes(text)
    makes: list[Callable[[], object]] = [
        lambda: path.symlink_to(tmp_path / "elsewhere"),
        lambda: os.mkfifo(path),
        path.mkdir,
    ]
    for make in makes:
        path.unlink()
        make()
        with pytest.raises(TombstoneForged, match=r"symbolic link|plain file"):
            days.generation(DAY)


def test_an_altered_or_foreign_one_is_neither_believed_nor_ignored(days: DayKeys, tmp_path: Path) -> None:
    days.key(DAY)
    days.key(NEXT)
    text = destroy(days)
    other = DayKeys(tmp_path / "other", KeyRing.create(tmp_path / "other ring"))
    forged = [
        b"",
        text[:-5],
        text.replace(b"null", b"1"),
        text.replace(b'"generation":0', b'"generation":1'),
        text + b"x" * 9_000,
        other.sign(NEXT, 0, following=None, at=AT, why="").text,
        text,  # the hub's own, of another day
    ]
    path = places(days, f"{NEXT}.destroyed")[0]
    segments = Segments(tmp_path / "images", days)
    for content in forged:
        path.write_bytes(content)
        path.chmod(0o600)
        for ask in (
            lambda: days.key(NEXT),
            lambda: days.generation(NEXT),
            lambda: segments.append(NEXT, [b"1"]),
        ):
            with pytest.raises(TombstoneForged, match="altered or is not the hub's own") as caught:
                ask()
            assert isinstance(caught.value, SealBroken)
        assert {day for day, _ in days.problems()} == {NEXT}
        assert days.not_destroyed([(NEXT, 0), (DAY, 0)]) == {(NEXT, 0)}
        days.adopt()  # says nothing of it, and spreads it to no other place
        assert not places(days, f"{NEXT}.destroyed")[1].exists()
    path.unlink()
    assert days.key(NEXT)


def test_images_of_a_generation_open_under_its_key_alone(days: DayKeys, tmp_path: Path) -> None:
    segments = Segments(tmp_path / "images", days)
    [old] = segments.append(DAY, [b"image"])
    with pytest.raises(DayKeyMissing):
        segments.append(DAY, [b"kept"], 1)
    days.make_next(DAY)
    [kept] = segments.append(DAY, [b"kept"], 1)
    assert (kept.generation, segments.read(kept), segments.read(old)) == (1, b"kept", b"image")
    (tmp_path / "images" / kept.object).write_bytes((tmp_path / "images" / old.object).read_bytes())
    with pytest.raises(SealBroken):
        segments.read(kept)
    destroy(days, following=1)
    with pytest.raises(DayDestroyed):
        segments.read(old)
    segments.remove(DAY, 0)
    segments.remove(DAY, 0)
    assert segments.listed() == {(DAY, 1)}
