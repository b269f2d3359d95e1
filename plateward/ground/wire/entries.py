"""Entries of hot lists: singly as in a hit, and millions as columns, small in memory and on the wire."""

import re
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import accumulate
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import PRINTABLE, Moment, State, TextLine, WireError, require_utc

MAX_ENTRIES = 2_000_000
MAX_SHARED = 500_000
MAX_PLATE, MAX_VEHICLE = 20, 500
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")  # a line feed separates the lines
MIN_EXPIRY, MAX_EXPIRY = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2000, 2100))

ListId = Annotated[int, Meta(ge=0)]
ReasonKey = Annotated[str, Meta(pattern=r"\A[a-z0-9_]{1,64}\Z")]
Priority = Literal["high", "normal", "low"]


class WireEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A wanted plate, on the list `list_id`. `plate` is as its source lists it, with ? for an unknown character and *
    for any run of them; `reason` a key such as "stolen_vehicle" and `reason_text` its words; `expires_at` None means
    until recalled; `vehicle` its year, make, model, style and color in words.
    """

    id: UUID
    list_id: ListId
    plate: Annotated[str, Meta(min_length=1, max_length=MAX_PLATE, pattern=PRINTABLE)]
    state: State | None = None
    reason: ReasonKey
    reason_text: TextLine
    priority: Priority = "normal"
    expires_at: Moment | None = None
    vehicle: TextLine = ""

    def __post_init__(self) -> None:
        if self.expires_at is not None:
            require_utc(self.expires_at, "expires_at")


@enforces("5.f/reasons")
class SharedFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that many entries have in common; a reason is required."""

    list_id: ListId
    state: State | None
    reason: ReasonKey
    reason_text: TextLine
    priority: Priority


EntryRow = tuple[bytes, str, SharedFields, int, str]  # id, plate, shared fields, expiry in seconds, vehicle


class EntryColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Entries in ascending order of their ids, each id once. Numbers are unsigned, 4 bytes, little-endian.

    `ids` has 16 bytes per entry, `plates` a line. `shared_of` is the entry's index in `shared`. `expiries` are seconds
    since 1970, rounded down, 0 for never. `vehicle_of` is its line in `vehicles`, whose first line is empty.
    """

    ids: Annotated[bytes, Meta(max_length=16 * MAX_ENTRIES)]
    plates: str
    shared: Annotated[list[SharedFields], Meta(max_length=MAX_SHARED)]
    shared_of: bytes
    expiries: bytes
    vehicles: str
    vehicle_of: bytes

    @classmethod
    def of(cls, entries: Iterable[WireEntry]) -> "EntryColumns":
        """Raises `WireError` for entries that no reader would accept: a plate that is empty or too long, a repeated id
        …"""
        return cls._of(_to_row(entry) for entry in entries)

    @classmethod
    def joined(cls, parts: Iterable[tuple["EntryColumns", Iterable[int]]]) -> "EntryColumns":
        """Rows of other columns, combined; raises `WireError` if an id is in two of them."""
        return cls._of(columns._row(row) for columns, rows in parts for row in rows)

    @classmethod
    def _of(cls, rows: Iterable[EntryRow]) -> "EntryColumns":
        # As few objects as possible: rebuilding the whole list reads a million entries this way.
        ids, plates = bytearray(), list[str]()
        shared_of, expiries, vehicle_of = array("I"), array("I"), array("I")
        shared: dict[SharedFields, int] = {}
        vehicles = {"": 0}
        for id, plate, common, expiry, vehicle in rows:
            ids += id
            plates.append(plate)
            shared_of.append(shared.setdefault(common, len(shared)))
            expiries.append(expiry)
            vehicle_of.append(vehicles.setdefault(vehicle, len(vehicles)))

        def id_of(row: int) -> bytes:
            return bytes(ids[16 * row : 16 * row + 16])

        order: Sequence[int] = range(len(plates))
        if any(id_of(row) > id_of(row + 1) for row in order[:-1]):
            order = sorted(order, key=id_of)
        try:
            if any("\n" in vehicle for vehicle in vehicles):
                raise ValueError("the description of a vehicle has more than one line")
            return cls(
                b"".join(map(id_of, order)),
                "\n".join(map(plates.__getitem__, order)),
                list(shared),
                _pack(map(shared_of.__getitem__, order)),
                _pack(map(expiries.__getitem__, order)),
                "\n".join(vehicles),
                _pack(map(vehicle_of.__getitem__, order)),
            )
        except ValueError as error:
            raise WireError(f"The entries are malformed: {error}.") from error

    def __post_init__(self) -> None:
        """Raises `ValueError` if the columns do not fit each other, or hold invalid entries."""
        count = len(self)
        if len(self.ids) % 16:
            raise ValueError("ids does not consist of ids of 16 bytes")
        for name in ("shared_of", "expiries", "vehicle_of"):
            if len(getattr(self, name)) != 4 * count:
                raise ValueError(f"{name} does not have 4 bytes for each entry")
        last = b""
        for start in range(0, 16 * count, 16):
            this = self.ids[start : start + 16]
            if this <= last:
                raise ValueError("the ids are not in ascending order, each once")
            last = this
        if len(self._plate_ends) != count:
            raise ValueError("plates does not have a line for each entry")
        if len(self._vehicle_ends) > count + 1 or self._vehicle_ends[0]:
            raise ValueError("vehicles does not have an empty line, and then at most one for each entry")
        if max(self._shared_of, default=-1) >= len(self.shared):
            raise ValueError("shared_of points nowhere")
        if max(self._vehicle_of, default=-1) >= len(self._vehicle_ends):
            raise ValueError("vehicle_of points nowhere")
        seconds = (
            min(filter(None, self._expiries), default=MIN_EXPIRY),
            max(self._expiries, default=MIN_EXPIRY),
        )
        if seconds[0] < MIN_EXPIRY or seconds[1] >= MAX_EXPIRY:
            raise ValueError("an expiry lies outside the years 2000 to 2099")

    def __len__(self) -> int:
        return len(self.ids) // 16

    def __getitem__(self, row: int) -> WireEntry:
        if not 0 <= row < len(self):
            raise IndexError(row)
        shared = self.shared[self._shared_of[row]]
        return WireEntry(
            id=UUID(bytes=self.id_of(row)),
            list_id=shared.list_id,
            plate=self.plate_of(row),
            state=shared.state,
            reason=shared.reason,
            reason_text=shared.reason_text,
            priority=shared.priority,
            expires_at=self.expiry_of(row),
            vehicle=_line_at(self.vehicles, self._vehicle_ends, self._vehicle_of[row]),
        )

    def __iter__(self) -> Iterator[WireEntry]:
        return map(self.__getitem__, range(len(self)))

    def _row(self, row: int) -> EntryRow:
        vehicle = _line_at(self.vehicles, self._vehicle_ends, self._vehicle_of[row])
        return self.id_of(row), self.plate_of(row), self.shared_by(row), self._expiries[row], vehicle

    def row_of(self, id: bytes) -> int | None:
        """The row of the entry with this id (16 bytes)."""
        row = bisect_left(range(len(self)), id, key=self.id_of)
        return row if row < len(self) and self.id_of(row) == id else None

    def id_of(self, row: int) -> bytes:
        """Its 16 bytes."""
        return self.ids[16 * row : 16 * row + 16]

    def plate_of(self, row: int) -> str:
        """The plate as its source lists it."""
        return _line_at(self.plates, self._plate_ends, row)

    def shared_by(self, row: int) -> SharedFields:
        """Its list, state, reason and priority."""
        return self.shared[self._shared_of[row]]

    def expiry_of(self, row: int) -> datetime | None:
        """The entry's expiry; None is never."""
        seconds = self._expiries[row]
        return datetime.fromtimestamp(seconds, UTC) if seconds else None

    @cached_property
    def _plate_ends(self) -> "array[int]":
        return _line_ends("plate", self.plates, 1, MAX_PLATE) if self.ids else array("I")

    @cached_property
    def _vehicle_ends(self) -> "array[int]":
        return _line_ends("vehicle", self.vehicles, 0, MAX_VEHICLE)

    @cached_property
    def _shared_of(self) -> "array[int]":
        return _unpack(self.shared_of)

    @cached_property
    def _expiries(self) -> "array[int]":
        return _unpack(self.expiries)

    @cached_property
    def _vehicle_of(self) -> "array[int]":
        return _unpack(self.vehicle_of)


def _to_row(entry: WireEntry) -> EntryRow:
    shared = SharedFields(entry.list_id, entry.state, entry.reason, entry.reason_text, entry.priority)
    seconds = int(entry.expires_at.timestamp()) if entry.expires_at else 0
    return entry.id.bytes, entry.plate, shared, seconds, entry.vehicle


def _pack(numbers: Iterable[int]) -> bytes:
    packed = array("I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _unpack(packed: bytes) -> "array[int]":
    numbers = array("I", packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _line_ends(column_name: str, text: str, shortest: int, longest: int) -> "array[int]":
    """Where each line ends. Raises `ValueError` if one is too short or too long, or holds an unprintable character."""
    if UNPRINTABLE.search(text):
        raise ValueError(f"a {column_name} has an unprintable character")
    lengths = array("I", map(len, text.split("\n")))
    if min(lengths) < shortest or max(lengths) > longest:
        raise ValueError(f"a {column_name} does not have {shortest} to {longest} characters")
    return array("I", accumulate(lengths, lambda end, length: end + 1 + length))


def _line_at(text: str, ends: "array[int]", number: int) -> str:
    return text[ends[number - 1] + 1 if number else 0 : ends[number]]
