import errno
import resource
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground.vault.files import write_once
from plateward.reader.errors import NotStored
from plateward.reader.spool import Spool
from plateward.reader.tests.stand_ins import made

SECRET = bytes(32)


@pytest.fixture
def spool(tmp_path: Path, output: list[str]) -> Spool:
    return Spool(tmp_path / "spool", SECRET, output.append)


@pytest.mark.clause("6.i.i/aes")
def test_plate_and_image_are_found_nowhere_in_the_files(
    spool: Spool, tmp_path: Path, key: Ed25519PrivateKey
) -> None:
    read, item = made(key)
    spool.put(read.id, item)
    (file,) = (tmp_path / "spool").glob("*.read")
    assert b"ABC123" not in file.read_bytes()
    assert item.context[:64] not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert spool.load(read.id) == item


def test_a_new_start_finds_what_waits_newest_first(
    spool: Spool, tmp_path: Path, key: Ed25519PrivateKey, output: list[str]
) -> None:
    reads = [made(key) for _ in range(3)]
    for read, item in reads:
        spool.put(read.id, item)
    assert Spool(tmp_path / "spool", SECRET, output.append).waiting() == [
        read.id for read, _ in reversed(reads)
    ]


def test_a_file_that_does_not_fit_leaves_nothing_behind(
    spool: Spool, tmp_path: Path, key: Ed25519PrivateKey
) -> None:
    read, item = made(key)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(NotStored):
            spool.put(read.id, item)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path for path in (tmp_path / "spool").iterdir() if path.is_file()] == []


def test_a_read_that_a_full_disk_refused_is_stored_later(
    tmp_path: Path, key: Ed25519PrivateKey, output: list[str]
) -> None:
    full = True

    def write(path: Path, content: bytes) -> bool:
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_once(path, content)

    spool = Spool(tmp_path / "spool", SECRET, output.append, write)
    read, item = made(key)
    with pytest.raises(NotStored, match="No space left on device"):
        spool.put(read.id, item)
    assert spool.waiting() == []
    full = False
    spool.put(read.id, item)
    assert spool.waiting() == [read.id]


def test_a_draft_that_a_crash_cut_off_is_no_read(spool: Spool, tmp_path: Path, output: list[str]) -> None:
    draft = tmp_path / "spool" / ".0195a4d0-0000-7000-8000-000000000000.read.0011223344556677"
    draft.write_bytes(b"half")
    assert Spool(tmp_path / "spool", SECRET, output.append).waiting() == []
    assert not draft.exists()


@pytest.mark.clause("6.j.i/proven")
def test_a_damaged_file_is_set_aside_and_said(
    spool: Spool, tmp_path: Path, key: Ed25519PrivateKey, output: list[str]
) -> None:
    (first, item), (second, other) = made(key), made(key)
    spool.put(first.id, item)
    spool.put(second.id, other)
    file = tmp_path / "spool" / f"{first.id}.read"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    (tmp_path / "spool" / "notes.read").write_bytes(b"")
    assert spool.load(first.id) is None
    assert spool.waiting() == [second.id]
    assert Spool(tmp_path / "spool", SECRET, output.append).waiting() == [second.id]
    assert {path.name for path in (tmp_path / "spool" / "broken").iterdir()} == {file.name, "notes.read"}
    assert len(output) == 2
    assert all("was set aside" in line for line in output)


def test_a_damaged_file_that_cannot_be_set_aside_is_reported_once_and_blocks_no_other(
    spool: Spool, tmp_path: Path, key: Ed25519PrivateKey, output: list[str]
) -> None:
    (first, item), (second, other) = made(key), made(key)
    spool.put(first.id, item)
    spool.put(second.id, other)
    for name in (f"{first.id}.read", "notes.read"):
        (tmp_path / "spool" / name).write_bytes(b"")
        (tmp_path / "spool" / "broken" / name).mkdir()  # in the way of the file
    again = Spool(tmp_path / "spool", SECRET, output.append)
    assert again.load(first.id) is None
    assert again.waiting() == [second.id]
    assert len(output) == 2
    assert all("cannot be set aside" in line for line in output)


def test_a_read_that_somebody_took_away_waits_no_more(
    spool: Spool, tmp_path: Path, key: Ed25519PrivateKey, output: list[str]
) -> None:
    read, item = made(key)
    spool.put(read.id, item)
    (tmp_path / "spool" / f"{read.id}.read").unlink()
    assert spool.load(read.id) is None
    assert spool.waiting() == []
    assert "is missing" in output[0]


def test_the_directory_is_listed_at_the_start_alone(
    spool: Spool, tmp_path: Path, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, item), (second, other) = made(key), made(key)
    spool.put(first.id, item)
    monkeypatch.setattr(Path, "glob", lambda *_: pytest.fail("listed again"))
    spool.put(second.id, other)
    spool.put(second.id, other)
    assert spool.waiting() == [second.id, first.id]
    spool.remove([second.id, second.id])
    assert spool.waiting() == [first.id]


@pytest.mark.clause("6.j.i/proven")
def test_a_file_under_another_reads_name_is_damaged(
    spool: Spool, tmp_path: Path, key: Ed25519PrivateKey
) -> None:
    (first, item), (second, _) = made(key), made(key)
    spool.put(first.id, item)
    (tmp_path / "spool" / f"{first.id}.read").rename(tmp_path / "spool" / f"{second.id}.read")
    assert spool.load(second.id) is None


def test_a_rejected_read_is_kept_with_its_reason(
    spool: Spool, tmp_path: Path, key: Ed25519PrivateKey, output: list[str]
) -> None:
    read, item = made(key)
    spool.put(read.id, item)
    spool.reject(read.id, "The camera\x1b is unknown.")
    assert spool.waiting() == []
    rejected = tmp_path / "spool" / "rejected"
    assert (rejected / f"{read.id}.txt").read_text() == "The camera  is unknown.\n"
    assert b"ABC123" not in (rejected / f"{read.id}.read").read_bytes()
    assert "rejected" in output[0]
