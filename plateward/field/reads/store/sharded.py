"""The read store over several PostgreSQL servers. A vehicle's history asks one shard; what starts from a place asks all
of them at once, each for its own first rows in order, and merges these. No shard is left out: one that does not answer
is named instead of an answer."""

from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import AbstractContextManager, closing, nullcontext
from copy import copy
from datetime import date
from heapq import merge
from itertools import chain, islice
from typing import Any, TypeVar
from uuid import UUID

from plateward.field.reads.queries import Order, PageKey, PlateMatch, ReadQuery
from plateward.field.reads.store.away import DayLost, DayPartlyLost, DaySetAside, StoreAway
from plateward.field.reads.store.base import ReadStore
from plateward.field.reads.store.partitions import swap
from plateward.field.reads.store.postgres import PostgresStore
from plateward.field.reads.store.searching import Search
from plateward.field.reads.store.selection import DayQuery, Row, sort_key
from plateward.field.reads.store.shards import ShardDown, naming, numbers_of
from plateward.field.reads.store.types import PartMissing, ReadKey, StoredRead
from plateward.ground.vault.day_keys import DayKeys
from plateward.ground.vault.tombstones import Tombstone

THREADS = 8  # of a process for each shard, each with a connection of its own
FIRST, MORE = 50, 1_000  # rows that a shard is asked for at once: a page, then what follows in a stream
LATE = "A part of the read store did not answer in time."
Answer = TypeVar("Answer")
Item = TypeVar("Item")


class Shard:
    """One server, asked by its own threads, which keep their connections."""

    def __init__(self, name: str, days: DayKeys) -> None:
        self.name = name
        self.store = PostgresStore(name, days)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=name)

    def ask(self, act: Callable[..., Answer], *arguments: Any) -> "Future[Answer]":
        """The act's answer, or ShardDown."""
        return self._threads.submit(self._named, act, *arguments)

    def _named(self, act: Callable[..., Answer], *arguments: Any) -> Answer:
        with naming(self.name):
            return act(*arguments)

    def rows(self, rows: Iterator[Item]) -> Iterator[Item]:
        """These rows, made by the shard's threads; the first are on their way when this returns."""
        return self._chunks(rows, self.ask(_chunk, rows, FIRST))

    def _chunks(self, rows: Iterator[Item], chunk: "Future[list[Item]]") -> Generator[Item, None, None]:
        try:
            size = FIRST
            while True:
                yield from chunk.result()
                if len(chunk.result()) < size:
                    return
                size = MORE
                chunk = self.ask(_chunk, rows, size)
        finally:
            wait([chunk])  # whoever closes this leaves nothing running


class ShardedSearch:
    """A query in an order, over the shards that may have rows of it."""

    def __init__(self, shards: Sequence[Shard], query: ReadQuery, order: Order) -> None:
        searches = answers_of(shards, lambda shard: Search(shard.store, query, order))
        self._searches = list(zip(shards, searches, strict=True))
        self._order = order
        self.days = sorted(
            {day for search in searches for day in search.days}, reverse=order is not Order.OLDEST
        )

    def rows(self, after: PageKey | None) -> Iterator[Row]:
        """As Search has it."""
        return self._merged(shard.rows(search.rows(after)) for shard, search in self._searches)

    def by_day(self) -> Iterator[tuple[date, Iterator[Row]]]:
        """As Search has it."""
        parts = [(shard, frozenset(search.days), search.by_day()) for shard, search in self._searches]
        for day in self.days:
            own = [shard.rows(next(by_day)[1]) for shard, days, by_day in parts if day in days]
            yield day, self._merged(own)

    def count(self, most: int) -> int:
        """As Search has it."""
        searches = dict(self._searches)
        return min(most, sum(answers_of(list(searches), lambda shard: searches[shard].count(most))))

    def destroyed(self) -> tuple[date, ...]:
        """As Search has it."""
        return tuple(sorted({day for _, search in self._searches for day in search.destroyed()}))

    def _merged(self, parts: Iterable[Iterator[Row]]) -> Iterator[Row]:
        return merge(*parts, key=sort_key(self._order))


class ShardedStore(ReadStore):
    """Each shard commits for itself. If the hub's transaction then fails, the reader sends again, and the reads are
    there already, as with SQLCipher's day files."""

    def __init__(self, names: Sequence[str], days: DayKeys) -> None:
        self._shards = self._places = [Shard(name, days) for name in names]

    def search(self, query: ReadQuery, order: Order) -> ShardedSearch:
        plate = query.plate
        if plate and plate.match in (PlateMatch.EXACT, PlateMatch.FOLDED):
            return ShardedSearch(list(self._by_shard([plate.text])), query, order)
        return ShardedSearch(self._shards, query, order)

    def stored_ids(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        return set().union(*answers_of(self._shards, lambda shard: shard.store.stored_ids(day, read_ids)))

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        answers_of(self._shards, lambda shard: shard.store.make_day(day))  # each shard has all days
        known = self.stored_ids(day, [stored.read.id for stored in reads])  # under whatever plate
        by_plate: dict[str, list[StoredRead]] = defaultdict(list)
        for stored in reads:
            if stored.read.id not in known:
                by_plate[stored.read.plate].append(stored)
        parts = self._by_shard(by_plate)
        answers_of(
            list(parts),
            lambda shard: shard.store.append(
                day, [read for plate in parts[shard] for read in by_plate[plate]]
            ),
        )

    def get(self, placed: ReadKey, within: float | None = None) -> StoredRead | None:
        """The read as soon as a shard has it, even if another is down, hangs, or has lost the day."""
        with closing(_as_they_come(self._shards, lambda shard: shard.store.get(placed), within)) as answers:
            return next(filter(None, answers), None)

    def days(self) -> list[date]:
        return sorted(
            {day for days in answers_of(self._shards, lambda shard: shard.store.days()) for day in days}
        )

    def raw_rows(self, day: date, after: bytes, limit: int) -> list[Row]:
        parts = answers_of(self._shards, lambda shard: shard.store.raw_rows(day, after, limit))
        return list(islice(merge(*parts, key=lambda row: bytes(row[0])), limit))

    def counts(self, day: date) -> tuple[int, ...]:
        parts = answers_of(self._shards, lambda shard: shard.store.counts(day))
        return tuple(map(sum, zip(*parts, strict=True)))

    def plates(self, day: date) -> Iterator[str]:
        yield from merge(*answers_of(self._shards, lambda shard: list(shard.store.plates(day))))

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        for shard, own in self._by_shard(plates).items():
            yield from shard.rows(shard.store.of_plates(day, own))

    def select(self, queries: Sequence[DayQuery]) -> list[list[Row]]:
        """The rows of each shard, one after another: not in order."""
        answers = answers_of(self._shards, lambda shard: shard.store.select(queries))
        return [list(chain.from_iterable(parts)) for parts in zip(*answers, strict=True)]

    def lost_days(self) -> dict[date, DayLost]:
        """Of a day that is lost on one shard and set aside on another, a person decides about the copy first. A day is
        lost as a whole where no shard has reads of it."""
        parts = answers_of(self._shards, lambda shard: shard.store.lost_days())
        errors = sorted(
            chain.from_iterable(part.items() for part in parts),
            key=lambda item: (item[0], isinstance(item[1], DaySetAside)),
        )
        return {day: self._whole_loss(day, parts, error) for day, error in dict(errors).items()}

    def _whole_loss(self, day: date, parts: Sequence[Mapping[date, DayLost]], error: DayLost) -> DayLost:
        if type(error) is not DayLost:
            return error
        answers = answers_of(self._shards, lambda shard: shard.store.has_reads(day))
        having = [shard.name for shard, has_reads in zip(self._shards, answers, strict=True) if has_reads]
        lacking = [shard.name for shard, part in zip(self._shards, parts, strict=True) if day in part]
        return DayPartlyLost(day, lacking, having) if having else error

    def without(self, lost: DayLost) -> "ShardedStore | None":
        if not isinstance(lost, DayPartlyLost):
            return None
        left = copy(self)
        left._shards = [shard for shard in self._shards if shard.name not in lost.lacking]
        return left

    def problems(self) -> list[tuple[date, str]]:
        return sorted(set(chain(*answers_of(self._shards, lambda shard: shard.store.problems()))))

    def chosen(self, day: date, read_ids: Collection[UUID], within: float | None = None) -> list[StoredRead]:
        """In no order. With a time given, it is over when all of them are there."""

        def act(shard: Shard) -> list[StoredRead]:
            return shard.store.chosen(day, read_ids)

        if within is None:
            return list(chain(*answers_of(self._shards, act)))
        reads: list[StoredRead] = []
        with closing(_as_they_come(self._shards, act, within)) as answers:
            try:
                for part in answers:
                    reads += part
                    if len(reads) == len(read_ids):
                        break
            except StoreAway as away:
                raise PartMissing(reads) from away
        return reads

    def totals(self, day: date) -> tuple[int, int]:
        reads, sizes = zip(*answers_of(self._shards, lambda shard: shard.store.totals(day)), strict=True)
        return sum(reads), sum(sizes)

    def closed(self, day: date) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()

    def next_reads(self, day: date, generation: int) -> list[StoredRead]:
        return list(chain(*answers_of(self._shards, lambda shard: shard.store.next_reads(day, generation))))

    def discard_next(self, day: date, generation: int) -> None:
        answers_of(self._shards, lambda shard: shard.store.discard_next(day, generation))

    def append_next(self, day: date, generation: int, reads: Sequence[StoredRead]) -> None:
        by_plate: dict[str, list[StoredRead]] = defaultdict(list)
        for stored in reads:
            by_plate[stored.read.plate].append(stored)
        parts = self._by_shard(by_plate)
        answers_of(
            self._shards,  # each of them has all days
            lambda shard: shard.store.append_next(
                day, generation, [read for plate in parts[shard] for read in by_plate[plate]]
            ),
        )

    def swap(self, tombstone: Tombstone, write: Callable[[], object]) -> None:
        """On all shards or on none. If one fails once the tombstone is written, `shred` does it there."""
        answers_of(self._shards, lambda shard: shard.store.mark_next(tombstone))
        swap([shard.name for shard in self._shards], tombstone, write, naming)

    def tombstones(self) -> list[bytes]:
        return list(chain(*answers_of(self._shards, lambda shard: shard.store.tombstones())))

    def remains(self) -> set[date]:
        return set().union(*answers_of(self._shards, lambda shard: shard.store.remains()))

    def shred(self, day: date) -> None:
        """On all shards. If one does not answer, the others have shredded theirs; do it again."""
        answers_of(self._shards, lambda shard: shard.store.shred(day))

    def discard_copy(self, day: date) -> bool:
        return any(answers_of(self._shards, lambda shard: shard.store.discard_copy(day)))

    def _by_shard(self, plates: Collection[str]) -> dict[Shard, list[str]]:
        parts: dict[Shard, list[str]] = defaultdict(list)
        for plate, number in numbers_of(plates, len(self._places)).items():
            if self._places[number] in self._shards:  # all, but of what is left of a day
                parts[self._places[number]].append(plate)
        return parts


def answers_of(shards: Sequence[Shard], act: Callable[[Shard], Answer]) -> list[Answer]:
    """The answers of all of these shards at once, in their order. Raises ShardDown."""
    answers = [shard.ask(act, shard) for shard in shards]
    wait(answers)
    return [answer.result() for answer in answers]


def _as_they_come(
    shards: Sequence[Shard], act: Callable[[Shard], Answer], within: float | None
) -> Generator[Answer, None, None]:
    """The answers of these shards at once, each when it is there. After the last, raises what keeps another from
    answering; ShardDown, if one has not answered `within` these seconds."""
    answers = [shard.ask(act, shard) for shard in shards]
    errors = []
    try:
        for answer in as_completed(answers, within):
            if error := answer.exception():
                errors.append(error)
            else:
                yield answer.result()
    except TimeoutError:
        raise ShardDown(LATE) from None
    finally:
        for answer in answers:
            answer.cancel()  # unless its thread is at it
    if errors:  # what a shard that is down has may not be lost
        raise min(errors, key=lambda error: isinstance(error, DayLost))


def _chunk(rows: Iterator[Item], size: int) -> list[Item]:
    return list(islice(rows, size))
