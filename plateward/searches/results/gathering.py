"""Many results at once, for a program or a file: gathered within a time, and honest about what is missing."""

import time
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from plateward.people.models import Person
from plateward.reads.queries import Order, PageKey, ReadSummary
from plateward.reads.store import configured_store
from plateward.searches.actions import AllowedSearch
from plateward.searches.results.kept import hits_among
from plateward.searches.results.reading import PageEnd, read_page

SECONDS = 20.0  # no request searches longer


@dataclass(frozen=True)
class GatheredReads:
    """At most as many as were wanted. `more`: there are further ones. Not `complete`: time was up before all was
    searched. `destroyed`: days that went meanwhile."""

    reads: list[ReadSummary]
    more: bool
    complete: bool
    destroyed: tuple[date, ...] = ()


def gather_reads(
    allowed: AllowedSearch, person: Person, order: Order, after: PageKey | None, limit: int
) -> GatheredReads:
    """The search's reads behind `after`, in this order. Raises BadQuery."""
    until = time.monotonic() + SECONDS
    narrow = (lambda rows: hits_among(rows, person)) if allowed.hits_only else None
    reads: list[ReadSummary] = []
    parts = read_page(configured_store(), allowed.queries, order, after, limit, narrow)
    with closing(parts):  # type: ignore[type-var]
        for part in parts:
            if isinstance(part, PageEnd):
                return GatheredReads(reads, part.more, True, part.destroyed)
            if isinstance(part, ReadSummary):
                reads.append(part)
            elif time.monotonic() > until:
                return GatheredReads(reads, True, False, part.destroyed)
    return GatheredReads(reads, False, True)
