"""The custody record of a package: a chain of events, each an entry of the agency's audit log with the proof that it is
in the log. Needs no Django."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

import msgspec

from plateward.core.audit import leaf
from plateward.core.audit.export_lines import EntryLine
from plateward.core.audit.signatures import key_text
from plateward.core.audit.succession import Announcement, signer_of
from plateward.core.audit.tlog.checkpoints import Checkpoint
from plateward.core.audit.tlog.messages import EntryProof
from plateward.core.audit.tlog.notes import BadNote, Note
from plateward.core.audit.tlog.policy import UNWITNESSED
from plateward.ground.merkle import includes, leaf_hash
from plateward.ground.policy.trace import enforces
from plateward.work.evidence.verify.container import Container
from plateward.work.evidence.verify.findings import PackageFinding, right, sentence_of, unknown, wrong
from plateward.work.evidence.verify.layout import (
    CLOCKS_MAY_DIFFER,
    CUSTODY,
    FIRST,
    LOG_ANNOUNCED,
    CustodyLine,
    entry_file,
    moment,
    proof_file,
    stated,
)
from plateward.work.evidence.verify.trust import Trust


class WrongEntry(ValueError):
    """The sentence says what is wrong with an entry or its proof."""


@enforces("6.h.iv/verified", "6.b.i.9/sealed")
def check_custody(
    container: Container, bag: str, trust: Trust, made_at: datetime
) -> Iterator[PackageFinding]:
    """The chain, each entry against its line, each proof, and who signed the log."""
    signers: dict[bytes, str] = {}
    tried = set[bytes]()
    events = withheld = faults = 0
    listed = set[int]()
    try:
        for line in _chain(container.read(f"{bag}/{CUSTODY}")):
            events += 1
            withheld += line.withheld
            listed.add(line.entry)
            try:
                note = _check_entry(container, bag, line, made_at)
                if bytes(note) not in tried:
                    tried.add(bytes(note))  # a wrong one is named once, not for each of its entries
                    signers[bytes(note)] = _signer(container, bag, note, trust)
            except (WrongEntry, BadNote, KeyError) as error:
                faults += 1
                yield wrong("custody", f"entry {line.entry:,}: {sentence_of(error)}")
    except (WrongEntry, KeyError) as error:
        faults += 1
        yield wrong("custody", sentence_of(error))
    files = {path.removeprefix(f"{bag}/") for path in container.files if path.startswith(f"{bag}/data/log/")}
    for path in sorted(files - {name(entry) for entry in listed for name in (entry_file, proof_file)}):
        faults += 1
        yield wrong("custody", f"{path} belongs to no event of the custody record")
    if not events:
        yield wrong("custody", "the custody record is empty")
    if faults or not events:
        return
    more = f"; {withheld} of other alerts, searches and cases, withheld by the agency" if withheld else ""
    yield right("custody", f"{events} events in one chain, each an entry that is in the audit log{more}")
    yield from _trusted_log(signers, trust)


def _chain(content: bytes) -> Iterator[CustodyLine]:
    """The lines in order. Raises WrongEntry where the chain breaks."""
    previous, last = FIRST, -1
    for number, raw in enumerate(content.splitlines(keepends=True), 1):
        try:
            line = msgspec.json.decode(raw, type=CustodyLine)
        except ValueError as error:
            raise WrongEntry(f"event {number} of the custody record is not one") from error
        if line.number != number or line.previous != previous or line.entry <= last:
            raise WrongEntry(
                f"the chain breaks before event {number}: an event was altered, removed, added or moved"
            )
        previous, last = sha256(raw).hexdigest(), line.entry
        yield line


def _check_entry(container: Container, bag: str, line: CustodyLine, made_at: datetime) -> Note:
    """The checkpoint of its proof. Raises WrongEntry, BadNote, KeyError."""
    try:
        parts = leaf.decode_line(container.read(f"{bag}/{entry_file(line.entry)}"), EntryLine)
        if isinstance(parts.line, msgspec.UnsetType):
            entry, hashed = None, b64decode(parts.leaf, validate=True)
        else:
            entry = leaf.read_line(bytes(parts.line))
            hashed = leaf_hash(entry.covered)
    except (ValueError, RecursionError) as error:
        raise WrongEntry("it is not an entry of an audit log") from error
    if {b64encode(hashed).decode(), parts.leaf} != {line.leaf}:
        raise WrongEntry("it was altered: it is not what its leaf says")
    told = (entry.leaf.sequence, stated(entry.leaf)) if entry else None
    if line.withheld != (told is None) or (told and told != (line.entry, line.facts)):
        raise WrongEntry("the custody record says something else than the entry")
    if entry:
        _check_time(entry.leaf.at, made_at)
    proof = EntryProof.parse(container.read(f"{bag}/{proof_file(line.entry)}"))
    checkpoint = Checkpoint.parse(proof.note.text)
    if proof.index != line.entry or not includes(
        checkpoint.root, checkpoint.size, proof.index, hashed, proof.proof
    ):
        raise WrongEntry(
            f"its proof does not lead to the log of {checkpoint.size:,} entries: it is not in it"
        )
    return proof.note


def _check_time(at: str, made_at: datetime) -> None:
    """Raises WrongEntry."""
    try:
        entered_at = moment(at)
    except ValueError as error:
        raise WrongEntry(f"it has no time of an entry: {error}") from error
    if entered_at > made_at + CLOCKS_MAY_DIFFER:
        raise WrongEntry("it is from after the package was made")


def _signer(container: Container, bag: str, note: Note, trust: Trust) -> str:
    """Which key of the log (base64) signed its checkpoint; empty if none is trusted. Raises BadNote."""
    if trust.log_key is None:
        return ""
    file = f"{bag}/{LOG_ANNOUNCED}"
    try:
        # A package from before Plateward had announcements has no file of them.
        content = container.read(file) if file in container.files else b"[]"
        return signer_of(note, trust.log_key, msgspec.json.decode(content, type=list[Announcement]))
    except (ValueError, RecursionError) as error:
        raise BadNote(
            "its checkpoint is not signed by the log key that you trust, nor by one that followed it"
        ) from error


def _trusted_log(signers: dict[bytes, str], trust: Trust) -> Iterator[PackageFinding]:
    """What is established of the logs' checkpoints, each with the key that signed it."""
    for raw, signer in signers.items():
        note = Note.parse(raw)
        checkpoint = Checkpoint.parse(note.text)
        name = f"the log {checkpoint.origin} of {checkpoint.size:,} entries"
        if trust.log_key is None:
            yield unknown("log", f"who signed {name}: give the key of the log (--log-key)")
            continue
        cosigners = sorted(trust.witnesses.cosigners(note)) if trust.witnesses else []
        by = f", cosigned by {', '.join(cosigners)}" if cosigners else f". {UNWITNESSED}"
        if trust.witnesses and not trust.witnesses.is_met(frozenset(cosigners)):
            yield wrong(
                "log",
                f"{name} is cosigned by {', '.join(cosigners) or 'no witness'}, which is no quorum",
            )
        else:
            key = "the key" if signer == key_text(trust.log_key) else f"{signer}, which followed the key"
            yield right("log", f"{name} is signed by {key} that you trust{by}")
