"""A page of results as server-sent events: rows, progress, what is missing, and the end. Log before answer."""

import json
import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.timezone import localtime

from plateward.core.audit.events import Event
from plateward.core.audit.log import LogUnavailable, record
from plateward.field.fleet.models import Reader
from plateward.field.reads.queries import Order, PageKey, ReadCount, ReadQuery, ReadSummary, SearchProgress
from plateward.field.reads.store import ReadStore
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.work.searches.actions import AllowedSearch
from plateward.work.searches.again import changes
from plateward.work.searches.results.kept import hits_among, write_page_key
from plateward.work.searches.results.layouts import COUNTED, Layout, count_text
from plateward.work.searches.results.masking import PlateText
from plateward.work.searches.results.reading import PageEnd, count_all, read_page
from plateward.work.searches.results.rows import ResultRow, plate_texts, result_rows

MOST = 10_000  # reads are counted up to here


@enforces("6.b.i.8/scope")
def nothing_found(allowed: AllowedSearch, store: ReadStore) -> str:
    """As HTML. It counts reads within the searcher's scope alone, and says nothing of any."""
    query, parts = allowed.search.query, _searched(allowed)
    counted: ReadCount | None = None
    with suppress(
        PlatewardError
    ):  # too many to count, or a part of the store is away: then without the number
        counted = count_all(store, parts, MOST)
    found = next(iter(store.days()), None)
    context = {
        "search": allowed.search,
        "query": query,
        "readers": len(frozenset[str]().union(*(part.readers or () for part in parts))),
        "looked_through": counted,
        "days": (days.day_of(query.until) - days.day_of(query.since)).days + 1,
        "changes": changes(query, found),
    }
    return render_to_string("searches/results/none.html", context)


def _searched(allowed: AllowedSearch) -> list[ReadQuery]:
    """The readers and times of the search, whatever its plates."""
    every = frozenset(Reader.objects.values_list("name", flat=True))
    of_one = {(asked.span, asked.readers): asked for asked in allowed.queries}.values()
    return [
        ReadQuery(
            asked.span, readers=every if asked.readers is None else asked.readers, cameras=asked.cameras
        )
        for asked in of_one
    ]


LEVELS = (1, 2, 5, 20)  # reads in an hour from which a cell is darker


@dataclass(frozen=True)
class HourCell:
    """An hour of a day."""

    hour: int
    reads: int

    @property
    def level(self) -> int:
        """How dark: 0 (nothing) to 4."""
        return sum(self.reads >= least for least in LEVELS)


@dataclass(frozen=True)
class DayRow:
    """A day and its 24 hours."""

    day: date
    cells: tuple[HourCell, ...]

    @property
    def reads(self) -> int:
        """Of the whole day."""
        return sum(cell.reads for cell in self.cells)


class Hours:
    """Counts reads by day and hour as they come."""

    def __init__(self) -> None:
        self._counts: dict[date, list[int]] = {}

    def add(self, moments: Iterable[datetime]) -> list[DayRow]:
        """Count these moments, in the agency's time; returns the days that changed."""
        changed: set[date] = set()
        for at in moments:
            self._counts.setdefault(at.date(), [0] * 24)[at.hour] += 1
            changed.add(at.date())
        return [self._row(day) for day in sorted(changed, reverse=True)]

    def _row(self, day: date) -> DayRow:
        return DayRow(day, tuple(HourCell(hour, reads) for hour, reads in enumerate(self._counts[day])))


logger = logging.getLogger(__name__)
AT_FIRST, SENT_AFTER = 0.05, 0.15  # seconds: the first rows, and later ones, do not wait longer for others
PROGRESS_EVERY = (
    0.1  # seconds, at most: an event costs the hub and the browser more than a day of a plate's search
)
SENT_WITH = {
    Layout.STRIP: 12,
    Layout.TABLE: 25,
    Layout.MAP: 250,
    Layout.TIMELINE: 2_000,
}  # rows at first: or sooner
MORE = 4  # times as many later: an event of pictures has its own audit entry


@dataclass
class ResultPage:
    """One page of a search's results on its way. `address`: of the page itself; the next one's key is added to it."""

    actor: PersonActor
    allowed: AllowedSearch
    store: ReadStore
    layout: Layout
    order: Order
    after: PageKey | None
    address: str
    _hours: Hours = field(default_factory=Hours, init=False)
    _sent: int = field(default=0, init=False)
    _last: ReadSummary | None = field(default=None, init=False)
    _ended: str = field(default="left or stopped", init=False)

    def events(self) -> Iterator[str]:
        """May be closed at any time: nothing of it runs any more."""
        try:
            yield from self._page()
        except PlatewardError as error:
            self._ended = "failed"
            yield format_event("missing", {"text": f"These results are not complete. {error}"})
            yield self._end("Ended before it was complete.", more=False)
        except Exception as error:  # whatever it is, the page says that it is not complete
            # Never the error's own words, which may hold a plate.
            logger.error("A search lost a part of the read store: %s", type(error).__name__)  # noqa: TRY400
            self._ended = "failed"
            yield format_event("missing", {"text": PART_AWAY})
            yield self._end("Ended before it was complete.", more=False)
        finally:
            with suppress(LogUnavailable):  # what left is on the log already
                record(
                    self.actor,
                    Event.SEARCH_RUN,
                    self._object,
                    reads=self._sent,
                    ended=self._ended,
                    **self.allowed.disclosure,
                )

    def _page(self) -> Iterator[str]:
        waiting: list[ReadSummary] = []
        sent_at, reported_at = time.monotonic(), 0.0
        person = self.actor.person
        narrow = (lambda rows: hits_among(rows, person)) if self.allowed.hits_only else None
        queries, plates = len(self.allowed.queries), len(self.allowed.search.query.plates)
        unit = "day" if queries == 1 else "plate" if queries == plates else "part"
        end = PageEnd(more=False)
        parts = read_page(self.store, self.allowed.queries, self.order, self.after, self.layout.limit, narrow)
        with closing(parts):  # type: ignore[type-var]
            for part in parts:
                if isinstance(part, ReadSummary):
                    waiting.append(part)
                elif isinstance(part, SearchProgress):
                    if time.monotonic() - reported_at > PROGRESS_EVERY or part.done == part.parts:
                        yield format_event("progress", _progress(part, unit))
                        reported_at = time.monotonic()
                else:
                    end = part
                    break
                late = time.monotonic() - sent_at > (SENT_AFTER if self._sent else AT_FIRST)
                enough = SENT_WITH[self.layout] * (MORE if self._sent else 1)
                next_may_take_long = isinstance(part, SearchProgress) and not self._sent
                if waiting and (late or next_may_take_long or len(waiting) >= enough):
                    yield self._rows(waiting)
                    waiting, sent_at = [], time.monotonic()
        if waiting:
            yield self._rows(waiting)
        missing = set(end.destroyed)
        yield format_event("counted", {"text": self._counted(end, missing)})
        if missing:
            yield format_event("missing", {"text": destroyed_text(missing)})
        elif not self._sent and self.after is None:
            yield format_event("none", {"html": nothing_found(self.allowed, self.store)})
        self._ended = "complete"
        yield self._end("", more=end.more)

    @property
    def _object(self) -> str:
        return f"search:{self.allowed.search.pk}"

    @enforces("6.h.iv/custody", "6.b.i.9/first")
    def _rows(self, reads: list[ReadSummary]) -> str:
        """The event with these rows, once the log holds whose pictures it shows."""
        self._sent += len(reads)
        self._last = reads[-1]
        if self.layout is Layout.TIMELINE:
            days = self._hours.add(localtime(read.captured_at) for read in reads)
            return format_event("rows", {"html": _html(self.layout, days)})
        if self.layout is Layout.MAP:
            placed = [read for read in reads if read.lat is not None]
            plates = plate_texts(self.allowed, placed)
            return format_event("rows", {"points": [_point(read, plates[read.plate]) for read in placed]})
        rows = result_rows(self.allowed, reads)
        if self.layout is Layout.STRIP:
            list_pictures(self.actor, self.allowed.search.pk, rows)
        return format_event("rows", {"html": _html(self.layout, rows)})

    def _counted(self, end: PageEnd, missing: set[date]) -> str:
        """How many there are, counted no further than COUNTED; adds the days that went meanwhile."""
        if not end.more and self.after is None:
            return count_text(self._sent, self._sent, complete=True)
        if self.allowed.hits_only or len(self.allowed.search.query.plates) > 1:
            return count_text(self._sent, self._sent + 1, complete=False)
        counted = count_all(self.store, self.allowed.queries, max(COUNTED, self._sent))
        missing.update(counted.destroyed)
        return count_text(self._sent, counted.reads, complete=counted.complete)

    def _end(self, text: str, *, more: bool) -> str:
        next_page = f"{self.address}&after={write_page_key(self._last)}" if more and self._last else ""
        return format_event("end", {"text": text, "next": next_page})


@enforces("6.h.iv/custody", "6.b.i.9/entries")
def list_pictures(actor: PersonActor, search: int, rows: Sequence[ResultRow]) -> None:
    """Name the reads whose pictures these rows have: those that are covered in one entry, the others in another."""
    for masked, image in ((True, "covered"), (False, "both")):
        if ids := [str(row.read.id) for row in rows if row.plate.masked is masked]:
            mentions = [f"read:{read}" for read in ids]
            record(actor, Event.IMAGE_VIEW, f"search:{search}", mentions=mentions, image=image, reads=ids)


PART_AWAY = (
    "These results are not complete: a part of the read store does not respond. Search again in a few minutes; if it "
    "persists, notify the ALPR administrator."
)


def destroyed_text(days: set[date]) -> str:
    """Days whose reads were destroyed while they were searched."""
    names = ", ".join(clock.format_day(day) for day in sorted(days))
    return f"Not searched: {names}. Its reads were destroyed meanwhile, at the end of their retention (clause 6.h.ii)."


def format_event(kind: str, data: Mapping[str, Any]) -> str:
    """A server-sent event."""
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"


def _progress(progress: SearchProgress, unit: str) -> dict[str, Any]:
    text = f"Searched {progress.done} of {progress.parts} {unit}{'' if progress.parts == 1 else 's'}"
    return {"text": text, "done": progress.done, "parts": progress.parts}


def _html(layout: Layout, rows: object) -> str:
    return render_to_string(f"searches/results/rows_{layout}.html", {"rows": rows})


def _point(read: ReadSummary, plate: PlateText) -> tuple[float | None, float | None, int, str, str]:
    """Latitude and longitude in degrees, milliseconds since 1970, the plate, the camera."""
    return (read.lat, read.lon, round(read.captured_at.timestamp() * 1000), str(plate), read.camera)
