"""Which hot-list entries a read may be. A hit is never more than "may be"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from plateward.matching.kinds import MatchKind, StateAgreement
from plateward.matching.normalise import fold, zeroed
from plateward.policy.trace import enforces
from plateward.wire.hotlist import Entry


@enforces("5.g")
@dataclass(frozen=True)
class Hit:
    """An entry that a read may be, and how well they agree. Source and reason are the entry's."""

    entry: Entry
    kind: MatchKind
    state: StateAgreement


KINDS, STATES, PRIORITIES = list(MatchKind), list(StateAgreement), ["high", "normal", "low"]


@enforces("5.a")
class Index:
    """A hot list ready to be matched; never changes, so threads may share it."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        # Exact implies folded, so one dictionary finds both.
        self._by_fold: dict[str, list[Entry]] = {}
        for entry in entries:
            if key := fold(entry.plate):
                self._by_fold.setdefault(key, []).append(entry)

    def match(self, plate: str, state: str | None, at: datetime) -> list[Hit]:
        """The hits at that moment, best first: by kind, then state, then priority. Nothing expired is one."""
        hits = [
            Hit(entry, _kind(plate, entry), _agreement(state, entry.state))
            for entry in self._by_fold.get(fold(plate), ())
            if entry.expires_at is None or at < entry.expires_at
        ]
        return sorted(hits, key=_rank)


def _kind(plate: str, entry: Entry) -> MatchKind:
    return MatchKind.EXACT if zeroed(plate) == zeroed(entry.plate) else MatchKind.FOLDED


def _agreement(read: str | None, listed: str | None) -> StateAgreement:
    if read is None or listed is None:
        return StateAgreement.UNKNOWN
    return StateAgreement.EQUAL if read == listed else StateAgreement.DIFFERENT


def _rank(hit: Hit) -> tuple[int, int, int]:
    return KINDS.index(hit.kind), STATES.index(hit.state), PRIORITIES.index(hit.entry.priority)
