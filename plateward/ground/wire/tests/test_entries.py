from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.wire.codec import WireError, decode, encode
from plateward.ground.wire.entries import EntryColumns, WireEntry
from plateward.ground.wire.tests.made import ID, NEXT, NOW, an_entry, columns

printable = st.characters(exclude_categories=["Cs", "Cc"])
entries = st.builds(
    WireEntry,
    id=st.uuids(),
    list_id=st.integers(0, 3),
    plate=st.text(printable, min_size=1, max_size=20),
    state=st.sampled_from([None, "NM", "TX"]),
    reason=st.sampled_from(["stolen_vehicle", "wanted_person"]),
    reason_text=st.text(printable, max_size=20),
    priority=st.sampled_from(["high", "normal", "low"]),
    expires_at=st.none()
    | st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)).map(
        lambda at: at.replace(microsecond=0)
    ),
    vehicle=st.text(printable, max_size=30),
)


@given(st.lists(entries, unique_by=lambda entry: entry.id))
def test_columns_give_back_each_entry_in_the_order_of_their_ids(listed: list[WireEntry]) -> None:
    decoded = decode(encode(EntryColumns.of(listed)), EntryColumns, 10**6)
    assert list(decoded) == sorted(listed, key=lambda entry: entry.id.bytes)
    assert len(decoded) == len(listed)
    for entry in listed:
        row = decoded.row_of(entry.id.bytes)
        assert row is not None
        assert decoded[row] == entry


def test_an_id_that_is_absent_has_no_row() -> None:
    assert [columns().row_of(UUID(int=number).bytes) for number in (0, ID.int - 1, NEXT.int + 1)] == [
        None
    ] * 3
    with pytest.raises(IndexError):
        columns()[2]


def test_an_expiry_is_in_utc_and_never_later_for_being_rounded() -> None:
    with pytest.raises(ValueError, match="UTC"):
        an_entry(expires_at=NOW.replace(tzinfo=None))
    [entry] = EntryColumns.of([an_entry(expires_at=NOW.replace(microsecond=999_999))])
    assert entry.expires_at == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"plate": ""},
        {"plate": "A" * 21},
        {"plate": "A\nB"},
        {"plate": "A\x00"},
        {"vehicle": "A\nB"},
        {"vehicle": "A\tB"},
        {"vehicle": "A" * 501},
    ],
)
def test_columns_take_no_entry_that_is_malformed(changes: dict[str, Any]) -> None:
    with pytest.raises(WireError, match="malformed"):
        EntryColumns.of([an_entry(**changes)])


@pytest.mark.clause("5.f/reasons")
@pytest.mark.parametrize(
    "changes",
    [
        {"reason": ""},
        {"reason": "Stolen Vehicle"},
        {"priority": "urgent"},
        {"state": "New Mexico"},
        {"list_id": -1},
    ],
)
def test_what_entries_share_is_checked_as_it_is_decoded(changes: dict[str, Any]) -> None:
    with pytest.raises(WireError, match="malformed"):
        decode(encode(EntryColumns.of([an_entry(**changes)])), EntryColumns, 10**6)


def test_an_id_stands_once() -> None:
    with pytest.raises(WireError, match="each once"):
        EntryColumns.of([an_entry(), an_entry()])


def test_rows_of_several_columns_are_joined_in_the_order_of_their_ids() -> None:
    first, second = columns()
    other = EntryColumns.of([an_entry(id=UUID(int=1), vehicle="2020 Kia", plate="OTHER1")])
    assert list(EntryColumns.joined([(columns(), [1]), (other, [0])])) == [other[0], second]
    assert list(EntryColumns.joined([(columns(), [0, 1]), (other, [])])) == [first, second]
    with pytest.raises(WireError, match="each once"):
        EntryColumns.joined([(columns(), [0]), (columns(), [0])])


@pytest.mark.parametrize(
    "changes",
    [
        {"ids": ID.bytes},
        {"ids": NEXT.bytes + ID.bytes},
        {"ids": ID.bytes + NEXT.bytes[:15]},
        {"plates": "TST123"},
        {"plates": "A\nB\nC"},
        {"plates": ""},
        {"shared": []},
        {"shared_of": bytes(7)},
        {"shared_of": bytes(4) + b"\xff\xff\xff\xff"},
        {"expiries": bytes(12)},
        {"expiries": b"\x01\0\0\0" * 2},
        {"expiries": b"\xff\xff\xff\xff" * 2},
        {"vehicles": "2019 Ford"},
        {"vehicles": "\na\nb\nc"},
        {"vehicle_of": b"\x02\0\0\0" * 2},
    ],
)
def test_columns_that_do_not_fit_each_other_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"ids|plate|shared|expir|vehicle"):
        msgspec.structs.replace(columns(), **changes)
