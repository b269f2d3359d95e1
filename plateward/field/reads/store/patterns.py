"""What several reads say together. Each starts from the reads that a query finds, never from all."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import timedelta
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from plateward.field.reads.queries import (
    Companion,
    Order,
    PageKey,
    PatternResult,
    PlateSummary,
    ReadQuery,
    ReadSummary,
    Span,
    Stop,
)
from plateward.field.reads.store.rows import SUMMARY_COLUMNS, from_summary_row, microseconds, moment_of
from plateward.field.reads.store.searching import Search
from plateward.field.reads.store.selection import (
    AT,
    ID,
    LAT,
    LON,
    PLATE,
    Row,
    Stretch,
    area_test,
    attributes,
    key_of,
)

if TYPE_CHECKING:
    from plateward.field.reads.store.base import ReadStore

CAMERA = SUMMARY_COLUMNS.index("camera")
MOST_READS = 50_000  # that a pattern looks at; newest first
MOST_OWN = 5_000  # of a plate's reads, for which companions are sought
MOST_NEAR = 50_000  # reads near them that are looked at
MEETINGS_APART = timedelta(minutes=5)  # meetings closer together are one


def last_seen(store: "ReadStore", query: ReadQuery, limit: int) -> PatternResult[ReadSummary]:
    """The newest read of each plate; latest first."""
    search = store.search(query, Order.NEWEST)
    rows, complete = _bounded(search, MOST_READS)
    newest: dict[str, Row] = {}
    for row in rows:
        newest.setdefault(row[PLATE], row)
    summaries = tuple(map(from_summary_row, islice(newest.values(), limit)))
    return PatternResult(summaries, complete and len(newest) <= limit, search.destroyed())


def common_stops(store: "ReadStore", query: ReadQuery, least: int) -> PatternResult[Stop]:
    """The cameras and places with at least `least` of the reads; most days first."""
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
    store: "ReadStore", query: ReadQuery, within: timedelta, least: int, limit: int
) -> PatternResult[Companion]:
    """The plates that the same camera read `within` that time before or after one of the query's reads, in at least
    `least` meetings; most meetings first. Reads within five minutes are one meeting. All but the query's plate
    holds for the companions' reads, too."""
    search = store.search(query, Order.NEWEST)
    own, complete = _bounded(search, MOST_OWN)
    own_plates = {row[PLATE] for row in own}
    reach = within // timedelta(microseconds=1)
    scope, fits = attributes(query, camera=False), area_test(query.area)
    meetings_at = _OwnReads(own)
    met: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
    rows, destroyed = store.near(query.span, _stretches(query.span, own, reach), scope, MOST_NEAR + 1)
    complete = complete and len(rows) <= MOST_NEAR
    for row in filter(fits, rows[:MOST_NEAR]):
        if row[PLATE] not in own_plates:
            met[row[PLATE]] += [(own_read, row) for own_read in meetings_at.near(row, reach)]
    gone = tuple(sorted(destroyed.union(search.destroyed())))
    plates = [_companion(meetings) for meetings in met.values() if len(meetings) >= least]
    plates = sorted(
        (companion for companion in plates if companion.meetings >= least),
        key=lambda companion: (
            -companion.meetings,
            -companion.cameras,
            -companion.days,
            *_newest_first(companion.newest),
        ),
    )
    return PatternResult(tuple(plates[:limit]), complete and len(plates) <= limit, gone)


def seen_at_both(
    store: "ReadStore", first: ReadQuery, second: ReadQuery, limit: int
) -> PatternResult[PlateSummary]:
    """The plates that both queries find, with the reads of both; most reads first."""
    searches = [store.search(query, Order.NEWEST) for query in (first, second)]
    results = [_bounded(search, MOST_READS) for search in searches]
    (here, here_complete), (there, there_complete) = results
    both = {row[PLATE] for row in here} & {row[PLATE] for row in there}
    seen: dict[str, dict[bytes, Row]] = defaultdict(dict)  # its first row is the newest here
    for row in here + there:
        if row[PLATE] in both:
            seen[row[PLATE]].setdefault(bytes(row[ID]), row)
    plates = [_plate_summary(list(rows.values()), next(iter(rows.values()))) for rows in seen.values()]
    plates.sort(key=lambda plate: (-plate.reads, *_newest_first(plate.newest)))
    gone = sorted({day for search in searches for day in search.destroyed()})
    complete = here_complete and there_complete and len(plates) <= limit
    return PatternResult(tuple(plates[:limit]), complete, tuple(gone))


def _bounded(search: Search, most: int) -> tuple[list[Row], bool]:
    rows = list(islice(search.rows(None, most + 1), most + 1))
    return rows[:most], len(rows) <= most


def _newest_first(key: PageKey) -> tuple[float, int]:
    """Between equals; never by plate, which the order of masked ones would tell."""
    return -key.captured_at.timestamp(), -key.id.int


def _plate_summary(rows: list[Row], newest: Row) -> PlateSummary:
    times = [row[AT] for row in rows]
    return PlateSummary(
        newest[PLATE], len(times), moment_of(min(times)), moment_of(max(times)), key_of(newest)
    )


def _stop(camera: str, rows: list[Row]) -> Stop:
    times = [row[AT] for row in rows]
    return Stop(
        lat=sum(row[LAT] for row in rows) / len(rows),
        lon=sum(row[LON] for row in rows) / len(rows),
        camera=camera,
        reads=len(rows),
        days=len({moment_of(at).date() for at in times}),
        first_at=moment_of(min(times)),
        last_at=moment_of(max(times)),
    )


class _OwnReads:
    """Which of a plate's reads are near another read at the same camera."""

    def __init__(self, own: list[Row]) -> None:
        self._rows: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(own, key=itemgetter(AT)):
            self._rows[row[CAMERA]].append(row)

    def near(self, row: Row, reach: int) -> list[Row]:
        """Those at most `reach` microseconds before or after."""
        there = self._rows[row[CAMERA]]
        first = bisect_left(there, row[AT] - reach, key=itemgetter(AT))
        return there[first : bisect_right(there, row[AT] + reach, key=itemgetter(AT))]


def _stretches(span: Span, own: list[Row], reach: int) -> list[Stretch]:
    """When companions may have passed: each camera's stretches that overlap are one."""
    first, until = microseconds(span.since), microseconds(span.until)
    stretches: list[Stretch] = []
    for row in sorted(own, key=itemgetter(CAMERA, AT)):
        camera, since, before = row[CAMERA], max(first, row[AT] - reach), min(until, row[AT] + reach + 1)
        if stretches and stretches[-1][0] == camera and since <= stretches[-1][2]:
            stretches[-1] = (camera, stretches[-1][1], before)
        else:
            stretches.append((camera, since, before))
    return stretches


def _companion(met: list[tuple[Row, Row]]) -> Companion:
    """Meetings shortly after one another are one: two vehicles in a queue at a camera met once."""
    meetings, last = 0, None
    apart = MEETINGS_APART // timedelta(microseconds=1)
    times = sorted({own[AT] for own, _ in met})
    for at in times:
        if last is None or at - last >= apart:
            meetings += 1
        last = at
    return Companion(
        plate=met[0][1][PLATE],
        meetings=meetings,
        cameras=len({own[CAMERA] for own, _ in met}),
        days=len({moment_of(at).date() for at in times}),
        newest=key_of(max((row for _, row in met), key=lambda row: (row[AT], bytes(row[ID])))),
    )
