"""Valid messages of invented plates, for tests to alter."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from plateward.ground.wire.batch import Batch
from plateward.ground.wire.entries import EntryColumns, WireEntry
from plateward.ground.wire.hotlist import HotListDelta, ListHead, WireHotList
from plateward.ground.wire.picture import PICTURES, Picture, PictureSeal
from plateward.ground.wire.read import Position, Read, ReadCharacter, ReadVehicle, VehicleFact, sign_read

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ID = UUID("01957f2e-0000-7000-8000-000000000001")
NEXT = UUID("01957f2e-0000-7000-8000-000000000002")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
JPEG = b"\xff\xd8 context"
CROP = b"\xff\xd8 plate"


def a_read(**changes: Any) -> Read:
    values: dict[str, Any] = {
        "id": ID,
        "captured_at": NOW,
        "clock_error_ms": 12,
        "plate": "TST123",
        "state": "NM",
        "confidence": 0.93,
        "characters": (ReadCharacter("T", 0.99), ReadCharacter("S", 0.8, (("5", 0.15),))),
        "box": (10, 20, 120, 40),
        "vehicle": ReadVehicle(make=VehicleFact("Ford", "recognizer")),
        "position": Position(35.08, -106.65, 4.0, 0.5),
        "heading": 90.0,
        "camera": "unit-12 front",
        "context_sha256": sha256(JPEG).hexdigest(),
        "context_tiles": PictureSeal(
            PICTURES.sign(KEY, Picture(ID, "unit-12 front", NOW, bytes(32))), bytes(32)
        ),
        "plate_sha256": sha256(CROP).hexdigest(),
        "engine": "baseline",
        "hotlist_version": "7",
        "shift_check": True,
    }
    return Read(**(values | changes))


def a_batch() -> Batch:
    images = {sha256(image).hexdigest(): image for image in (JPEG, CROP)}
    return Batch(ID, NOW, [sign_read(KEY, a_read())], images)


def an_entry(**changes: Any) -> WireEntry:
    values: dict[str, Any] = {
        "id": ID,
        "list_id": 3,
        "plate": "TST 123",
        "state": "NM",
        "reason": "stolen_vehicle",
        "reason_text": "Stolen vehicle",
    }
    return WireEntry(**(values | changes))


def a_head(**changes: Any) -> ListHead:
    values: dict[str, Any] = {
        "id": 3,
        "name": "Test list",
        "source": "NCIC",
        "alarms": {"exact": "ring", "folded": "show"},
        "refreshed_at": NOW,
        "stale_at": NOW,
    }
    return ListHead(**(values | changes))


def columns() -> EntryColumns:
    return EntryColumns.of([an_entry(), an_entry(id=NEXT, expires_at=NOW, state=None, vehicle="2019 Ford")])


def a_hotlist() -> WireHotList:
    return WireHotList("7", NOW, [a_head()], columns())


def a_delta() -> HotListDelta:
    return HotListDelta("6", "7", NOW, [a_head()], columns(), ID.bytes + NEXT.bytes, 2)


@st.composite
def mutated(draw: st.DrawFn, valid: bytes) -> bytes:
    """Valid bytes with a few changed, removed or inserted, or cut off somewhere."""
    data = bytearray(valid)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["change", "insert", "remove", "cut"])):
            case "change" if data:
                data[place] = draw(st.integers(0, 255))
            case "insert":
                data[place:place] = draw(st.binary(min_size=1, max_size=9))
            case "remove":
                del data[place : place + draw(st.integers(1, 9))]
            case "cut":
                del data[place:]
    return bytes(data)
