"""The log in order, and many of its entries part by part."""

from array import array
from collections.abc import Iterator

from django.db.models import QuerySet

from plateward.core.audit import leaf
from plateward.core.audit.leaf import ReadEntry
from plateward.core.audit.models import AuditEntry
from plateward.ground.errors import HubMustStop
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken

CHUNK = 1000
AT_ONCE = 500


class LogDamaged(HubMustStop):
    """The log in the database is not the one whose head was signed."""


@enforces("6.b.i.9/sealed", "AU-9/found")
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


@enforces("6.b.i.9/sealed", "AU-9/found")
def opened(entry: AuditEntry) -> ReadEntry:
    """What is sealed in an entry. Raises LogDamaged if that does not open, or its columns say something else."""
    try:
        read = leaf.read_line(entry.line())
    except (SealBroken, ValueError) as error:
        raise log_damaged(f"entry {entry.sequence} was altered or moved") from error
    if entry.differing:
        differing = "; ".join(
            f"{column.column} is {column.value!s} and was sealed as {column.true!s}"
            for column in entry.differing
        )
        raise log_damaged(f"the search columns of entry {entry.sequence} were altered, {differing}")
    return read


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


def in_parts(entries: QuerySet[AuditEntry]) -> Iterator[QuerySet[AuditEntry]]:
    """These entries by number, in the order of the log. Between two parts no query is open: on SQLCipher its connection
    could not write any more after another has."""
    numbers = array("Q", entries.order_by("sequence").values_list("sequence", flat=True).iterator())
    for begin in range(0, len(numbers), AT_ONCE):
        part = AuditEntry.objects.filter(sequence__in=numbers[begin : begin + AT_ONCE])
        yield part.order_by("sequence")
