"""What a day's partitions hold on PostgreSQL, by the tombstone that is their comment, beside what the keys say was
destroyed."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from plateward.field.reads.store.away import DayAltered, DayLost, DaySetAside, DayUnfinished
from plateward.field.reads.store.base import ReadStore
from plateward.field.reads.store.partitions import (
    FIRST,
    is_marked,
    listed_partitions,
    next_name,
    number_of,
    rows_of,
)
from plateward.field.reads.store.rows import day_bounds
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import destroyed_error
from plateward.ground.vault.tombstones import Tombstone, TombstoneForged

UNKNOWN = -1  # the generation of what is there, if its comment is not the hub's own


class Listed(NamedTuple):
    """A day's partitions: the generation of what is in them, or UNKNOWN; and whether all of them are there."""

    generation: int
    whole: bool


class PartitionState(ReadStore):
    """What of the store its partitions and their comments tell."""

    def days(self) -> list[date]:
        """Those that are lost, too: what needs them says so."""
        return sorted(self.with_reads(self.listed()))

    def with_reads(self, listed: Mapping[date, Listed]) -> set[date]:
        """The days that have reads: of these, and by their keys."""
        there = self._days.not_destroyed((day, part.generation) for day, part in listed.items())
        return {day for day, _ in there} | self._days.with_reads()

    def listed(self, first: date = FIRST, last: date = date.max) -> dict[date, Listed]:
        """Each day within these that has partitions."""
        return {
            day: Listed(self._after(day, text), whole) for day, text, whole in listed_partitions(first, last)
        }

    def generation(self, day: date) -> int | None:
        """Of what is in the day's partitions, or UNKNOWN; None: it has none."""
        part = self.listed(day, day).get(day)
        return part.generation if part else None

    def _after(self, day: date, text: bytes) -> int:
        """The generation that follows this tombstone; 0: there is none."""
        if not text:
            return 0
        try:
            tombstone = self._days.verified(text)
        except TombstoneForged:
            return UNKNOWN
        return tombstone.generation + 1 if tombstone.day == day else UNKNOWN

    @enforces("6.h.ii/destruction", "6.j.i/proven")
    def destroyed_among(self, days: Collection[date], listed: Mapping[date, Listed]) -> set[date]:
        """Which of these days were destroyed. Raises DayLost if the partitions of another were not `listed`, and as
        `fault`: a swap that was cut off, or a restored copy, would be answered."""
        last = {day: tombstone for day in days if (tombstone := self._days.last_tombstone(day))}
        destroyed = {day for day, tombstone in last.items() if tombstone.following is None}
        if renewed := sorted(last.keys() - destroyed):
            listed = {**listed, **self.listed(renewed[0], renewed[-1])}
        for day in sorted(set(days) - destroyed):
            if day not in listed or not listed[day].whole:
                raise DayLost(day)
            if day in last and (fault := self.fault(last[day], listed[day].generation)):
                raise fault
        return destroyed

    @enforces("6.h.ii/destruction", "6.j.i/proven")
    def require_current(self, day: date) -> None:
        """Nothing that was destroyed is in the partitions of this day; of most days nothing was, and the database is
        not asked. Raises DayDestroyed and `fault`."""
        last = self._days.last_tombstone(day)
        if last is None:
            return
        if last.following is None:
            raise destroyed_error(day)
        if (generation := self.generation(day)) is not None and (fault := self.fault(last, generation)):
            raise fault

    @enforces("6.h.ii/destruction", "6.j.i/proven")
    def fault(self, last: Tombstone, generation: int | None) -> DayLost | None:
        """What is wrong with a day that has this last tombstone, and in its partitions this generation, or UNKNOWN;
        None: it has no partitions. A comment is lost by itself, too, such as in a dump without comments; a row says in
        its own columns that it was kept."""
        if generation == UNKNOWN:
            return DayAltered(last.day)
        if generation is not None and generation >= (last.following or 0):
            return None
        if self.is_prepared(last):
            return DayUnfinished(last.day)
        if generation is None:
            return DayLost(last.day)
        [(kept,)] = rows_of(
            "SELECT EXISTS (SELECT 1 FROM reads_read WHERE captured_at >= %s AND captured_at < %s"
            " AND generation >= %s)",
            [*day_bounds(last.day), last.following],
        )
        return DayAltered(last.day) if kept else DaySetAside(last.day)

    def is_prepared(self, tombstone: Tombstone) -> bool:
        """Whether what was kept waits beside the day's partitions for the swap that this tombstone is about."""
        following = tombstone.following
        return bool(following) and is_marked(
            next_name("reads_read", tombstone.day, following or 0), tombstone
        )

    @enforces("6.h.ii/destruction", "6.j.i/proven")
    def lacks_kept(self, day: date) -> bool:
        """Whether what was kept of the day is neither in its place nor prepared. Whatever a restored copy has instead
        is not answered, and stays until a person decides (`discard_copy`): the list of the keys has ids alone, and
        perhaps this is all that is left of the reads."""
        last = self._days.last_tombstone(day)
        if last is None or last.following is None:
            return False
        in_place = is_marked(f"reads_read_{number_of(day)}", last)
        return not (in_place or self.is_prepared(last))

    def lost_days(self) -> dict[date, DayLost]:
        generations = {day: part.generation for day, part in self.listed().items()}
        whole = {day for day, _ in self._days.not_destroyed((day, 0) for day in generations)}
        for day in whole - self._days.with_reads():  # from before this was noted
            self._days.note_reads(day)
        there = {day for day, _ in self._days.not_destroyed(generations.items())}
        altered = {day for day, generation in generations.items() if generation == UNKNOWN}
        suspects = sorted((self._days.with_reads() - there) | (altered & there))
        errors = {day: self._loss_of(day, generations.get(day)) for day in suspects}
        return {day: error for day, error in errors.items() if error}

    def _loss_of(self, day: date, generation: int | None) -> DayLost | None:
        """None: it is not, or another check's. `generation`: of what is there."""
        try:
            last = self._days.last_tombstone(day)
        except TombstoneForged:  # which every question to the day says
            return DayLost(day) if generation is None else None
        if last is None:
            return DayLost(day) if generation != UNKNOWN else None
        fault = self.fault(last, generation)
        return None if isinstance(fault, DayUnfinished) else fault

    @enforces("6.b.i.3/integrity", "6.h.ii/destruction")
    def problems(self) -> list[tuple[date, str]]:
        """The days whose comment is not the hub's own."""
        text = "The record of destruction at its partitions, the comment of {}, was altered or is not the hub's own."
        altered = [day for day, part in self.listed().items() if part.generation == UNKNOWN]
        return [(day, text.format(f"reads_read_{number_of(day)}")) for day in altered]
