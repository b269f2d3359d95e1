"""A hot list as CSV: what is taken, and what is rejected with its line and reason."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.hotlists.csv_list import NotAList, parse
from plateward.hotlists.reasons import REASONS

NOW = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)
DENVER = ZoneInfo("America/Denver")
HEAD = "plate,state,reason,priority,expires\n"


def rejections(*rows: str) -> list[tuple[int, str]]:
    return [
        (r.line, r.why) for r in parse((HEAD + "\n".join(rows)).encode(), REASONS, NOW, DENVER).rejections
    ]


@pytest.mark.clause("5.f")
def test_it_takes_a_row_with_its_reason_state_priority_and_expiry() -> None:
    (row,) = parse((HEAD + "abc 123,nm,Stolen vehicle,HIGH,2026-07-31\n").encode(), REASONS, NOW, DENVER).rows
    assert (row.plate, row.state, row.reason, row.priority) == ("ABC 123", "NM", "stolen_vehicle", "high")
    assert row.key == ("ABC123", "NM")
    assert row.expires_at is not None
    assert row.expires_at.astimezone(DENVER).isoformat() == "2026-07-31T23:59:59.999999-06:00"


def test_columns_may_stand_in_any_order_and_after_a_byte_order_mark() -> None:
    text = "\ufeffreason,plate,expires,state,priority,note\r\nstolen_plate,XYZ987,,TX,,seen\r\n"
    (row,) = parse(text.encode(), REASONS, NOW, DENVER).rows
    assert (row.plate, row.priority, row.expires_at) == ("XYZ987", "normal", None)


@pytest.mark.clause("5.f")
@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",NM,stolen_vehicle,high,", "no plate"),
        (" - ,NM,stolen_vehicle,high,", "no plate"),
        ("ABC123,NM,because,high,", "not a reason of OPR:50 5.f"),
        ("ABC123,NM,immigration,high,", "not a reason of OPR:50 5.f"),
        ("ABC123,NM,stolen_vehicle,high,2026-06-30", "expired"),
        ("ABC123,NM,stolen_vehicle,high,soon", "not a date"),
        ("ABC123,NM,stolen_vehicle,high,2099-12-31", "leave it empty for an entry that does not expire"),
        ("ABC123,NM,stolen_vehicle,high,9999-12-31", "leave it empty for an entry that does not expire"),
        ("ABC123,ZZ,stolen_vehicle,high,", "not a state"),
        ("ABC123,NM,stolen_vehicle,urgent,", "not a priority"),
        ("ABCDEFGHIJKLM,NM,stolen_vehicle,high,", "not a plate"),
        ("ABC\U0001f600,NM,stolen_vehicle,high,", "not a plate"),
        ("AB\x07C123,NM,stolen_vehicle,high,", "not a plate"),
        ("ABC123,NM,stolen_vehicle", "3 fields"),
    ],
)
def test_it_rejects_a_bad_row_and_says_why(row: str, why: str) -> None:
    ((line, said),) = rejections(row)
    assert line == 2
    assert why in said


def test_a_plate_that_stands_twice_is_taken_once() -> None:
    ((line, said),) = rejections("ABC123,NM,stolen_vehicle,high,", "ABC-123,NM,stolen_plate,low,")
    assert (line, said) == (3, "this plate and state stand on line 2 already")


def test_one_bad_row_keeps_no_good_row_out() -> None:
    parsed = parse((HEAD + "ABC123,NM,nonsense,,\nXYZ987,TX,stolen_plate,,\n").encode(), REASONS, NOW, DENVER)
    assert [row.plate for row in parsed.rows] == ["XYZ987"]
    assert len(parsed.rejections) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"plate,state\nABC123,NM\n", "missing: reason, priority, expires"),
        (HEAD.encode() + b"\xff\xfe,NM,stolen_vehicle,,", "not UTF-8"),
        (HEAD.encode("utf-16"), "not UTF-8"),
        (HEAD.encode() + b"ABC\x00123,NM,stolen_vehicle,,", "zero bytes"),
        (HEAD.encode() + b'"ABC123,NM,stolen_vehicle,,', "not CSV"),
    ],
)
def test_it_refuses_a_file_that_is_no_list(content: bytes, says: str) -> None:
    with pytest.raises(NotAList, match=says):
        parse(content, REASONS, NOW, DENVER)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: (HEAD + t).encode()))
def test_any_bytes_give_a_list_or_a_clear_error(content: bytes) -> None:
    try:
        parsed = parse(content, REASONS, NOW, DENVER)
    except NotAList:
        return
    assert all(row.key[0] for row in parsed.rows)
