"""One at a time: whoever destroys a day, and whoever places or lifts what keeps its reads.

A hold that is placed while a day is destroyed waits here, and then covers what is left. The lock spans several
transactions: on PostgreSQL it is the session's, on SQLCipher a file's."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from plateward.ground.errors import ActError, PlatewardError

WAIT_S = 30.0
EVERY_S = 0.05
LOCK = "SELECT pg_try_advisory_lock(hashtextextended('retention', 0))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('retention', 0))"
# A key of 64 bits is listed there in two halves.
HELD = """SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
    AND pid = pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32 | objid::bigint) = hashtextextended('retention', 0))"""


class RetentionBusy(ActError):
    """A day is being destroyed at this moment, and that takes longer than it should."""


class LockLost(PlatewardError):
    """The database's session ended, and the lock with it."""


@contextmanager
def retention_lock(wait_s: float = WAIT_S) -> Iterator[Callable[[], None]]:
    """Hold it within the block; call what it gives to make sure that it is still held (raises LockLost). Take it before
    any transaction. Raises RetentionBusy."""
    if connection.vendor == "postgresql":
        _wait_until(_locked_session, wait_s)
        try:
            yield _confirm_session
        finally:
            # A session that broke has no lock any more, and what broke it is raised already.
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute(UNLOCK)
        return
    descriptor = os.open(settings.DATA / "retention.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        _wait_until(lambda: _locked_file(descriptor), wait_s)
        yield lambda: None  # a file's lock stays as long as it is open
    finally:
        os.close(descriptor)


def _wait_until(locked: Callable[[], bool], wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while not locked():
        if time.monotonic() > until:
            raise RetentionBusy("A day's reads are being destroyed right now. Try again in a minute.")
        time.sleep(EVERY_S)


def _locked_session() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        return bool(cursor.fetchone()[0])


def _confirm_session() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(HELD)
            held = cursor.fetchone()[0]
    except (OperationalError, InterfaceError) as error:
        raise _lock_lost() from error
    if not held:
        raise _lock_lost()


def _lock_lost() -> LockLost:
    return LockLost(
        "The database's connection broke while a day was being destroyed, so nothing of it was. The next run tries "
        "again."
    )


def _locked_file(descriptor: int) -> bool:
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True
