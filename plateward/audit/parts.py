"""Many entries, read part by part."""

from array import array
from collections.abc import Iterator

from django.db.models import QuerySet

from plateward.audit.models import AuditEntry

AT_ONCE = 500


def in_parts(entries: QuerySet[AuditEntry]) -> Iterator[QuerySet[AuditEntry]]:
    """These entries by number, in the order of the log. Between two parts no query is open: on SQLCipher its connection
    could not write any more after another has."""
    numbers = array("Q", entries.order_by("sequence").values_list("sequence", flat=True).iterator())
    for begin in range(0, len(numbers), AT_ONCE):
        part = AuditEntry.objects.filter(sequence__in=numbers[begin : begin + AT_ONCE])
        yield part.order_by("sequence")
