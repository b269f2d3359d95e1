"""Proves an exported log without a hub or Django, from the file and the public key or an earlier head.

Every byte counts: each entry has its leaf beside it, each head signed on the way covers the leaves so far, the last one
all, and the hub signed the file. So an altered entry is named, and one that was altered with its leaf lies between two
heads that are named.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from plateward.core.audit import leaf
from plateward.core.audit.export_entries import NotProven, processes_for
from plateward.core.audit.export_reading import ClockStep, ExportReading, require_head
from plateward.core.audit.gaps import Gap
from plateward.core.audit.signatures import SignedHead, key_text
from plateward.core.audit.succession import Announcement, chain_from
from plateward.core.audit.tlog.notes import BadNote, Note, NoteKey
from plateward.core.audit.tlog.policy import parse_policy
from plateward.ground.policy.trace import enforces

__all__ = ["ClockStep", "NotProven", "VerifiedLog", "read_head", "require_quorum", "verify_log"]


@dataclass(frozen=True)
class VerifiedLog:
    """What was proved: this many entries, none altered, under a head signed at this time by this key.

    `trusted` is False when the key comes from the file, which shows only that the file is consistent. `gaps`
    are parts lost with a database whose loss an administrator accepted: entries of the log say so. `withheld` entries
    came without their details. `checkpoint` is the note for C2SP's programs.
    `clock_back`: where the hub's clock was set back. `announced`: the log's keys that followed others.
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
    announced: tuple[Announcement, ...] = ()


@enforces("6.b.i.9/sealed", "AU-9/found")
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
    if earlier and not earlier.signed_by(earlier.key):
        raise NotProven("the earlier head is forged: the key did not sign it.")
    try:
        with path.open("rb") as file:
            reading = ExportReading(earlier, trusted)
            signed = reading.read(file, progress, processes_for(path.stat().st_size))
    except OSError as error:
        raise NotProven(f"the file cannot be read: {error.strerror}.") from error
    tree = reading.tree.frontier()
    require_head(signed, tree)
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
        signed.key,
        trusted is not None,
        tuple(reading.gaps),
        reading.withheld,
        reading.checkpoint,
        tuple(reading.clock_back),
        tuple(reading.announced),
    )


def _public_key(key: str) -> str:
    """The base64 of a key, also of one in C2SP's form."""
    if "+" not in key[:-44]:
        return key
    try:
        return key_text(NoteKey.parse(key).public)
    except BadNote as error:
        raise NotProven(f"the key is unusable. {error}") from error


HEAD_BEGINS = b'{"head":'  # a syslog server writes time and host before it


def read_head(path: Path) -> SignedHead:
    """The signed head in a file: the last line of a head file or of a syslog server's, or the last head of an earlier
    export."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 64 * 1024))
            last = file.read().rstrip(b"\n").split(b"\n")[-3:]
    except OSError as error:
        raise NotProven(f"{path} cannot be read: {error.strerror}.") from error
    for line in reversed(last):
        try:
            return leaf.decode_line(line[max(line.find(HEAD_BEGINS), 0) :], SignedHead)
        except ValueError:
            continue
    raise NotProven(f"{path} does not end with a signed head.")


@enforces("6.b.i.9/sealed", "AU-9/witnessed")
def require_quorum(checkpoint: str, key: str, announced: Sequence[Announcement], path: Path) -> list[str]:
    """The witnesses that cosigned the checkpoint that this key (base64) signed, by their names in the policy at `path`.
    The policy may name a log by an older key that leads to this one. Raises NotProven if the policy is unusable, knows
    other logs than this, or requires more witnesses."""
    try:
        policy = parse_policy(path.read_bytes())
        note = Note.parse(checkpoint.encode())
    except OSError as error:
        raise NotProven(f"the witness policy cannot be read: {error.strerror}.") from error
    except BadNote as error:
        raise NotProven(f"its witnesses cannot be looked at. {error}") from error
    if policy.logs and not any(key in chain_from(key_text(log.public), announced) for log in policy.logs):
        raise NotProven("it is none of the logs that the witness policy names.")
    cosigners = policy.cosigners(note)
    if not policy.is_met(cosigners):
        names = ", ".join(sorted(cosigners)) or "no witness"
        raise NotProven(
            f"its checkpoint was cosigned by {names}, which is no quorum: its hub may show others another log."
        )
    return sorted(cosigners)
