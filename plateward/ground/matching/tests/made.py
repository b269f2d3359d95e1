"""Entries, heads, changes and indexes of invented plates."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from plateward.ground.matching.engine import HotListIndex
from plateward.ground.matching.kinds import DEFAULT_ALARMS, MatchKind
from plateward.ground.wire.entries import EntryColumns, WireEntry
from plateward.ground.wire.hotlist import HotListDelta, ListHead, WireHotList
from plateward.ground.wire.read import ReadCharacter

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ALL_ON = dict.fromkeys(MatchKind, "show")
numbers = count(1)


def entry(plate: str = "TST 123", **changes: Any) -> WireEntry:
    values: dict[str, Any] = {
        "id": UUID(int=next(numbers)),
        "list_id": 1,
        "plate": plate,
        "reason": "stolen_vehicle",
        "reason_text": "Stolen vehicle",
    }
    return WireEntry(**(values | changes))


def head(**changes: Any) -> ListHead:
    values: dict[str, Any] = {"id": 1, "name": "Test list", "source": "NCIC", "alarms": DEFAULT_ALARMS}
    return ListHead(**(values | changes))


def ready(*entries: WireEntry, **changes: Any) -> HotListIndex:
    """The index of one list; `changes` override its head."""
    return HotListIndex.of(WireHotList("1", NOW, [head(**changes)], EntryColumns.of(entries)))


def delta(
    *added: WireEntry, removed: Iterable[WireEntry] = (), since: str = "1", version: str = "2", **changes: Any
) -> HotListDelta:
    gone = b"".join(entry.id.bytes for entry in removed)
    return HotListDelta(since, version, NOW, [head(**changes)], EntryColumns.of(added), gone, count=0)


def characters(plate: str, *doubts: str) -> tuple[ReadCharacter, ...]:
    """As read: each of `doubts`, e.g. "3 K 0.4", gives a place (from 0), an alternative there, and its score."""
    read = [ReadCharacter(char, 0.9) for char in plate]
    for doubt in doubts:
        at, char, score = doubt.split()
        character = read[int(at)]
        read[int(at)] = ReadCharacter(
            character.char, character.score, (*character.alternatives, (char, float(score)))
        )
    return tuple(read)
