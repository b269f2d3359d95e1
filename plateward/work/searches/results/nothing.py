"""What a search that found nothing says: what it looked through, and which change may find more."""

from contextlib import suppress

from django.template.loader import render_to_string

from plateward.field.fleet.models import Reader
from plateward.field.reads.queries import ReadCount, ReadQuery
from plateward.field.reads.store import ReadStore
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.work.searches.actions import AllowedSearch
from plateward.work.searches.again import changes

MOST = 10_000  # reads are counted up to here


@enforces("6.b.i.8/scope")
def nothing_found(allowed: AllowedSearch, store: ReadStore) -> str:
    """As HTML. It counts reads within the searcher's scope alone, and says nothing of any."""
    query, readers = allowed.search.query, 0
    looked_through: ReadCount | None = None
    if allowed.queries:
        asked = allowed.queries[0]
        names = asked.readers if asked.readers is not None else _all_readers()
        readers = len(names)
        with suppress(
            PlatewardError
        ):  # too many to count, or a part of the store is away: then without the number
            looked_through = store.count(ReadQuery(asked.span, readers=names, cameras=asked.cameras), MOST)
    found = next(iter(store.days()), None)
    context = {
        "search": allowed.search,
        "query": query,
        "readers": readers,
        "looked_through": looked_through,
        "days": (days.day_of(query.until) - days.day_of(query.since)).days + 1,
        "changes": changes(query, found),
    }
    return render_to_string("searches/results/none.html", context)


def _all_readers() -> frozenset[str]:
    return frozenset(Reader.objects.values_list("name", flat=True))
