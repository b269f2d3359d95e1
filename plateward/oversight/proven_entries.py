"""Entries of the hub that are published whole, with the proofs that they are in the log (`core/audit/proven.py`)."""

from collections.abc import Sequence

from plateward.core.audit.log_reader import in_parts, opened
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.proven import proven_document
from plateward.core.audit.witnesses.proving import ProvenLog
from plateward.ground.merkle import leaf_hash
from plateward.ground.policy.trace import enforces


@enforces("6.b.i.9/sealed", "AU-9/witnessed")
def prove_entries(numbers: Sequence[int]) -> bytes:
    """The document of these entries, in order, under the log's checkpoint as it is now. They are shown
    whole, with their salts: only for entries that the hub wrote to be published. Raises LogDamaged, LogSetBack,
    TilesBehind."""
    log = ProvenLog.now()
    lines = []
    for part in in_parts(AuditEntry.objects.filter(sequence__in=numbers, sequence__lt=log.tree.size)):
        for entry in part:
            hashed = leaf_hash(opened(entry).covered)
            lines.append((entry.line(), log.tree.inclusion(entry.sequence, hashed)))
    return proven_document(log.note, log.keys.decode().splitlines(), lines, log.announced)
