"""Which hot-list entries a read may be. A hit is never more than "may be"."""

from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from plateward.ground.errors import PlatewardError
from plateward.ground.matching.explain import explain_match, state_agreement
from plateward.ground.matching.kinds import MatchAlarm, MatchKind, StateAgreement
from plateward.ground.matching.misread import Character, one_character_off, second_choices
from plateward.ground.matching.normalize import fold, zeroed
from plateward.ground.matching.partial import Patterns, is_partial
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.entries import EntryColumns, WireEntry
from plateward.ground.wire.hotlist import HotListDelta, ListHead, WireHotList

LARGE_OVERLAY = 20_000  # entries added and removed before the index is rebuilt: each change copies them


class OtherVersion(PlatewardError):
    """A hot list change builds on a version other than the current one."""


@dataclass(frozen=True)
class Reading:
    """What was read: a plate, its state or None if unknown, and its characters with their alternatives."""

    plate: str
    state: str | None
    characters: Sequence[Character] = ()


@enforces("5.g/source", "5.g/maybe")
@dataclass(frozen=True)
class Hit:
    """An entry that a read may be, and how well they agree. Source and age are in `head`, its list."""

    entry: WireEntry
    head: ListHead
    kind: MatchKind
    state: StateAgreement
    alarm: MatchAlarm
    read: Reading = field(repr=False, compare=False)

    @property
    def explanation(self) -> str:
        """Why it is a hit, in words."""
        listed = self.entry.plate, self.entry.state
        return explain_match(self.kind, (self.read.plate, self.read.state), listed, self.read.characters)


KINDS, STATES, PRIORITIES = list(MatchKind), list(StateAgreement), ["high", "normal", "low"]


class _EntryIndex:
    """Entries by their folded plate or, if partial, by their pattern."""

    def __init__(self, entries: EntryColumns) -> None:
        self.entries, self.patterns = entries, Patterns()
        # The first row of each folded plate, and from each row the next with the same: exact implies folded.
        self.first: dict[str, int] = {}
        self._next = array("i", [-1]) * len(entries)
        for row in reversed(range(len(entries))):
            plate = entries.plate_of(row)
            if is_partial(plate):
                self.patterns.add(plate, row)
            elif key := fold(plate):
                self._next[row] = self.first.get(key, -1)
                self.first[key] = row

    def rows(self, key: str) -> Iterator[int]:
        """The rows of a folded plate."""
        row = self.first.get(key, -1)
        while row >= 0:
            yield row
            row = self._next[row]


@enforces("5.a/compare")
class HotListIndex:
    """A version of the hot list, ready to match. It never changes, so threads may share it: a change makes a new one,
    which shares this one's base and adds what was added and removed since."""

    def __init__(
        self, hotlist: WireHotList | HotListDelta, base: _EntryIndex, added: _EntryIndex, gone: frozenset[int]
    ) -> None:
        """Use `of` and `after`. `hotlist` names version and lists; `gone` are rows of the base."""
        self.version, self.made_at = hotlist.version, hotlist.made_at
        self._heads = {head.id: head for head in hotlist.lists}
        self._base, self._added, self._gone = base, added, gone
        self._parts: list[tuple[_EntryIndex, Collection[int]]] = [(base, gone)]
        if len(added.entries):
            self._parts.append((added, ()))
        self._near = any(_alarm_of(head, MatchKind.NEAR) is not MatchAlarm.OFF for head in hotlist.lists)
        self._widely = self._near or bool(base.patterns) or bool(added.patterns)

    @classmethod
    def of(cls, hotlist: WireHotList) -> "HotListIndex":
        """The index of a hot list."""
        return cls(hotlist, _EntryIndex(hotlist.entries), _EntryIndex(EntryColumns.of(())), frozenset())

    def __len__(self) -> int:
        return len(self._base.entries) - len(self._gone) + len(self._added.entries)

    def __contains__(self, entry: UUID) -> bool:
        row = self._base.entries.row_of(entry.bytes)
        return (row is not None and row not in self._gone) or self._added.entries.row_of(
            entry.bytes
        ) is not None

    def after(self, delta: HotListDelta) -> "HotListIndex":
        """The next version. Raises `OtherVersion` for a change that builds on another version."""
        if delta.since != self.version:
            raise OtherVersion(
                f"The hot list change is for version {delta.since}, but this is {self.version}. The full list is "
                "needed."
            )
        removed = (delta.removed[at : at + 16] for at in range(0, len(delta.removed), 16))
        ended = {*removed, *map(delta.added.id_of, range(len(delta.added)))}
        base = self._base.entries
        gone = self._gone.union(row for id in ended if (row := base.row_of(id)) is not None)
        old, new = self._added.entries, delta.added
        kept_rows = (row for row in range(len(old)) if old.id_of(row) not in ended)
        added = EntryColumns.joined([(old, kept_rows), (new, range(len(new)))])
        if len(added) + len(gone) <= LARGE_OVERLAY:
            return HotListIndex(delta, self._base, _EntryIndex(added), gone)
        lists = {head.id for head in delta.lists}
        parts = [
            (base, _rows_of_lists(base, lists, gone)),
            (added, _rows_of_lists(added, lists, frozenset())),
        ]
        return HotListIndex.of(
            WireHotList(delta.version, delta.made_at, delta.lists, EntryColumns.joined(parts))
        )

    def match(
        self, plate: str, state: str | None, at: datetime, characters: Sequence[Character] = ()
    ) -> list[Hit]:
        """The hits at that moment, best first: by kind, then state, then priority. `characters` are the plate's, with
        their alternatives.

        Each entry is at most one hit, of the best kind that its list has on. Expired entries and stale lists never hit.
        A read with a different state than listed never rings.
        """
        key = fold(plate)
        if not key:
            return []
        choices = second_choices(characters) if characters else []
        hits: list[Hit] = []
        for part, gone in self._parts:
            if choices or self._widely or key in part.first:  # rare: most reads are on no list
                hits += self._hits(part, gone, key, choices, Reading(plate, state, characters), at)
        hits.sort(key=_rank)
        return hits

    def _hits(
        self,
        part: _EntryIndex,
        gone: Collection[int],
        key: str,
        choices: list[str],
        read: Reading,
        at: datetime,
    ) -> Iterator[Hit]:
        matched: set[int] = set()
        for kind, row in self._rows_with_kind(part, key, choices):
            if (
                row not in gone
                and row not in matched
                and (hit := self._hit(part.entries, row, kind, read, at))
            ):
                matched.add(row)
                yield hit

    def _rows_with_kind(
        self, part: _EntryIndex, key: str, choices: list[str]
    ) -> Iterator[tuple[MatchKind, int]]:
        """Rows with their kind of match, the best kind of each first."""
        for row in part.rows(key):
            yield MatchKind.FOLDED, row
        for choice in choices:
            for row in part.rows(choice):
                yield MatchKind.ALTERNATIVE, row
        for row in part.patterns.rows(key):
            yield MatchKind.PARTIAL, row
        for choice in one_character_off(key) if self._near else ():
            if choice in part.first:  # rare, and there are two hundred of them
                for row in part.rows(choice):
                    yield MatchKind.NEAR, row

    def _hit(
        self, entries: EntryColumns, row: int, kind: MatchKind, read: Reading, at: datetime
    ) -> Hit | None:
        head = self._heads.get(entries.shared_by(row).list_id)
        expiry = entries.expiry_of(row)
        if head is None or (head.stale_at and head.stale_at <= at) or (expiry and expiry <= at):
            return None
        if kind is MatchKind.FOLDED and zeroed(read.plate) == zeroed(entries.plate_of(row)):
            kind = MatchKind.EXACT
        alarm = _alarm_of(head, kind)
        if alarm is MatchAlarm.OFF:
            return None
        entry = entries[row]
        state = state_agreement(read.state, entry.state)
        if state is StateAgreement.DIFFERENT:
            alarm = MatchAlarm.SHOW  # of 300 such reads one was the listed vehicle: docs/decisions/0025
        return Hit(entry, head, kind, state, alarm, read)


def _rows_of_lists(entries: EntryColumns, lists: Collection[int], gone: Collection[int]) -> Iterator[int]:
    """The rows of these lists, without `gone`."""
    return (row for row in range(len(entries)) if row not in gone and entries.shared_by(row).list_id in lists)


def _alarm_of(head: ListHead, kind: MatchKind) -> MatchAlarm:
    return MatchAlarm(head.alarms.get(kind, MatchAlarm.OFF))


def _rank(hit: Hit) -> tuple[int, int, int]:
    return KINDS.index(hit.kind), STATES.index(hit.state), PRIORITIES.index(hit.entry.priority)
