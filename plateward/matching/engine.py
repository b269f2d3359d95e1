"""Which hot-list entries a read may be. A hit is never more than "may be"."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Protocol

from plateward.errors import PlatewardError
from plateward.matching.kinds import Alarm, MatchKind, StateAgreement
from plateward.matching.normalise import fold, zeroed
from plateward.policy.trace import enforces
from plateward.wire.entries import Columns, Entry
from plateward.wire.hotlist import Delta, HotList, ListHead

# An overlay this large is worked into the base: each change makes the overlay anew.
LARGE_OVERLAY = 20_000


class OtherVersion(PlatewardError):
    """A change of the hot list builds on another version than is at hand."""


class Character(Protocol):
    """A character as a reader read it, with its second choices, best first; scores from 0 to 1."""

    @property
    def char(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def alternatives(self) -> Sequence[tuple[str, float]]: ...


@enforces("5.g")
@dataclass(frozen=True)
class Hit:
    """An entry that a read may be, and how well they agree. Source and age are of `head`, its list."""

    entry: Entry
    head: ListHead
    kind: MatchKind
    state: StateAgreement
    alarm: Alarm

    @property
    def explanation(self) -> str:
        """In words, why this is a hit."""
        return f"{self.kind.told}; the state is {self.state}"


KINDS, STATES, PRIORITIES = list(MatchKind), list(StateAgreement), ["high", "normal", "low"]


class _Part:
    """Entries found by their folded plate."""

    def __init__(self, entries: Columns) -> None:
        self.entries = entries
        # Exact implies folded, so one dictionary finds both: the first row of each key, and from each row the next.
        self.first: dict[str, int] = {}
        self.next = array("i", [-1]) * len(entries)
        for row in reversed(range(len(entries))):
            if key := fold(entries.plate_of(row)):
                self.next[row] = self.first.get(key, -1)
                self.first[key] = row

    def folded(self, key: str) -> Iterator[int]:
        row = self.first.get(key, -1)
        while row >= 0:
            yield row
            row = self.next[row]


@enforces("5.a")
class Index:
    """A version of the hot list ready to be matched; never changes, so threads may share it.

    A change makes another index, which shares the base of this one and has what was added and removed since beside it.
    """

    def __init__(
        self,
        version: str,
        made_at: datetime,
        heads: Mapping[int, ListHead],
        base: _Part,
        added: _Part,
        gone: frozenset[int],
    ) -> None:
        """Use `of` and `after`. `gone` are rows of the base."""
        self.version, self.made_at = version, made_at
        self._heads, self._base, self._added, self._gone = heads, base, added, gone

    @classmethod
    def of(cls, hotlist: HotList) -> "Index":
        """A hot list, ready."""
        heads = {head.id: head for head in hotlist.lists}
        return cls(
            hotlist.version,
            hotlist.made_at,
            heads,
            _Part(hotlist.entries),
            _Part(Columns.of(())),
            frozenset(),
        )

    def __len__(self) -> int:
        return len(self._base.entries) - len(self._gone) + len(self._added.entries)

    def after(self, delta: Delta) -> "Index":
        """The next version. Raises `OtherVersion` for a change that builds on another than this one."""
        if delta.since != self.version:
            raise OtherVersion(
                f"The change of the hot list builds on version {delta.since}; at hand is {self.version}. "
                "The whole list is needed."
            )
        heads = {head.id: head for head in delta.lists}
        base = self._base.entries
        removed = {delta.removed[at : at + 16] for at in range(0, len(delta.removed), 16)}
        replaced = removed.union(map(delta.added.id_of, range(len(delta.added))))
        rows = {row for id in replaced if (row := base.row_of(id)) is not None}
        gone = self._gone | rows
        kept = (one for one in self._added.entries if one.id.bytes not in replaced)
        added = Columns.of(chain(kept, delta.added))
        if len(added) + len(gone) <= LARGE_OVERLAY:
            return Index(delta.version, delta.made_at, heads, self._base, _Part(added), gone)
        live = (base[row] for row in range(len(base)) if row not in gone)
        entries = Columns.of(one for one in chain(live, added) if one.list_id in heads)
        return Index.of(HotList(delta.version, delta.made_at, delta.lists, entries))

    def match(
        self,
        plate: str,
        state: str | None,
        at: datetime,
        characters: Sequence[Character] = (),  # noqa: ARG002
    ) -> list[Hit]:
        """The hits at that moment, best first: by kind, then state, then priority.

        Nothing expired is one, nothing on a stale list, and no kind that its list has off.
        """
        key = fold(plate)
        hits = [
            hit
            for part, gone in ((self._base, self._gone), (self._added, ()))
            for row in part.folded(key)
            if row not in gone and (hit := self._hit(part.entries, row, plate, state, at))
        ]
        return sorted(hits, key=_rank)

    def _hit(self, entries: Columns, row: int, plate: str, state: str | None, at: datetime) -> Hit | None:
        entry = entries[row]
        head = self._heads.get(entry.list_id)
        if head is None or (entry.expires_at and entry.expires_at <= at):
            return None
        if head.stale_at and head.stale_at <= at:
            return None
        kind = _kind(plate, entry)
        alarm = Alarm(head.alarms.get(kind, Alarm.OFF))
        return None if alarm is Alarm.OFF else Hit(entry, head, kind, _agreement(state, entry.state), alarm)


def _kind(plate: str, entry: Entry) -> MatchKind:
    return MatchKind.EXACT if zeroed(plate) == zeroed(entry.plate) else MatchKind.FOLDED


def _agreement(read: str | None, listed: str | None) -> StateAgreement:
    if read is None or listed is None:
        return StateAgreement.UNKNOWN
    return StateAgreement.EQUAL if read == listed else StateAgreement.DIFFERENT


def _rank(hit: Hit) -> tuple[int, int, int]:
    return KINDS.index(hit.kind), STATES.index(hit.state), PRIORITIES.index(hit.entry.priority)
