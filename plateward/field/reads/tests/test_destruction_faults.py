"""A day's end that is killed, or finds the disk full, at any of its steps comes to its right end."""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from plateward.field.reads import destruction
from plateward.field.reads.store import sqlcipher
from plateward.field.reads.store.away import DayUnfinished
from plateward.field.reads.tests.homes import Home, end

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.h.ii/destruction", "MP-6/erased"),
    pytest.mark.both_databases,
]
DAY = date(2026, 3, 1)
FREES = ("unlink", "ftruncate")  # also on a full disk
CALLS = ("fsync", "link", "open", "write", *FREES)  # of os: whatever changes a file
APART = (
    3 if connection.vendor == "postgresql" else 2
)  # of the steps that are tried: all of them take a minute
Act = Callable[..., Any]
on_sqlcipher = pytest.mark.skipif(
    connection.vendor == "postgresql", reason="a fork cannot use its connection"
)


class Killed(BaseException):
    """No cleanup of the code expects it."""


@contextmanager
def each_step(meet: Callable[[str], None]) -> Iterator[None]:
    """Each call that changes a file, and each statement to the database, first meets this."""

    def around(name: str, act: Act) -> Act:
        def stepped(*arguments: Any, **named: Any) -> Any:
            if name != "open" or arguments[1] & os.O_CREAT:
                meet(name)
            return act(*arguments, **named)

        return stepped

    def statement(execute: Act, sql: Any, *rest: Any) -> Any:
        if "SAVEPOINT" not in sql:  # a test's transaction is within one
            meet("statement")
        return execute(sql, *rest)

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(statement):
        for name in CALLS:
            patch.setattr(os, name, around(name, getattr(os, name)))
        for name in ("open_day", "insert_reads"):
            patch.setattr(sqlcipher, name, around(name, getattr(sqlcipher, name)))
        yield


def faulty(home: Path, meets: Callable[[int], Callable[[str], None]], run: Callable[..., bool]) -> int:
    """Each step of a day's end meets a fault, each on a day of its own; after each the hub goes on as it is, is started
    again, and does what is still due. Returns how many steps there were."""
    for step in count(step=APART):
        day = DAY + timedelta(days=step)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                os, "fsync", lambda _: None
            )  # what a killed process has written is there without it
            ids = [read.read.id for read in Home.open(home).used(patch).fill(day, 4)]
            keep = set(ids[:2])
            whole = run(home, day, keep, meets(step))
            going_on = Home.open(home).used(patch)
            assert answered(going_on, day) in (keep, set(ids), None), step
            destruction.destroy_again()
            if not going_on.keys.tombstone(day, 0):
                assert going_on.searched(day).keys() == set(ids)
                end(day, keep)
            assert going_on.searched(day).keys() == keep, step
            assert going_on.keys.generation(day) == 1
            assert going_on.store.totals(day)[0] == len(keep)
            assert not going_on.store.remains()
            assert (day, 0) not in going_on.segments.listed()
            assert not list(going_on.keys.problems())
        if whole:
            return step
    raise AssertionError


def answered(home: Home, day: date) -> set[UUID] | None:
    """None: what was kept is not in its place before the next start, and this is said. Only PostgreSQL's swap can be
    cut off so."""
    try:
        return set(home.searched(day))
    except DayUnfinished:
        assert connection.vendor == "postgresql"
        assert home.keys.tombstone(day, 0)
        return None


def in_this_process(home: Path, day: date, keep: set[UUID], meet: Callable[[str], None]) -> bool:
    try:
        with each_step(meet):
            end(day, keep)
    except (Killed, OSError):
        return False
    return True


def in_a_child(home: Path, day: date, keep: set[UUID], meet: Callable[[str], None]) -> bool:
    child = os.fork()
    if not child:
        with pytest.MonkeyPatch.context() as patch, each_step(meet):
            Home.open(home).used(patch)  # a process of its own has no file of the other's open
            end(day, keep)
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def at(step: int, act: Callable[[], None]) -> Callable[[str], None]:
    numbers = count()

    def meet(_: str) -> None:
        if next(numbers) == step:
            act()

    return meet


def from_then_on_full(step: int) -> Callable[[str], None]:
    numbers = count()

    def meet(name: str) -> None:
        if next(numbers) >= step and name not in FREES:
            raise OSError(errno.ENOSPC, "No space left on device")

    return meet


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stop() -> None:
    raise Killed


@on_sqlcipher
def test_killed_at_any_step(tmp_path: Path) -> None:
    assert faulty(tmp_path, lambda step: at(step, kill), in_a_child) > 40


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLCipher's is killed in earnest")
def test_cut_off_at_any_step(tmp_path: Path) -> None:
    assert faulty(tmp_path, lambda step: at(step, stop), in_this_process) > 60


def test_a_full_disk_at_any_step(tmp_path: Path) -> None:
    assert faulty(tmp_path, from_then_on_full, in_this_process) > 40
