"""The custody record of a package: what the audit log has of its alerts, reads and readers, with the proofs."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

import msgspec

from plateward.core.audit.events import Event
from plateward.core.audit.export_lines import EntryLine, entry_line
from plateward.core.audit.leaf import ReadEntry
from plateward.core.audit.log_reader import opened
from plateward.core.audit.mentions import batched, entries_about
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.tlog.messages import EntryProof
from plateward.core.audit.witnesses.proving import ProvenLog
from plateward.ground.merkle import leaf_hash
from plateward.ground.policy.trace import enforces
from plateward.work.evidence.custody.chain import Chain
from plateward.work.evidence.custody.disclosure import Disclosure, Scope
from plateward.work.evidence.verify.layout import CUSTODY, FIRST, CustodyLine, entry_file, proof_file, stated

File = tuple[str, bytes]


def numbers_about(things: Sequence[str], readers: Sequence[str], chain: Chain) -> list[int]:
    """The numbers of the log's entries about these things, about the enrollment of these readers, and of the chain of
    custody, those that are withheld too, in order."""
    enrolled = AuditEntry.objects.filter(
        object__in=[f"reader:{name}" for name in readers],
        event__in=[Event.READER_ENROLL.value, Event.READER_REVOKE.value],
    )
    in_chain = [*(event.entry for event in chain.events), *chain.withheld]
    numbers = {entry for entry in in_chain if entry is not None}
    numbers.update(entry.sequence for entry in entries_about(things))
    return sorted(numbers.union(enrolled.values_list("sequence", flat=True)))


def entries_of(numbers: Sequence[int]) -> Iterator[AuditEntry]:
    """These entries in order."""
    for some in batched(numbers):
        yield from AuditEntry.objects.filter(sequence__in=some).order_by("sequence")


@enforces("6.h.iv/custody", "6.h.iv/verified", "6.b.i.9/read", "6.c.ii/cases")
def custody_files(
    numbers: Sequence[int], log: ProvenLog, scope: Scope, progress: Callable[[], None]
) -> Iterator[File]:
    """Each entry with its proof, then the chain. Of an entry that is not in scope there is only its leaf, and nothing
    else in its line of the chain. Raises LogDamaged."""
    chain: list[bytes] = []
    previous = FIRST
    for entry in entries_of(numbers):
        if entry.sequence >= log.tree.size:
            continue  # came after the head
        read = opened(entry)
        disclosure = scope.disclosure(entry)
        exported, hashed = _disclosed(entry, read, disclosure)
        proof = EntryProof(entry.sequence, tuple(log.tree.inclusion(entry.sequence, hashed)), log.note)
        yield entry_file(entry.sequence), exported + b"\n"
        yield proof_file(entry.sequence), bytes(proof)
        facts = {} if disclosure is Disclosure.WITHHELD else stated(read.leaf)
        leaf = b64encode(hashed).decode()
        link = CustodyLine(len(chain) + 1, previous, entry.sequence, leaf, **facts)
        chain.append(msgspec.json.encode(link) + b"\n")
        previous = sha256(chain[-1]).hexdigest()
        progress()
    yield CUSTODY, b"".join(chain)


def _disclosed(entry: AuditEntry, read: ReadEntry, disclosure: Disclosure) -> tuple[bytes, bytes]:
    """What leaves of an entry, and the hash of its leaf."""
    hashed = leaf_hash(read.covered)
    if disclosure is Disclosure.WITHHELD:
        return msgspec.json.encode(EntryLine(b64encode(hashed).decode())), hashed
    return entry_line(entry.line(), details=disclosure is Disclosure.WHOLE)[0], hashed
