"""What several reads say together. Each starts from the reads that a query finds, never from all."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from plateward.reads.queries import (
    Companion,
    Order,
    PatternResult,
    PlateSummary,
    ReadQuery,
    ReadSummary,
    Stop,
)
from plateward.reads.store.rows import SUMMARY_COLUMNS, day_bounds, from_summary_row
from plateward.reads.store.searching import RunningSearch, Searchable
from plateward.reads.store.selection import AT, ID, LAT, LON, PLATE, Row
from plateward.vault.day_keys import DayDestroyed

CAMERA = SUMMARY_COLUMNS.index("camera")
MOST_READS = 50_000  # that a pattern looks at; newest first
MOST_OWN = 5_000  # of a plate's reads, for which companions are sought
MEETINGS_APART = timedelta(minutes=5)  # meetings closer together are one


def distinct_plates(store: Searchable, query: ReadQuery, limit: int) -> PatternResult[PlateSummary]:
    """As in ReadStore."""
    search = store.search(query, Order.NEWEST)
    rows, complete = _bounded(search, MOST_READS)
    by_plate: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_plate[row[PLATE]].append(row[AT])
    plates = [
        _plate_summary(plate, times) for plate, times in by_plate.items()
    ]  # latest first, as the rows are
    return PatternResult(tuple(plates[:limit]), complete and len(plates) <= limit, search.destroyed())


def last_seen(store: Searchable, query: ReadQuery, limit: int) -> PatternResult[ReadSummary]:
    """As in ReadStore."""
    search = store.search(query, Order.NEWEST)
    rows, complete = _bounded(search, MOST_READS)
    newest: dict[str, Row] = {}
    for row in rows:
        newest.setdefault(row[PLATE], row)
    summaries = tuple(map(from_summary_row, islice(newest.values(), limit)))
    return PatternResult(summaries, complete and len(newest) <= limit, search.destroyed())


def common_stops(store: Searchable, query: ReadQuery, least: int) -> PatternResult[Stop]:
    """As in ReadStore."""
    search = store.search(query, Order.NEWEST)
    rows, complete = _bounded(search, MOST_READS)
    places: dict[tuple[str, int | None], list[Row]] = defaultdict(list)
    cell = SUMMARY_COLUMNS.index("cell")
    for row in rows:
        if row[LAT] is not None:
            places[row[CAMERA], row[cell]].append(row)
    stops = [_stop(camera, seen) for (camera, _), seen in places.items() if len(seen) >= least]
    stops.sort(key=lambda stop: (-stop.days, -stop.reads, stop.camera, stop.lat))
    return PatternResult(tuple(stops), complete, search.destroyed())


def companions(
    store: Searchable, query: ReadQuery, within: timedelta, least: int, limit: int
) -> PatternResult[Companion]:
    """As in ReadStore."""
    search = store.search(query, Order.NEWEST)
    own, complete = _bounded(search, MOST_OWN)
    own_plates = {row[PLATE] for row in own}
    reach = within // timedelta(microseconds=1)
    met: dict[str, list[tuple[int, str]]] = defaultdict(list)
    destroyed = set(search.destroyed())
    days = set(store.days())
    for own_read in own:
        for day in _days_around(own_read[AT], reach) & days:
            try:
                rows = store.select(
                    day,
                    "SELECT plate, captured_at FROM {summary}"
                    " AND camera = %s AND captured_at >= %s AND captured_at <= %s",
                    _around(day, own_read, reach),
                )
            except DayDestroyed:
                destroyed.add(day)
                continue
            for plate in {plate for plate, _ in rows} - own_plates:
                met[plate].append((own_read[AT], own_read[CAMERA]))
    found = [_companion(plate, times) for plate, times in met.items() if len(times) >= least]
    found = sorted(
        (companion for companion in found if companion.meetings >= least),
        key=lambda companion: (-companion.meetings, -companion.cameras, -companion.days, companion.plate),
    )
    return PatternResult(tuple(found[:limit]), complete and len(found) <= limit, tuple(sorted(destroyed)))


def seen_at_both(
    store: Searchable, first: ReadQuery, second: ReadQuery, limit: int
) -> PatternResult[PlateSummary]:
    """As in ReadStore."""
    searches = [store.search(query, Order.NEWEST) for query in (first, second)]
    results = [_bounded(search, MOST_READS) for search in searches]
    (here, here_complete), (there, there_complete) = results
    both = {row[PLATE] for row in here} & {row[PLATE] for row in there}
    times: dict[str, set[tuple[int, bytes]]] = defaultdict(set)
    for row in here + there:
        if row[PLATE] in both:
            times[row[PLATE]].add((row[AT], bytes(row[ID])))
    plates = [_plate_summary(plate, [at for at, _ in seen]) for plate, seen in times.items()]
    plates.sort(key=lambda plate: (-plate.reads, plate.plate))
    gone = sorted({day for search in searches for day in search.destroyed()})
    complete = here_complete and there_complete and len(plates) <= limit
    return PatternResult(tuple(plates[:limit]), complete, tuple(gone))


def _bounded(search: RunningSearch, most: int) -> tuple[list[Row], bool]:
    rows = list(islice(search.rows(None), most + 1))
    return rows[:most], len(rows) <= most


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000_000, UTC)


def _plate_summary(plate: str, times: list[int]) -> PlateSummary:
    return PlateSummary(plate, len(times), _moment(min(times)), _moment(max(times)))


def _stop(camera: str, rows: list[Row]) -> Stop:
    times = [row[AT] for row in rows]
    return Stop(
        lat=sum(row[LAT] for row in rows) / len(rows),
        lon=sum(row[LON] for row in rows) / len(rows),
        camera=camera,
        reads=len(rows),
        days=len({_moment(at).date() for at in times}),
        first_at=_moment(min(times)),
        last_at=_moment(max(times)),
    )


def _days_around(at: int, reach: int) -> set[date]:
    return {_moment(at - reach).date(), _moment(at + reach).date()}


def _around(day: date, own: Row, reach: int) -> tuple[str, int, int]:
    first, after = day_bounds(day)
    return own[CAMERA], max(first, own[AT] - reach), min(after - 1, own[AT] + reach)


def _companion(plate: str, met: list[tuple[int, str]]) -> Companion:
    """Meetings shortly after one another are one: two vehicles in a queue at a camera met once."""
    meetings, last = 0, None
    apart = MEETINGS_APART // timedelta(microseconds=1)
    for at, _ in sorted(met):
        if last is None or at - last >= apart:
            meetings += 1
        last = at
    return Companion(
        plate=plate,
        meetings=meetings,
        cameras=len({camera for _, camera in met}),
        days=len({_moment(at).date() for at, _ in met}),
        last_at=_moment(max(at for at, _ in met)),
    )
