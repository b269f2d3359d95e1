"""Proves an exported log without a hub or Django, from the file and the public key or an earlier head.

Every line between header and head is hashed as it stands, so one changed byte changes the root, and only the
hub's own root carries the hub's signature.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from plateward.audit import leaf
from plateward.audit.gaps import Gap, gap_in
from plateward.audit.merkle import Frontier
from plateward.audit.signatures import SignedHead
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

HEADER = b'{"format":"plateward.audit.v1"}'


class NotProven(PlatewardError):
    """This file is not the log that the hub signed: the sentence says what is wrong."""


@dataclass(frozen=True)
class VerifiedLog:
    """What was proved: this many entries, none altered, under a head signed at this time by this key.

    `trusted` is False when the key comes from the file, which shows only that the file is consistent. `gaps`
    are parts lost with a database whose loss an administrator accepted: entries of the log say so.
    """

    entries: int
    root: str
    signed_at: str
    key: str
    trusted: bool
    gaps: tuple[Gap, ...] = ()


@enforces("6.b.i.9", "AU-9")
def verify_log(
    path: Path,
    key: str | None = None,
    earlier: SignedHead | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> VerifiedLog:
    """Verify the export at `path`: raises NotProven, or returns what is proven.

    `key` is the hub's public key (base64), else that of `earlier`, else the file's own. `earlier` is a head
    that the log must begin with. `progress` receives the number of bytes read so far.
    """
    trusted = key or (earlier.key if earlier else None)
    if earlier and trusted and not earlier.signed_by(trusted):
        raise NotProven("the earlier head is forged: the key did not sign it.")
    try:
        with path.open("rb") as file:
            tree, begins, gaps, signed = _read_export(file, earlier, progress)
    except OSError as error:
        raise NotProven(f"the file cannot be read: {error.strerror}.") from error
    head = signed.head
    if head.size > tree.size:
        raise NotProven(
            f"it holds {tree.size} entries but its head states {head.size}: entries were removed."
        )
    if head.size < tree.size:
        raise NotProven(
            f"it holds {tree.size} entries but its head states {head.size}: entries were inserted."
        )
    if head.root != tree.root().hex():
        raise NotProven("its entries do not match what was signed: one or more were altered.")
    if signed.key != (trusted or signed.key):
        raise NotProven("its head is forged: it names a key that is not the hub's.")
    if not signed.signed_by(signed.key):
        raise NotProven("its head is forged: the hub's key did not sign it.")
    if earlier and earlier.head.root != begins and not any(gap.covers(earlier.head) for gap in gaps):
        if earlier.head.size > tree.size:
            raise NotProven(
                f"it holds {tree.size} entries, the earlier head {earlier.head.size}: its end was cut off."
            )
        raise NotProven("it does not begin with the log of the earlier head: the past was rewritten.")
    return VerifiedLog(tree.size, head.root, head.at, trusted or signed.key, trusted is not None, tuple(gaps))


def read_head(path: Path) -> SignedHead:
    """The signed head in a file: the last line of a head file, or of an earlier export."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 4096))
            last = file.read().rstrip(b"\n").rpartition(b"\n")[2]
        return leaf.decode_line(last, SignedHead)
    except OSError as error:
        raise NotProven(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise NotProven(f"{path} does not end with a signed head.") from error


def _read_export(
    file: BinaryIO, earlier: SignedHead | None, progress: Callable[[int], None]
) -> tuple[Frontier, str | None, list[Gap], SignedHead]:
    """The tree over the entries, its root at the earlier head's size, the stated gaps, the signed head."""
    if _read_line(file) != HEADER:
        raise NotProven("it is not an exported audit log: the first line is not its header.")
    tree = Frontier()
    begins = None
    gaps: list[Gap] = []
    line = _read_line(file)
    while line is not None:
        following = _read_line(file)
        if earlier and earlier.head.size == tree.size:
            begins = tree.root().hex()
        if following is None:
            return tree, begins, gaps, _decode_head(line)
        entry = _decode_leaf(tree, line)
        gaps += [gap] if (gap := gap_in(entry)) else []
        tree = tree.append(line)
        progress(file.tell())
        line = following
    raise NotProven("its end is missing: it stops before its signed head.")


def _read_line(file: BinaryIO) -> bytes | None:
    """The next line without its end, or None at the end of the file. Bounded, whatever the file is."""
    line = file.readline(leaf.MAX_LEAF_BYTES)
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise NotProven("its end is missing: the last line is cut off.")
    return line[:-1]


def _decode_leaf(tree: Frontier, line: bytes) -> leaf.Leaf:
    """This line's entry, which must be the next."""
    try:
        entry = leaf.decode_line(line, leaf.Leaf)
    except ValueError as error:
        raise NotProven(f"line {tree.size + 2} is not an entry: it was altered.") from error
    if entry.sequence != tree.size:
        raise NotProven(
            f"entry {entry.sequence} is in place of {tree.size}: entries were removed, inserted or reordered."
        )
    return entry


def _decode_head(line: bytes) -> SignedHead:
    try:
        signed = leaf.decode_line(line, SignedHead)
    except ValueError as error:
        raise NotProven("its end is missing: it stops before its signed head.") from error
    if signed.line() != line:
        raise NotProven("its head was altered.")
    return signed
