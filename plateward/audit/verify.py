"""Proves an exported log without a hub or Django, from the file and the public key or an earlier head.

Every byte counts: each entry has its leaf beside it, each head signed on the way covers the leaves so far, the last one
all, and the hub signed the file. So an altered entry is named, and one that was altered with its leaf lies between two
heads that are named. What a line may be, `export_lines.py` says; older exports have entries and one head alone.
"""

from binascii import b2a_base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from plateward.audit import leaf
from plateward.audit.events import Event
from plateward.audit.export_lines import (
    HEADER,
    HEADER_1,
    CheckpointLine,
    EntryLine,
    FileSeal,
    is_sealed_by,
)
from plateward.audit.gaps import Gap, gap_in
from plateward.audit.merkle import HASH_BYTES, Frontier, GrowingTree, leaf_hash
from plateward.audit.signatures import SignedHead, decode_base64, key_text
from plateward.audit.tlog.checkpoints import signed_by
from plateward.audit.tlog.notes import BadNote, Note, NoteKey, SignatureKind
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

PROGRESS_EVERY = 1000  # lines
CLOCKS_MAY_DIFFER = timedelta(minutes=1)  # of two nodes
MAX_CLOCK_STEPS = 100  # that are named


class NotProven(PlatewardError):
    """This file is not the log that the hub signed: the sentence says what is wrong."""


@dataclass(frozen=True)
class ClockStep:
    """Entry `sequence` is dated more than a minute before one that precedes it: the hub's clock was set back."""

    sequence: int
    at: str
    latest: str  # the time of the entries before it

    def __str__(self) -> str:
        back = datetime.fromisoformat(self.latest) - datetime.fromisoformat(self.at)
        return f"entry {self.sequence:,} is dated {self.at}, {back} before the entries that precede it"


@dataclass(frozen=True)
class VerifiedLog:
    """What was proved: this many entries, none altered, under a head signed at this time by this key.

    `trusted` is False when the key comes from the file, which shows only that the file is consistent. `gaps`
    are parts lost with a database whose loss an administrator accepted: entries of the log say so. `withheld` entries
    came without their details; of these, `withheld_whole`, from before the bridge, came as leaves alone: what they
    state, a lost part too, is not proven. `checkpoint` is the note for C2SP's programs ("" in older exports).
    `clock_back`: where the hub's clock was set back.
    """

    entries: int
    root: str
    signed_at: str
    key: str
    trusted: bool
    gaps: tuple[Gap, ...] = ()
    withheld: int = 0
    checkpoint: str = ""
    clock_back: tuple[ClockStep, ...] = ()
    withheld_whole: int = 0


@dataclass
class _Reading:
    """What was read so far. `begins`: the root where the earlier head ends."""

    earlier: SignedHead | None
    tree: GrowingTree = field(default_factory=GrowingTree)
    head: SignedHead | None = None  # the last
    begins: str | None = None
    gaps: list[Gap] = field(default_factory=list)
    withheld: int = 0
    withheld_whole: int = 0
    salted: bool = False
    checkpoint: str = ""
    latest: str = ""  # of the times so far
    clock_back: list[ClockStep] = field(default_factory=list)

    def add(self, hashed: bytes) -> None:
        self.tree.append(hashed)
        self.note_beginning()

    def note_beginning(self) -> None:
        if self.earlier and self.earlier.head.size == self.tree.size:
            self.begins = self.tree.frontier().root().hex()


@enforces("6.b.i.9", "AU-9")
def verify_log(
    path: Path,
    key: str | None = None,
    earlier: SignedHead | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> VerifiedLog:
    """Verify the export at `path`: raises NotProven, which names the first wrong entry, or returns what is proven.

    `key` is the hub's public key (base64, or C2SP's `name+id+key`), else that of `earlier`, else the file's own.
    `earlier` is a head that the log must begin with. `progress` receives the number of bytes read so far.
    """
    trusted = _public_key(key) if key else earlier.key if earlier else None
    if earlier and trusted and not earlier.signed_by(trusted):
        raise NotProven("the earlier head is forged: the key did not sign it.")
    try:
        with path.open("rb") as file:
            reading, signed = _read_export(file, earlier, trusted, progress)
    except OSError as error:
        raise NotProven(f"the file cannot be read: {error.strerror}.") from error
    tree = reading.tree.frontier()
    _require_head(signed, tree, trusted or signed.key)
    if not signed.signed_by(signed.key):
        raise NotProven("its head is forged: the hub's key did not sign it.")
    if (
        earlier
        and earlier.head.root != reading.begins
        and not any(g.covers(earlier.head) for g in reading.gaps)
    ):
        if earlier.head.size > tree.size:
            raise NotProven(
                f"it holds {tree.size} entries, the earlier head {earlier.head.size}: its end was cut off."
            )
        raise NotProven("it does not begin with the log of the earlier head: the past was rewritten.")
    return VerifiedLog(
        tree.size,
        signed.head.root,
        signed.head.at,
        trusted or signed.key,
        trusted is not None,
        tuple(reading.gaps),
        reading.withheld,
        reading.checkpoint,
        tuple(reading.clock_back),
        reading.withheld_whole,
    )


def _public_key(key: str) -> str:
    """The base64 of a key, also of one in C2SP's form."""
    if "+" not in key[:-44]:
        return key
    try:
        return key_text(NoteKey.parse(key).public)
    except BadNote as error:
        raise NotProven(f"the key is unusable. {error}") from error


def _require_head(signed: SignedHead, tree: Frontier, key: str, since: int | None = None) -> None:
    """The head, of a good signature, is of these entries, and the hub's. `since`: the size at the head before it."""
    head = signed.head
    if head.size != tree.size:
        what = "removed" if head.size > tree.size else "inserted"
        raise NotProven(f"it holds {tree.size} entries but its head states {head.size}: entries were {what}.")
    if head.root != tree.root().hex():
        if since is None:
            raise NotProven("its entries do not match what was signed: one or more were altered.")
        raise NotProven(
            f"of entries {since} to {head.size - 1} one or more were altered together with their leaves: they are not "
            f"those that were signed {head.at}."
        )
    if signed.key != key:
        raise NotProven("its head is forged: it names a key that is not the hub's.")


def read_head(path: Path) -> SignedHead:
    """The signed head in a file: the last line of a head file, or the last head of an earlier export."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 64 * 1024))
            last = file.read().rstrip(b"\n").split(b"\n")[-3:]
    except OSError as error:
        raise NotProven(f"{path} cannot be read: {error.strerror}.") from error
    for line in reversed(last):
        try:
            return leaf.decode_line(line, SignedHead)
        except ValueError:
            continue
    raise NotProven(f"{path} does not end with a signed head.")


def _read_export(
    file: BinaryIO, earlier: SignedHead | None, key: str | None, progress: Callable[[int], None]
) -> tuple[_Reading, SignedHead]:
    """Read to the end, and the last head. Raises NotProven at the first line that is not what it must be."""
    digest = sha256()
    lines = _lines(file, progress)
    header = next(lines, None)
    if header not in (HEADER, HEADER_1):
        raise NotProven("it is not an exported audit log: the first line is not its header.")
    digest.update(header + b"\n")
    reading = _Reading(earlier)
    reading.note_beginning()
    if header == HEADER_1:
        return reading, _read_first_format(reading, lines)
    for line in lines:
        if line.startswith(b'{"leaf"'):
            _read_entry(reading, line)
        elif line.startswith(b'{"head"'):
            _read_middle_head(reading, line, key)
        elif line.startswith(b'{"checkpoint"'):
            _read_checkpoint(reading, line)
        elif line.startswith(b'{"digest"'):
            signed = _read_seal(reading, line, digest.hexdigest())
            break
        else:
            raise NotProven(f"{_place(reading)} is neither an entry nor a head: it was altered.")
        digest.update(line + b"\n")
    else:
        raise NotProven(
            f"its end is missing: it stops after {reading.tree.size} entries, before its signature."
        )
    if next(lines, None) is not None:
        raise NotProven("lines were added after its signature.")
    return reading, signed


def _read_entry(reading: _Reading, line: bytes) -> None:
    expected = reading.tree.size
    if reading.checkpoint:
        raise NotProven(f"entry {expected} was inserted after the checkpoint.")
    try:
        parts = _ENTRY_LINE.decode(line)
        if isinstance(parts.line, msgspec.UnsetType):
            if reading.salted:
                raise NotProven(f"entry {expected} was withheld whole: only its details may be left out.")
            reading.withheld += 1
            reading.withheld_whole += 1
            hashed = decode_base64(parts.leaf)
            if len(hashed) != HASH_BYTES or msgspec.json.encode(parts) != line:
                raise ValueError("it is not written as the hub writes it")
        else:
            raw = bytes(parts.line)
            hashed = _check_entry(reading, raw, expected, parts.leaf)
            if len(line) != _ENTRY_LENGTH + len(parts.leaf) + len(raw):
                raise ValueError("it is not written as the hub writes it")
    except (ValueError, RecursionError) as error:  # msgspec: brackets nested too deeply
        raise NotProven(f"entry {expected} was altered: its line is not an entry.") from error
    reading.add(hashed)


def _check_entry(reading: _Reading, line: bytes, expected: int, stated: str) -> bytes:
    """The hash of this entry's leaf, if the entry is the next and its leaf as stated (base64)."""
    entry = leaf.place_line(line)
    hashed = leaf_hash(entry.covered)
    if b2a_base64(hashed, newline=False) != stated.encode():
        raise NotProven(f"entry {expected} was altered: it is not what its leaf says.")
    sequence = entry.sequence
    if sequence > expected:
        raise NotProven(
            f"entry {expected} is missing: entry {sequence} is in place of it, removed or reordered."
        )
    if sequence < expected:
        raise NotProven(f"entry {sequence} is there again, in place of {expected}: inserted or reordered.")
    if reading.salted and not entry.salted:
        raise NotProven(f"entry {expected} was altered: it has no salt, and the entries before it have.")
    if entry.salted and not reading.salted and expected and entry.event != Event.AUDIT_BRIDGE:
        raise NotProven(f"entry {expected} was inserted: the first entry with a salt is a bridge.")
    reading.salted = entry.salted
    reading.withheld += entry.erased
    if entry.at[26:] != "Z" or not datetime.fromisoformat(entry.at):
        raise ValueError("its time is none")
    if entry.at > reading.latest:  # the times have one fixed form, so they compare as text
        reading.latest = entry.at
    elif len(reading.clock_back) < MAX_CLOCK_STEPS and _is_set_back(entry.at, reading.latest):
        reading.clock_back.append(ClockStep(sequence, entry.at, reading.latest))
    if entry.event == Event.AUDIT_RESTORE:
        _note_gap(reading, leaf.read_line(line).leaf)
    return hashed


def _note_gap(reading: _Reading, stated: leaf.Leaf) -> None:
    if gap := gap_in(stated):
        reading.gaps.append(gap)
    elif stated.outcome == "done":
        raise NotProven(
            f"there is a gap: entry {stated.sequence} accepts that entries were lost, and which ones was withheld."
        )


def _is_set_back(at: str, latest: str) -> bool:
    """More than two nodes' clocks may differ."""
    return datetime.fromisoformat(latest) - datetime.fromisoformat(at) > CLOCKS_MAY_DIFFER


_ENTRY_LINE = msgspec.json.Decoder(EntryLine)
_ENTRY_LENGTH = len('{"leaf":"","line":}')


def _read_middle_head(reading: _Reading, line: bytes, key: str | None) -> None:
    signed = _decode_head(line, f"the head after {reading.tree.size} entries")
    if not signed.signed_by(signed.key):
        raise NotProven(
            f"the head after {reading.tree.size} entries was altered: the hub's key did not sign it."
        )
    before = reading.head or signed
    since = reading.head.head.size if reading.head else 0
    _require_head(signed, reading.tree.frontier(), key or before.key, since)
    reading.head = signed


def _read_checkpoint(reading: _Reading, line: bytes) -> None:
    """C2SP's note says what the last head says, and the same key signed it."""
    if not reading.head:
        raise NotProven("its head is missing.")
    signed = reading.head
    try:
        note = leaf.decode_line(line, CheckpointLine)
        parsed = Note.parse(note.checkpoint.encode())
        name = parsed.text.partition("\n")[0]
        stated = signed_by(parsed, NoteKey(name, SignatureKind.ED25519, decode_base64(signed.key)))
        if msgspec.json.encode(note) != line or (stated.size, stated.root.hex()) != (
            signed.head.size,
            signed.head.root,
        ):
            raise BadNote("it is another tree's")
    except ValueError as error:
        raise NotProven("its checkpoint was altered: it is not the one of its last head.") from error
    reading.checkpoint = note.checkpoint


def _read_seal(reading: _Reading, line: bytes, digest: str) -> SignedHead:
    try:
        sealed = leaf.decode_line(line, FileSeal)
    except ValueError as error:
        raise NotProven("the signature over the file was altered.") from error
    if not (reading.checkpoint and reading.head):
        raise NotProven("its checkpoint is missing.")
    if reading.withheld_whole and not reading.salted:
        raise NotProven(
            "its entries were withheld whole: none of them is there, not even without its details."
        )
    if msgspec.json.encode(sealed) != line or not is_sealed_by(sealed, reading.head.key):
        raise NotProven("the signature over the file was altered: it is not the hub's.")
    if sealed.digest != digest:
        raise NotProven(
            "a head or a cosignature was removed or added: the file is not the one that the hub signed."
        )
    return reading.head


def _read_first_format(reading: _Reading, lines: Iterator[bytes]) -> SignedHead:
    """As exported before 0.6: entries as they were hashed, and one head."""
    line = next(lines, None)
    while line is not None:
        following = next(lines, None)
        if following is None:
            return _decode_head(line, "")
        reading.gaps += [gap] if (gap := gap_in(_decode_leaf(reading.tree.size, line))) else []
        reading.add(leaf_hash(line))
        line = following
    raise NotProven("its end is missing: it stops before its signed head.")


def _lines(file: BinaryIO, progress: Callable[[int], None]) -> Iterator[bytes]:
    """The lines without their ends. Bounded, whatever the file is."""
    number = 0
    while line := file.readline(leaf.MAX_LEAF_BYTES):
        number += 1
        if number % PROGRESS_EVERY == 0:
            progress(file.tell())
        if not line.endswith(b"\n"):
            raise NotProven("its end is missing: the last line is cut off.")
        yield line[:-1]


def _place(reading: _Reading) -> str:
    return (
        f"what stands in place of entry {reading.tree.size}"
        if not reading.checkpoint
        else "a line at its end"
    )


def _decode_leaf(expected: int, line: bytes) -> leaf.Leaf:
    """This line's entry, which must be the next."""
    try:
        entry = leaf.decode_line(line, leaf.Leaf)
    except ValueError as error:
        raise NotProven(f"line {expected + 2} is not an entry: it was altered.") from error
    if entry.sequence != expected:
        raise NotProven(
            f"entry {entry.sequence} is in place of {expected}: entries were removed, inserted or reordered."
        )
    return entry


def _decode_head(line: bytes, which: str) -> SignedHead:
    try:
        signed = leaf.decode_line(line, SignedHead)
    except ValueError as error:
        raise NotProven(
            f"{which} was altered." if which else "its end is missing: it stops before its signed head."
        ) from error
    if signed.line() != line:
        raise NotProven(f"{which or 'its head'} was altered.")
    return signed
