"""Whether a read is among a search's results, and what a page needs to know of one. For addresses that name a read."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from plateward.field.reads.queries import PageKey, ReadQuery, ReadSummary
from plateward.field.reads.store import ReadKey, ReadStore, StoredRead
from plateward.field.reads.store.away import store_answers
from plateward.field.reads.store.plate_search import plate_test
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.people.models import Person
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.models import Sighting


@enforces("6.b.i.8/scope", "6.c.ii/cases")
def is_result(stored: StoredRead, queries: Sequence[ReadQuery]) -> bool:
    """Whether one of the queries finds this read."""
    return any(_fits(stored, query) for query in queries)


def _fits(stored: StoredRead, query: ReadQuery) -> bool:
    read = stored.read
    facts = {name: getattr(read.vehicle, name) for name in ("kind", "color", "make")}
    values = {name: fact.value.lower() if fact else None for name, fact in facts.items()}
    wanted: list[tuple[Collection[str], str | None]] = [
        (query.states, read.state),
        (query.cameras, read.camera),
        (query.deployments, read.deployment),
        (query.kinds, values["kind"]),
        (query.colors, values["color"]),
        (query.makes, values["make"]),
    ]
    place = read.position
    return (
        query.span.since <= read.captured_at < query.span.until
        and (query.readers is None or stored.reader in query.readers)
        and all(not names or value in names for names, value in wanted)
        and (query.plate is None or plate_test(query.plate)(read.plate))
        and (query.area is None or (place is not None and query.area.contains(place.lat, place.lon)))
    )


def result_read(store: ReadStore, day: date, pk: UUID, queries: Sequence[ReadQuery]) -> StoredRead | None:
    """The read, if it is there and among the results. Raises StoreAway."""
    try:
        with store_answers():
            stored = store.get(ReadKey(day, pk))
    except DayDestroyed:
        return None
    return stored if stored and is_result(stored, queries) else None


def read_page_key(store: ReadStore, text: str, queries: Sequence[ReadQuery]) -> PageKey | None:
    """Where a page goes on, from its address: "2026-11-24.<id>", which names no plate; None for anything else."""
    day, _, read_id = text.partition(".")
    try:
        stored = result_read(store, date.fromisoformat(day), UUID(read_id), queries)
    except ValueError:
        return None
    return PageKey(stored.read.captured_at, stored.read.id, stored.read.plate) if stored else None


def write_page_key(row: ReadSummary) -> str:
    """The row's place, for an address."""
    return f"{row.captured_at.date().isoformat()}.{row.id}"


@enforces("6.c.ii/lists")
def hits_among(rows: Sequence[ReadSummary], person: Person) -> list[ReadSummary]:
    """Those behind an alert that this person may see."""
    hits = hit_ids([row.id for row in rows], person)
    return [row for row in rows if row.id in hits]


def hit_ids(ids: Sequence[UUID], person: Person) -> set[UUID]:
    """The same by their ids."""
    alerts = alerts_for(person)
    hits = set(alerts.filter(read__in=ids).values_list("read", flat=True))
    seen_again = Sighting.objects.filter(Q(read__in=ids), alert__in=alerts.values("pk"))
    hits.update(seen_again.values_list("read", flat=True))
    return hits
