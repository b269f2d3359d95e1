"""The log in order, for its checks."""

from collections.abc import Iterator

from plateward.audit import leaf
from plateward.audit.models import AuditEntry
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces
from plateward.vault.sealing import SealBroken

CHUNK = 1000


class LogDamaged(PlatewardError):
    """The log in the database is not the one whose head was signed."""


@enforces("6.b.i.9", "AU-9")
def read_lines(begin: int, end: int) -> Iterator[tuple[AuditEntry, bytes]]:
    """The entries from `begin` to before `end`, each with its line (leaf.py). Raises LogDamaged."""
    expected = begin
    while expected < end:
        chunk = AuditEntry.objects.filter(sequence__gte=expected, sequence__lt=end)[:CHUNK]
        for entry in chunk:
            if entry.sequence != expected:
                break
            try:
                line = entry.line()
            except SealBroken as broken:
                raise log_damaged(f"entry {entry.sequence} was altered or moved") from broken
            yield entry, line
            expected += 1
        if not chunk or entry.sequence != expected - 1:
            raise log_damaged(f"entry {expected} is missing")


def covered_by_tree(sequence: int, line: bytes) -> bytes:
    """What the tree covers of this line. Raises LogDamaged."""
    try:
        return leaf.read_line(line).covered
    except ValueError as error:
        raise log_damaged(f"entry {sequence} is not one") from error


def log_damaged(damage: str) -> LogDamaged:
    return LogDamaged(
        f"The audit log in the database is damaged: {damage}. Nothing was done. Report this incident (OPR:50 "
        "6.b.i.9, CJIS AU-9), do not change the database, and compare it with the last export."
    )
