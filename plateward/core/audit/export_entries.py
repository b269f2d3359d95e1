"""The entries of an export, each checked by itself: what most of the time of a verification goes to. Of a long export
they are checked ahead in other processes, and in the same order. Needs no Django.
"""

import os
import signal
from binascii import b2a_base64
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from multiprocessing import get_context

import msgspec

from plateward.core.audit import leaf
from plateward.ground.errors import PlatewardError
from plateward.ground.merkle import leaf_hash

LEAF_BEGINS, ENTRY_BEGINS = b'{"leaf":"', b'","line":'
LEAF_AT, LEAF_ENDS = len(LEAF_BEGINS), len(LEAF_BEGINS) + 44  # base64 of a hash
ENTRY_AT = LEAF_ENDS + len(ENTRY_BEGINS)
AT_ONCE, BLOCK = 2000, 1024 * 1024  # lines and bytes, whichever comes first: a line may have four million
PROCESSES = 3  # at most: more would wait for the process that reads


class NotProven(PlatewardError):
    """This file is not the log that the hub signed: the sentence says what is wrong."""


class CheckedEntry(msgspec.Struct, array_like=True, gc=False):
    """An entry whose leaf is what it says, and the leaf's hash."""

    sequence: int
    at: str
    event: str
    hashed: bytes
    erased: bool


class LeafDiffers(ValueError):
    """The entry is not what its leaf says."""


def check_entry(line: bytes) -> CheckedEntry:
    """The entry of a line that has it whole. Raises ValueError, LeafDiffers, and RecursionError (msgspec: brackets
    nested too deeply)."""
    if line[LEAF_ENDS:ENTRY_AT] != ENTRY_BEGINS or line[:LEAF_AT] != LEAF_BEGINS or line[-1:] != b"}":
        raise ValueError("it is not written as the hub writes it")
    placed = leaf.place_line(line[ENTRY_AT:-1])
    hashed = leaf_hash(placed.covered)
    if b2a_base64(hashed, newline=False) != line[LEAF_AT:LEAF_ENDS]:
        raise LeafDiffers
    if placed.at[26:] != "Z" or not datetime.fromisoformat(placed.at):
        raise ValueError("its time is none")
    return CheckedEntry(placed.sequence, placed.at, placed.event, hashed, placed.erased)


Line = tuple[bytes, CheckedEntry | None]


def each(lines: Iterable[bytes], processes: int) -> Iterator[Line]:
    """The lines, with the entry of each that was checked ahead and found right. `processes`: so many check, 0: none."""
    if processes:
        yield from _checked_ahead(lines, processes)
    else:
        for line in lines:
            yield line, None


def processes_for(size: int) -> int:
    """For an export of so many bytes: none where their start would take longer than they save."""
    cores = len(os.sched_getaffinity(0))
    return min(cores, PROCESSES) if cores > 1 and size > 64 * 1024 * 1024 else 0


def _checked_ahead(lines: Iterable[bytes], processes: int) -> Iterator[Line]:
    waiting: deque[tuple[list[bytes], Future[bytes] | None]] = deque()
    ended: NotProven | None = None
    # Ctrl-C reaches them, too: only the process that reads answers it.
    ignoring = (signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(processes, get_context("spawn"), signal.signal, ignoring) as pool:
        try:
            for block in _blocks(lines):
                waiting.append((block, _submitted(pool, block)))
                if len(waiting) > 2 * processes:
                    yield from _result(*waiting.popleft())
        except NotProven as error:  # of the file's end: what is wrong before it is said first
            ended = error
        while waiting:
            yield from _result(*waiting.popleft())
    if ended:
        raise ended


def _blocks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    size = 0
    try:
        for line in lines:
            block.append(line)
            size += len(line)
            if len(block) == AT_ONCE or size >= BLOCK:
                yield block
                block, size = [], 0
    except NotProven:
        yield block
        raise
    yield block


def _submitted(pool: ProcessPoolExecutor, block: list[bytes]) -> "Future[bytes] | None":
    try:
        return pool.submit(check_block, b"\n".join(block))
    except BrokenProcessPool:
        return None


def _result(block: list[bytes], future: "Future[bytes] | None") -> Iterator[Line]:
    """Where a process was killed, by a machine without memory perhaps, the one that reads checks the lines."""
    try:
        checked = _DECODER.decode(future.result()) if future else [None] * len(block)
    except BrokenProcessPool:
        checked = [None] * len(block)
    return zip(block, checked, strict=True)


def check_block(block: bytes) -> bytes:
    """In another process: what is right of these lines."""
    return _ENCODER.encode([_right(line) for line in block.split(b"\n")] if block else [])


def _right(line: bytes) -> CheckedEntry | None:
    try:
        return check_entry(line)
    except (ValueError, RecursionError):
        return None  # the process that reads says what it is, or what is wrong with it


_ENCODER, _DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(list[CheckedEntry | None])
