"""What the screen shows: the last reads, each alarm until somebody acknowledges it, and what is wrong."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TextIO
from uuid import UUID

from plateward.ground.matching.align import align
from plateward.ground.matching.engine import Hit
from plateward.ground.matching.kinds import MatchAlarm, StateAgreement
from plateward.ground.places.words import Places
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Read
from plateward.reader.alarm import (
    ReaderLog,
    age_text,
    clock_text,
    list_age,
    printable,
    silent_text,
)
from plateward.reader.capture import CapturedRead

MOST_READS = 8  # in the strip
MOST_ALARMS = 12  # the newest; one that is not acknowledged leaves last
STATES = {
    StateAgreement.EQUAL: "The state agrees",
    StateAgreement.UNKNOWN: "State unknown: read it from the picture",
    StateAgreement.DIFFERENT: "STATE READ IS NOT THE LISTED STATE",
}


@dataclass
class Card:
    """One entry that a vehicle's plate may be. `notes` came later: a recall, how the hub's alert ended."""

    number: int
    read: Read
    hit: Hit
    facts: list[tuple[str, str]]
    pairs: Sequence[tuple[str, str, str]]  # read, listed, how they differ
    ends: bool = False  # recalled: no basis to act
    acknowledged: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def rings(self) -> bool:
        return self.hit.alarm is MatchAlarm.RING and not self.acknowledged and not self.ends

    @property
    def sound(self) -> str:
        if not self.rings or self.hit.head.sound == "none":
            return ""
        return self.hit.entry.priority if self.hit.head.sound == "standard" else self.hit.head.sound


@enforces("5.b/vehicle", "6.e.iii/marked")
class Board(ReaderLog):
    """The reader's own threads write, the screen's server reads. Lines go to the log as without a screen; plates and
    pictures stay in memory, and only while an officer is logged in."""

    def __init__(self, places: Places, out: TextIO | None = None) -> None:
        super().__init__(out)
        self._places = places
        self.version = 0
        self.troubles: Callable[[], list[str]] = list
        self._lock = threading.RLock()
        self._numbers = 0
        self._reads: deque[Read] = deque(maxlen=MOST_READS)
        self._cards: list[Card] = []  # newest first
        self._pictures: dict[UUID, CapturedRead] = {}

    def changed(self) -> None:
        self.version += 1

    def clear(self) -> None:
        """The officer has left: nothing of a plate is kept."""
        with self._lock:
            self._reads.clear()
            self._cards.clear()
            self._pictures.clear()
            self.troubles = list
        self.changed()

    def take(self, item: CapturedRead, read: Read) -> None:
        with self._lock:
            self._pictures[read.id] = item
            self._reads.appendleft(read)
            shown = {read.id for read in self._reads} | {card.read.id for card in self._cards}
            self._pictures = {id: kept for id, kept in self._pictures.items() if id in shown}
        self.changed()

    @enforces("5.b/vehicle", "5.c/position", "6.e.iii/marked", "6.e.iv.1/missing", "6.e.iv.3/order")
    def ring(
        self,
        read: Read,
        hits: list[Hit],
        confirmed_at: datetime,
        before: datetime | None = None,
        lack: str = "",
    ) -> None:
        with self._lock:
            for hit in hits:
                self._numbers += 1
                facts = _facts(read, hit, confirmed_at, self._places.of_read(read), before, lack)
                pairs = [
                    (pair.read, printable(pair.listed), pair.same)
                    for pair in align(read.plate, hit.entry.plate)
                ]
                self._cards.insert(0, Card(self._numbers, read, hit, facts, pairs))
            while len(self._cards) > MOST_ALARMS:
                seen = [card for card in self._cards if not card.rings]
                self._cards.remove((seen or self._cards)[-1])
        self.changed()
        super().ring(read, hits, confirmed_at, before, lack)

    def withdraw(self, before: datetime) -> None:
        self._note(
            lambda card: card.read.captured_at == before,
            "More pictures of this vehicle show a plate that is not listed. Compare plate and picture before acting.",
        )
        super().withdraw(before)

    @enforces("6.e.iv.3/order", "5.b/vehicle")
    def recall(self, hit: Hit, rung_at: datetime) -> None:
        self._note(
            lambda card: card.hit.entry.id == hit.entry.id, "RECALLED: no basis to act on it.", ends=True
        )
        super().recall(hit, rung_at)

    def handled(self, hit: Hit, words: str, silent_until: datetime | None) -> None:
        text = f"{printable(words)}. {silent_text(silent_until)}"
        self._note(lambda card: card.hit.entry.id == hit.entry.id, text)
        super().handled(hit, words, silent_until)

    def _note(self, about: Callable[[Card], bool], text: str, *, ends: bool = False) -> None:
        with self._lock:
            for card in filter(about, self._cards):
                card.notes.append(text)
                card.ends |= ends
        self.changed()

    @enforces("5.b/vehicle")
    def acknowledge(self, number: int) -> UUID | None:
        """The read of that alarm, if it was not acknowledged before; it sounds no more."""
        with self._lock:
            card = next(
                (card for card in self._cards if card.number == number and not card.acknowledged), None
            )
            if card is None:
                return None
            card.acknowledged = True
        self.changed()
        return card.read.id

    def picture(self, read: UUID, which: str) -> bytes | None:
        with self._lock:
            item = self._pictures.get(read)
        return None if item is None else item.plate if which == "plate" else item.context

    @enforces("5.b/vehicle", "5.c/position", "5.g/source", "5.g/maybe", "6.e.iii/marked")
    def state(self) -> dict[str, Any]:
        """All of it, for an officer who is logged in."""
        with self._lock:
            return {
                "reads": [
                    {
                        "id": str(read.id),
                        "plate": read.plate,
                        "state": read.state or "",
                        "at": clock_text(read.captured_at),
                        "sure": f"{read.confidence:.0%}",
                        "listed": any(card.read.id == read.id for card in self._cards),
                    }
                    for read in self._reads
                ],
                "alarms": [_card(card) for card in self._cards],
                "troubles": self.troubles(),
            }


def _card(card: Card) -> dict[str, Any]:
    return {
        "number": card.number,
        "taken": round(card.read.captured_at.timestamp() * 1000),
        "read": str(card.read.id),
        "reason": printable(card.hit.entry.reason_text),
        "priority": card.hit.entry.priority,
        "plate": printable(card.hit.entry.plate),
        "state": card.hit.entry.state or "",
        "kind": "ended" if card.ends else "shown" if card.hit.alarm is not MatchAlarm.RING else "alarm",
        "acknowledged": card.acknowledged,
        "rings": card.rings,
        "sound": card.sound,
        "facts": card.facts,
        "pairs": card.pairs,
        "notes": card.notes,
    }


def _facts(
    read: Read, hit: Hit, confirmed_at: datetime, place: str, before: datetime | None, lack: str
) -> list[tuple[str, str]]:
    entry = hit.entry
    states = f"read {read.state or 'unknown'}, listed {entry.state or 'unknown'}"
    facts = [
        ("Source", f"{printable(hit.head.source)}, list {printable(hit.head.name)}{list_age(hit)}"),
        ("Match", printable(hit.explanation)),
        ("State", f"{STATES[hit.state]} ({states})"),
        ("Seen", f"{clock_text(read.captured_at)}, {place}, {printable(read.camera)}"),
        ("List confirmed", f"{age_text(confirmed_at)} before"),
    ]
    if lack:
        facts.append(("Check", printable(lack)))
    if before:
        facts.append(("Before", f"corrects the read of {clock_text(before)}: same vehicle"))
    return facts
