import errno
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from plateward.ground.vault import segments as module
from plateward.ground.vault.day_keys import DayDestroyed, DayKeyMissing, DayKeys
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.vault.segments import Location, Segments

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)


def _open(home: Path) -> Segments:
    return Segments(home / "images", DayKeys(home / "days", KeyRing.create(home / "keys")))


@pytest.fixture
def segments(tmp_path: Path) -> Segments:
    return _open(tmp_path)


def test_it_gives_back_what_was_appended_in_order(segments: Segments, tmp_path: Path) -> None:
    blobs = [b"first", b"", b"third" * 1000]
    locations = segments.append(DAY, blobs) + segments.append(DAY, [b"fourth"])
    assert [_open(tmp_path).read(location) for location in locations] == [*blobs, b"fourth"]
    assert segments.append(DAY, []) == []


def test_a_location_goes_through_the_database_as_three_plain_values(segments: Segments) -> None:
    [location] = segments.append(DAY, [b"image"])
    row = (location.day.isoformat(), location.place, location.length)
    assert row[1] < 2**63
    assert segments.read(Location(date.fromisoformat(row[0]), row[1], row[2])) == b"image"


@pytest.mark.clause("6.i.i/aes", "SC-28/data")
def test_the_image_is_nowhere_in_the_raw_file_which_is_the_owners_alone(segments: Segments) -> None:
    [location] = segments.append(DAY, [b"an image of plate TST123"])
    path = segments.directory / location.object
    assert b"TST123" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_batch_is_one_object_and_costs_one_fsync(
    segments: Segments, monkeypatch: pytest.MonkeyPatch
) -> None:
    segments.append(DAY, [b"the file is there now"])
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    assert len({location.object for location in segments.append(DAY, [b"image"] * 50)}) == 1
    assert len(synced) == 1


def test_a_segment_ends_when_it_is_full_and_with_its_process(
    segments: Segments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FULL", 2_000)
    places = [segments.append(DAY, [b"x" * 900])[0] for _ in range(6)]
    names = [place.object for place in places]
    assert (names[0], names[3], len(set(names))) == (names[2], names[5], 2)
    [last] = segments.append(DAY, [b"x"])
    [other] = _open(tmp_path).append(DAY, [b"x"])
    assert len({*names, last.object, other.object}) == 4
    assert all(segments.read(place) == b"x" * 900 for place in places)
    assert segments.listed() == {(DAY, 0)}
    assert segments.size(DAY, 0) == sum(place.length for place in [*places, last, other])
    segments.remove(DAY, 0)
    assert not list(segments.directory.iterdir())


def test_no_number_is_taken_twice(segments: Segments, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([5, 5, 6])
    monkeypatch.setattr(module, "randrange", lambda *_: next(numbers))
    monkeypatch.setattr(module, "FULL", 1)
    [one], [two] = segments.append(DAY, [b"one"]), segments.append(DAY, [b"two"])
    assert [one.object, two.object] == ["2026-03-02-5.seg", "2026-03-02-6.seg"]
    assert (segments.read(one), segments.read(two)) == (b"one", b"two")


def test_a_day_of_one_file_from_before_is_read_counted_and_removed(
    segments: Segments, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "randrange", lambda *_: 0)
        old = segments.append(DAY, [b"one", b"two"])
    segments = Segments(segments.directory, segments._days)
    [new] = segments.append(DAY, [b"three"])
    assert (old[1].object, old[1].place) == ("2026-03-02.seg", old[0].length)
    assert [segments.read(place) for place in (*old, new)] == [b"one", b"two", b"three"]
    assert segments.size(DAY, 0) == sum(place.length for place in (*old, new))
    segments.remove(DAY, 0)
    assert segments.listed() == set()


def test_a_segments_name_is_on_disk_before_its_first_byte(
    segments: Segments, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def fsync(descriptor: int) -> None:
        if os.path.samestat(os.fstat(descriptor), segments.directory.stat()):
            sizes.extend(path.stat().st_size for path in segments.directory.iterdir())

    monkeypatch.setattr(os, "fsync", fsync)
    segments.append(DAY, [b"image"])
    assert sizes == [0]


@pytest.mark.clause("6.j.i/proven")
def test_it_detects_any_changed_byte(segments: Segments) -> None:
    [location] = segments.append(DAY, [b"image"])
    path = segments.directory / location.object
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(SealBroken):
            segments.read(location)


@pytest.mark.clause("6.j.i/proven")
def test_it_detects_swapped_and_moved_records(segments: Segments) -> None:
    first, second = segments.append(DAY, [b"image one", b"image two"])
    path = segments.directory / first.object
    content = path.read_bytes()
    path.write_bytes(content[second.offset :] + content[: second.offset])
    for location in (first, second):
        with pytest.raises(SealBroken):
            segments.read(location)
    path.write_bytes(content)
    segments.append(NEXT, [b"another"])
    path.rename(segments.directory / replace(first, day=NEXT).object)
    with pytest.raises(SealBroken):
        segments.read(replace(first, day=NEXT))


def test_after_a_kill_at_any_byte_earlier_records_remain_and_more_can_be_added(segments: Segments) -> None:
    intact, torn = segments.append(DAY, [b"kept", b"torn"])
    path = segments.directory / torn.object
    whole = path.read_bytes()
    for end in range(torn.offset, len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises(SealBroken, match=r"6\.j\.i"):
            segments.read(torn)
        [added] = segments.append(DAY, [b"added"])
        assert segments.read(intact) == b"kept"
        assert segments.read(added) == b"added"


@pytest.mark.parametrize(
    ("offset", "length"), [(-1, 40), (0, 0), (0, -1), (0, 8), (0, 10**12), (10**12, 40), (1, 40)]
)
def test_a_location_that_is_no_record_is_refused(segments: Segments, offset: int, length: int) -> None:
    segments.append(DAY, [b"image" * 20])
    with pytest.raises(SealBroken):
        segments.read(Location(DAY, offset, length))
    [there] = segments.append(DAY, [b"image"])
    with pytest.raises(SealBroken):
        segments.read(Location(DAY, there.place + offset, length))


def test_a_missing_file_is_told(segments: Segments) -> None:
    [location] = segments.append(DAY, [b"image"])
    (segments.directory / location.object).unlink()
    with pytest.raises(SealBroken, match="missing"):
        segments.read(location)


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
def test_a_destroyed_day_gives_nothing_and_takes_nothing(segments: Segments, tmp_path: Path) -> None:
    [location] = segments.append(DAY, [b"image"])
    keys = DayKeys(tmp_path / "days", KeyRing.open(tmp_path / "keys"))
    keys.destroy(keys.sign(DAY, 0, following=None, at=datetime(2026, 4, 2, tzinfo=UTC), why="6.h.ii"))
    with pytest.raises(DayDestroyed):
        segments.read(location)
    with pytest.raises(DayDestroyed):
        segments.append(DAY, [b"late"])


def test_a_lost_day_key_is_told_and_not_replaced(segments: Segments, tmp_path: Path) -> None:
    [location] = segments.append(DAY, [b"image"])
    segments._days.note_reads(DAY)
    (tmp_path / "days" / "2026-03-02.key").unlink()
    with pytest.raises(DayKeyMissing):
        segments.append(DAY, [b"late"])
    with pytest.raises(DayKeyMissing):
        segments.read(location)


def test_a_full_disk_takes_all_or_nothing(segments: Segments, monkeypatch: pytest.MonkeyPatch) -> None:
    segments.append(DAY, [b"image"])
    write = os.write

    def half(descriptor: int, content: bytes) -> int:
        if len(content) < 1000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, content[: len(content) // 2])

    monkeypatch.setattr(os, "write", half)
    size = segments.size(DAY, 0)
    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            segments.append(DAY, [b"x" * 10_000])
    monkeypatch.undo()
    [file] = segments.directory.iterdir()
    assert file.stat().st_size == size
    [after] = segments.append(DAY, [b"after"])
    assert segments.read(after) == b"after"
    assert after.object != file.name  # a backup may have seen there what was taken back


def _append(home: Path, name: str) -> list[tuple[bytes, Location]]:
    segments = _open(home)
    done: list[tuple[bytes, Location]] = []

    def work(thread: int) -> None:
        for turn in range(10):
            blobs = [f"{name} {thread} {turn} {n}".encode() * 50 for n in range(3)]
            done.extend(zip(blobs, segments.append(DAY, blobs), strict=True))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    return done


def test_threads_and_processes_append_at_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        results = pool.starmap(_append, [(tmp_path, "a"), (tmp_path, "b")], chunksize=1)
    segments = _open(tmp_path)
    appended = [pair for result in results for pair in result]
    assert len(appended) == 180
    for blob, location in appended:
        assert segments.read(location) == blob


def _append_for_ever(home: Path, pipe: Connection) -> None:
    segments = _open(home)
    while True:
        pipe.send(segments.append(DAY, [b"image" * 10_000] * 4))


def test_nothing_told_as_kept_is_lost_by_kill_9(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    reports, reporting = context.Pipe(duplex=False)
    process = context.Process(target=_append_for_ever, args=[tmp_path, reporting])
    process.start()
    reporting.close()
    locations: list[Location] = reports.recv()
    for _ in range(5):
        locations += reports.recv()
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    try:
        while True:
            locations += reports.recv()
    except EOFError:
        process.join()
    segments = _open(tmp_path)
    locations += segments.append(DAY, [b"image" * 10_000])
    assert all(segments.read(location) == b"image" * 10_000 for location in locations)
