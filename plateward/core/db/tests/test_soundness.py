"""Pages of an SQLCipher file are judged as SQLCipher judges them, a few at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from plateward.core.db.sqlcipher import soundness
from plateward.core.db.sqlcipher.soundness import PAGE, damaged_pages

pytestmark = pytest.mark.clause("6.b.i.3/integrity", "6.j.i/proven")
KEY = bytes(range(32))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sound") / "hub.db"
    connection = dbapi2.connect(str(made))
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    connection.execute("CREATE TABLE kept (value BLOB)")
    connection.executemany("INSERT INTO kept VALUES (?)", [(os.urandom(900),) for _ in range(60)])
    connection.commit()
    connection.close()
    return made


def sqlcipher_says(file: Path) -> int:
    connection = dbapi2.connect(str(file))
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    return len(connection.execute("PRAGMA cipher_integrity_check").fetchall())


def test_a_sound_file_is_sound_in_every_part_of_it(file: Path) -> None:
    pages = file.stat().st_size // PAGE
    assert damaged_pages(file, KEY, 1, 1000) == (pages, [])
    assert damaged_pages(file, KEY, 5, 4) == (4, [])
    assert damaged_pages(file, KEY, pages + 1, 4) == (0, [])
    assert sqlcipher_says(file) == 0


@given(where=st.floats(0, 0.999), bit=st.integers(0, 7))
def test_every_bit_of_a_page_counts(file: Path, where: float, bit: int) -> None:
    sound = file.read_bytes()
    at = int(where * len(sound))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soundness, "PAUSE_S", 0)
        try:
            file.write_bytes(sound[:at] + bytes([sound[at] ^ 1 << bit]) + sound[at + 1 :])
            _, damaged = damaged_pages(file, KEY, 1, 1000)
        finally:
            file.write_bytes(sound)
    # The first bytes are the salt, on which the key of every page depends.
    assert damaged == [at // PAGE + 1] if at >= soundness.SALT else len(damaged) == len(sound) // PAGE


def test_looking_at_a_file_keeps_the_locks_that_this_process_has_on_it(file: Path) -> None:
    writer = dbapi2.connect(str(file), isolation_level=None)
    writer.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    writer.execute("BEGIN IMMEDIATE")
    damaged_pages(file, KEY, 1, 1)
    other = f"""
from sqlcipher3 import dbapi2
other = dbapi2.connect({str(file)!r}, timeout=0, isolation_level=None)
other.execute("PRAGMA key = \\"x'{KEY.hex()}'\\"")
other.execute("BEGIN IMMEDIATE")
"""
    done = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
    writer.close()
    assert "database is locked" in done.stderr


def test_a_cut_page_is_damaged_as_sqlcipher_says(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundness, "PAUSE_S", 0)
    sound = file.read_bytes()
    pages = len(sound) // PAGE
    try:
        file.write_bytes(sound[:-100])
        assert damaged_pages(file, KEY, 1, 1000) == (pages, [pages])
        assert sqlcipher_says(file)
    finally:
        file.write_bytes(sound)


def test_a_page_that_is_being_written_is_read_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound, tries = file.read_bytes(), []
    file.write_bytes(sound[:PAGE] + bytes(PAGE) + sound[2 * PAGE :])

    def written(_: float) -> None:
        tries.append(1)
        file.write_bytes(sound)

    monkeypatch.setattr("plateward.core.db.sqlcipher.soundness.time.sleep", written)
    assert damaged_pages(file, KEY, 1, 1000) == (len(sound) // PAGE, [])
    assert tries == [1]
