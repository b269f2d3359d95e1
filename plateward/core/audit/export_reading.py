"""Reads an exported log line by line, and checks each against those before it. Needs no Django.

What a line may be, `export_lines.py` says; `verify.py` says what the
whole file proves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import BinaryIO

import msgspec

from plateward.core.audit import leaf
from plateward.core.audit.events import Event
from plateward.core.audit.export_entries import (
    ENTRY_AT,
    CheckedEntry,
    LeafDiffers,
    NotProven,
    check_entry,
    each,
)
from plateward.core.audit.export_lines import (
    HEADER,
    CheckpointLine,
    FileSeal,
    is_sealed_by,
)
from plateward.core.audit.gaps import Gap, gap_in
from plateward.core.audit.signatures import SignedHead, decode_base64
from plateward.core.audit.succession import Announcement, announced_in, chain_from
from plateward.core.audit.tlog.checkpoints import signed_by
from plateward.core.audit.tlog.notes import BadNote, Note, NoteKey, SignatureKind
from plateward.ground.merkle import Frontier, GrowingTree
from plateward.ground.policy.trace import enforces

PROGRESS_EVERY = 1000  # lines
CLOCKS_MAY_DIFFER = timedelta(minutes=1)  # of two nodes
MAX_CLOCK_STEPS = 100  # that are named
FORGED = "its head is forged: it names a key that is not the hub's."


@dataclass(frozen=True)
class ClockStep:
    """Entry `sequence` is dated more than a minute before one that precedes it: the hub's clock was set back."""

    sequence: int
    at: str
    latest: str  # the time of the entries before it

    def __str__(self) -> str:
        back = datetime.fromisoformat(self.latest) - datetime.fromisoformat(self.at)
        return f"entry {self.sequence:,} is dated {self.at}, {back} before the entries that precede it"


@dataclass
class ExportReading:
    """What was read so far, and whether it holds together. Each method takes a line and raises NotProven if it is not
    what it must be. `key`: the hub's, if known. `begins`: the root where the earlier head ends."""

    earlier: SignedHead | None
    key: str | None
    tree: GrowingTree = field(default_factory=GrowingTree)
    head: SignedHead | None = None  # the last
    begins: str | None = None
    gaps: list[Gap] = field(default_factory=list)
    withheld: int = 0
    checkpoint: str = ""
    latest: str = ""  # of the times so far
    clock_back: list[ClockStep] = field(default_factory=list)
    announced: list[Announcement] = field(default_factory=list)
    signers: dict[str, None] = field(default_factory=dict)  # the keys of heads, in order

    def read(self, file: BinaryIO, progress: Callable[[int], None], processes: int = 0) -> SignedHead:
        """Read to the end: the last head. `processes`: so many others check entries ahead."""
        digest = sha256()
        lines = _lines(file, progress)
        header = next(lines, None)
        if header != HEADER:
            raise NotProven("it is not an exported audit log: the first line is not its header.")
        digest.update(header + b"\n")
        self._note_beginning()
        for line, checked in each(lines, processes):
            if checked or line.startswith(b'{"leaf"'):
                self._entry(line, checked)
            elif line.startswith(b'{"head"'):
                self._middle_head(line)
            elif line.startswith(b'{"checkpoint"'):
                self._checkpoint(line)
            elif line.startswith(b'{"digest"'):
                signed = self._seal(line, digest.hexdigest())
                break
            else:
                raise NotProven(f"{self._place()} is neither an entry nor a head: it was altered.")
            digest.update(line + b"\n")
        else:
            raise NotProven(
                f"its end is missing: it stops after {self.tree.size} entries, before its signature."
            )
        if next(lines, None) is not None:
            raise NotProven("lines were added after its signature.")
        self._require_one_hub(signed)
        return signed

    @enforces("6.b.i.9/sealed", "AU-9/found")
    def _require_one_hub(self, last: SignedHead) -> None:
        """Each key that signed a head is the trusted one, or leads to it or from it by what the log announces."""
        own = set(chain_from(self.key or next(iter(self.signers), last.key), self.announced))
        if last.key not in own:
            raise NotProven(FORGED)
        if any(link.old_key == last.key and link.new_key in self.signers for link in self.announced):
            raise NotProven("its head is forged: a key signed it that another had followed.")
        for link in reversed(self.announced):  # the log itself vouches for those before
            own |= {link.old_key} if link.new_key in own else set()
        if not own.issuperset(self.signers):
            raise NotProven(FORGED)
        if self.earlier and self.earlier.key not in own:
            raise NotProven("the earlier head is forged: a key that is not the hub's signed it.")

    def _add(self, hashed: bytes) -> None:
        self.tree.append(hashed)
        if self.earlier:
            self._note_beginning()

    def _note_beginning(self) -> None:
        if self.earlier and self.earlier.head.size == self.tree.size:
            self.begins = self.tree.frontier().root().hex()

    def _place(self) -> str:
        if self.checkpoint:
            return "a line at its end"
        return f"what stands in place of entry {self.tree.size}"

    def _entry(self, line: bytes, checked: CheckedEntry | None) -> None:
        expected = self.tree.size
        if self.checkpoint:
            raise NotProven(f"entry {expected} was inserted after the checkpoint.")
        try:
            hashed = self._next_entry(line, checked or check_entry(line), expected)
        except LeafDiffers as error:
            raise NotProven(f"entry {expected} was altered: it is not what its leaf says.") from error
        except (ValueError, RecursionError) as error:  # msgspec: brackets nested too deeply
            raise NotProven(f"entry {expected} was altered: its line is not an entry.") from error
        self._add(hashed)

    def _next_entry(self, line: bytes, entry: CheckedEntry, expected: int) -> bytes:
        """The hash of this entry's leaf, if the entry is the next."""
        if entry.sequence != expected:
            raise NotProven(_out_of_place(entry.sequence, expected))
        if entry.erased:
            self.withheld += 1
        at = entry.at
        if at > self.latest:  # the times have one fixed form, so they compare as text
            self.latest = at
        elif len(self.clock_back) < MAX_CLOCK_STEPS and _is_set_back(at, self.latest):
            self.clock_back.append(ClockStep(expected, at, self.latest))
        if entry.event == Event.AUDIT_RESTORE:
            self._note_gap(leaf.read_line(line[ENTRY_AT:-1]).leaf)
        if entry.event == Event.KEY_ROTATE and (link := announced_in(leaf.read_line(line[ENTRY_AT:-1]).leaf)):
            self.announced.append(link)
        return entry.hashed

    def _note_gap(self, stated: leaf.Leaf) -> None:
        if gap := gap_in(stated):
            self.gaps.append(gap)
        elif stated.outcome == "done":
            raise NotProven(
                f"there is a gap: entry {stated.sequence} accepts that entries were lost, and which ones was withheld."
            )

    def _middle_head(self, line: bytes) -> None:
        signed = _decode_head(line, f"the head after {self.tree.size} entries")
        if not signed.signed_by(signed.key):
            raise NotProven(
                f"the head after {self.tree.size} entries was altered: the hub's key did not sign it."
            )
        since = self.head.head.size if self.head else 0
        require_head(signed, self.tree.frontier(), since)
        self.signers[signed.key] = None
        self.head = signed

    def _checkpoint(self, line: bytes) -> None:
        """C2SP's note says what the last head says, and the same key signed it."""
        if not self.head:
            raise NotProven("its head is missing.")
        signed = self.head
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
        self.checkpoint = note.checkpoint

    def _seal(self, line: bytes, digest: str) -> SignedHead:
        try:
            sealed = leaf.decode_line(line, FileSeal)
        except ValueError as error:
            raise NotProven("the signature over the file was altered.") from error
        if not (self.checkpoint and self.head):
            raise NotProven("its checkpoint is missing.")
        if msgspec.json.encode(sealed) != line or not is_sealed_by(sealed, self.head.key):
            raise NotProven("the signature over the file was altered: it is not the hub's.")
        if sealed.digest != digest:
            raise NotProven(
                "a head or a cosignature was removed or added: the file is not the one that the hub signed."
            )
        return self.head


def require_head(signed: SignedHead, tree: Frontier, since: int | None = None) -> None:
    """The head, of a good signature, is of these entries. `since`: the size at the head before it."""
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


def _out_of_place(sequence: int, expected: int) -> str:
    if sequence > expected:
        return f"entry {expected} is missing: entry {sequence} is in place of it, removed or reordered."
    return f"entry {sequence} is there again, in place of {expected}: inserted or reordered."


def _is_set_back(at: str, latest: str) -> bool:
    """More than two nodes' clocks may differ."""
    return datetime.fromisoformat(latest) - datetime.fromisoformat(at) > CLOCKS_MAY_DIFFER


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
