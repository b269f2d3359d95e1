"""Evidence on readers, for the compliance report."""

from collections.abc import Iterator

from django.db.models import Sum

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.evidence import entries_of
from plateward.fleet.checks.rules import SHIFT
from plateward.fleet.models import Reader
from plateward.policy.evidence import Fact, fact


def facts() -> Iterator[Fact]:
    """Enrolled readers, the reads they sent, and batches that were refused."""
    readers = Reader.objects.filter(revoked_at=None)
    yield fact(
        "5.a",
        "5.c",
        "5.i",
        text="Enrolled readers: {readers:,}; that sent reads within a shift: {at_work:,}; reads received in all: "
        "{reads:,}.",
        readers=readers.count(),
        at_work=readers.filter(last_read_at__gt=clock.now() - SHIFT).count(),
        reads=Reader.objects.aggregate(Sum("reads"))["reads__sum"] or 0,
        route="checks:index",
    )
    yield fact(
        "6.j.i",
        text="Batches of reads refused in the last 30 days, by signature or device: {refused:,}; revoked readers: "
        "{revoked:,}.",
        refused=entries_of(Event.BATCH_REFUSE),
        revoked=Reader.objects.exclude(revoked_at=None).count(),
        route="checks:index",
    )
