import errno
import multiprocessing
import os
from pathlib import Path

import pytest

from plateward.ground.vault.files import UnsafeFile
from plateward.ground.vault.keyring import MARKER, RING_FILE, KeyRing, KeyRingMissing, KeyRingWrong


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "keys")


def test_the_first_start_makes_a_ring_and_the_second_opens_the_same(tmp_path: Path) -> None:
    first = KeyRing.first_start(tmp_path / "keys", tmp_path / "data")
    (tmp_path / "data" / "hub.db").write_bytes(b"sealed")
    second = KeyRing.first_start(tmp_path / "keys", tmp_path / "data")
    assert first.key("database") == second.key("database")
    assert first.signing("audit").public_key() == second.signing("audit").public_key()


@pytest.mark.clause("6.i.i/keys")
def test_a_ring_is_for_its_owner_alone(ring: KeyRing) -> None:
    assert ring.path.stat().st_mode & 0o777 == 0o700
    assert (ring.path / RING_FILE).stat().st_mode & 0o777 == 0o600


def test_each_purpose_has_its_own_key(ring: KeyRing) -> None:
    purposes = ["database", "fields", "session", "spool", "marker", "wrap"]
    assert len({ring.key(purpose) for purpose in purposes}) == len(purposes)
    assert ring.signing("audit").public_key() != ring.signing("hotlist").public_key()
    assert {len(ring.key(purpose)) for purpose in purposes} == {32}


def test_creating_never_overwrites_a_ring(ring: KeyRing) -> None:
    assert KeyRing.create(ring.path).key("database") == ring.key("database")


def test_a_wrapped_key_opens_again_in_its_own_context(ring: KeyRing) -> None:
    wrapped = ring.wrap(b"k" * 32, b"day")
    assert ring.unwrap(wrapped, b"day") == b"k" * 32
    assert b"k" * 32 not in wrapped


@pytest.mark.clause("6.i.i/keys")
def test_it_refuses_data_whose_ring_is_missing_and_leaves_it_alone(tmp_path: Path) -> None:
    KeyRing.first_start(tmp_path / "keys", tmp_path / "data")
    (tmp_path / "data" / "hub.db").write_bytes(b"sealed")
    (tmp_path / "keys").rename(tmp_path / "elsewhere")
    with pytest.raises(KeyRingMissing, match=r"OPR:50 6\.i\.i.*PLATEWARD_KEYS"):
        KeyRing.first_start(tmp_path / "keys", tmp_path / "data")
    assert not (tmp_path / "keys").exists()


@pytest.mark.clause("6.i.i/keys")
def test_a_disk_that_is_full_at_the_first_start_keeps_no_part_of_a_ring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    with monkeypatch.context() as full:

        def no_space(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr("plateward.ground.vault.files.os.fsync", no_space)
        with pytest.raises(OSError, match="No space left on device"):
            KeyRing.first_start(tmp_path / "keys", tmp_path / "data")
    assert list((tmp_path / "keys").iterdir()) == []
    KeyRing.first_start(tmp_path / "keys", tmp_path / "data")


@pytest.mark.clause("6.i.i/keys")
def test_a_ring_that_this_user_may_not_see_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    KeyRing.first_start(tmp_path / "keys", tmp_path / "data")
    lstat = Path.lstat

    def closed(path: Path) -> os.stat_result:
        if path.parent.name == "keys":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", closed)
    with pytest.raises(PermissionError):
        KeyRing.first_start(tmp_path / "keys", tmp_path / "data")


@pytest.mark.clause("6.i.i/keys")
def test_it_refuses_a_ring_that_did_not_seal_the_data(tmp_path: Path) -> None:
    KeyRing.first_start(tmp_path / "keys", tmp_path / "data")
    KeyRing.create(tmp_path / "others")
    with pytest.raises(KeyRingWrong, match=r"not the one that sealed.*6\.i\.i"):
        KeyRing.first_start(tmp_path / "others", tmp_path / "data")


@pytest.mark.clause("6.i.i/keys")
def test_it_refuses_data_that_lost_its_marker(tmp_path: Path) -> None:
    ring = KeyRing.first_start(tmp_path / "keys", tmp_path / "data")
    (tmp_path / "data" / "hub.db").write_bytes(b"sealed")
    (tmp_path / "data" / MARKER).unlink()
    with pytest.raises(KeyRingWrong):
        ring.check(tmp_path / "data")


def test_an_empty_disk_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "lost+found").mkdir()
    KeyRing.first_start(tmp_path / "keys", tmp_path / "data")


@pytest.mark.clause("6.i.i/keys")
def test_it_refuses_a_ring_within_the_data(tmp_path: Path) -> None:
    with pytest.raises(KeyRingWrong, match="must be separate"):
        KeyRing.first_start(tmp_path / "data" / "keys", tmp_path / "data")


@pytest.mark.clause("6.i.i/keys")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o601])
def test_it_refuses_a_file_that_others_may_open(ring: KeyRing, mode: int) -> None:
    (ring.path / RING_FILE).chmod(mode)
    with pytest.raises(UnsafeFile, match=r"chmod 600 .*ring\.json"):
        KeyRing.open(ring.path)


@pytest.mark.clause("6.i.i/keys")
@pytest.mark.parametrize("mode", [0o750, 0o705, 0o711])
def test_it_refuses_a_directory_that_others_may_enter(ring: KeyRing, mode: int) -> None:
    ring.path.chmod(mode)
    with pytest.raises(UnsafeFile, match="chmod 700"):
        KeyRing.open(ring.path)


@pytest.mark.clause("6.i.i/keys")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_it_refuses_another_users_ring(ring: KeyRing) -> None:
    os.chown(ring.path / RING_FILE, 12345, 12345)
    with pytest.raises(UnsafeFile, match="belongs to user 12345"):
        KeyRing.open(ring.path)


@pytest.mark.clause("6.i.i/keys")
def test_it_refuses_symbolic_links(ring: KeyRing, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(ring.path)
    with pytest.raises(UnsafeFile, match="symbolic link"):
        KeyRing.open(tmp_path / "link")
    (ring.path / RING_FILE).rename(tmp_path / "real.json")
    (ring.path / RING_FILE).symlink_to(tmp_path / "real.json")
    with pytest.raises(UnsafeFile, match="symbolic link"):
        KeyRing.open(ring.path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"not json",
        b'{"sealing": "00", "signing": "00"}',
        b'{"sealing": 1, "signing": 2}',
        b"\xff",
    ],
)
def test_it_says_when_a_ring_is_damaged(ring: KeyRing, content: bytes) -> None:
    (ring.path / RING_FILE).write_bytes(content)
    with pytest.raises(KeyRingWrong, match="damaged"):
        KeyRing.open(ring.path)


def test_a_ring_tells_nobody_its_secrets(ring: KeyRing) -> None:
    assert repr(ring) == f"KeyRing({str(ring.path)!r})"


def _start(home: Path) -> str:
    ring = KeyRing.first_start(home / "keys", home / "data")
    (home / "data" / f"{os.getpid()}.db").write_bytes(b"sealed")
    return ring.key("database").hex()


def test_processes_that_start_at_once_share_one_ring(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        for trial in range(25):
            home = tmp_path / str(trial)
            assert len(set(pool.map(_start, [home] * 4, chunksize=1))) == 1
    assert not list(tmp_path.rglob(".ring*")), "drafts are left behind"
