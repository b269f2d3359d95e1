"""Every page of an SQLCipher file, verified against its own MAC."""

import hashlib
import hmac
import os
import time
from functools import cache
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from plateward.ground.policy.trace import enforces

TRIES, PAUSE_S = 3, 0.5  # a page that is being written looks altered
# The format of SQLCipher 4: each page ends with its initialization vector and its MAC.
PAGE, MAC, SALT = 4096, 64, 16  # bytes
KEY_BYTES, KEY_ROUNDS, KEY_MASK = 32, 2, 0x3A  # of the MAC's key, which is derived from the file's
LOCKED = 2**30 // PAGE + 1  # SQLite never writes this page


@enforces("6.b.i.3/integrity", "6.j.i/proven")
def require_sound(connection: Any) -> None:
    """Raises SQLCipher's DatabaseError if any page was altered or cut, used or not. Reads the whole file."""
    cursor = connection.cursor()
    for attempt in range(TRIES):
        cursor.execute("PRAGMA cipher_integrity_check")
        damaged = cursor.fetchall()
        if not damaged:
            return
        if attempt < TRIES - 1:
            time.sleep(PAUSE_S)
    raise sqlcipher.DatabaseError(f"{len(damaged)} pages of the file are damaged")


@enforces("6.b.i.3/integrity", "6.j.i/proven")
def damaged_pages(file: Path, key: bytes, first: int, number: int) -> tuple[int, list[int]]:
    """As require_sound, for so many pages from `first` (1: the file's first) on: how many there were, and which were
    altered or cut. `key`: the file's raw one. Raises OSError."""
    for attempt in range(TRIES):
        checked, damaged = _damaged(file, key, first, number)
        if not damaged:
            break
        if attempt < TRIES - 1:
            time.sleep(PAUSE_S)
    return checked, damaged


def _damaged(file: Path, key: bytes, first: int, number: int) -> tuple[int, list[int]]:
    status = file.stat()
    descriptor = _opened(file, status.st_dev, status.st_ino)
    salt = bytes(byte ^ KEY_MASK for byte in os.pread(descriptor, SALT, 0))
    mac_key = hashlib.pbkdf2_hmac("sha512", key, salt, KEY_ROUNDS, KEY_BYTES)
    data = os.pread(descriptor, number * PAGE, (first - 1) * PAGE)
    numbers = range(first, first + -(-len(data) // PAGE))
    damaged = [
        page
        for page in numbers
        if page != LOCKED
        and not _is_sound(data[(page - first) * PAGE : (page - first + 1) * PAGE], page, mac_key)
    ]
    return len(numbers), damaged


@cache
def _opened(file: Path, device: int, inode: int) -> int:  # noqa: ARG001  # another file may have its name one day
    """A descriptor that stays open as long as this process lives: closing any one of a file's drops all locks that
    SQLite has on it in the same process (https://www.sqlite.org/howtocorrupt.html, 2.2), and another process would take
    the database for its own."""
    return os.open(file, os.O_RDONLY)


def _is_sound(data: bytes, page: int, mac_key: bytes) -> bool:
    covered = data[SALT if page == 1 else 0 : -MAC] + page.to_bytes(4, "little")
    return len(data) == PAGE and hmac.compare_digest(hmac.digest(mac_key, covered, "sha512"), data[-MAC:])
