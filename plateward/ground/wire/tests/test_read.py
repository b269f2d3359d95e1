import math
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.wire.batch import ReadRejection, Receipt, decode_receipt
from plateward.ground.wire.codec import WireError, encode, sign
from plateward.ground.wire.read import (
    MAX_READ_BYTES,
    READ_PURPOSE,
    Position,
    ReadCharacter,
    SignedRead,
    open_read,
    sign_read,
)
from plateward.ground.wire.tests.made import ID, KEY, NOW, OTHER, a_read, mutated

PUBLIC = KEY.public_key()


def _signed(values: object) -> SignedRead:
    """Any body, properly signed: what a broken reader would send."""
    body = msgspec.msgpack.encode(values)
    return SignedRead(body, sign(KEY, READ_PURPOSE, body))


def _with(**changes: object) -> SignedRead:
    return _signed(msgspec.to_builtins(a_read(), builtin_types=(datetime, bytes)) | changes)


@pytest.mark.clause("5.c/image", "5.c/data", "5.c/position", "5.i/record", "5.i/position")
def test_a_read_arrives_as_it_was_signed() -> None:
    assert open_read(PUBLIC, sign_read(KEY, a_read())) == a_read()


@pytest.mark.clause("5.c/image", "5.c/data", "5.i/record")
@pytest.mark.parametrize(
    "field",
    ["id", "captured_at", "plate", "confidence", "box", "camera", "context_sha256", "plate_sha256", "engine"],
)
def test_a_read_without_one_of_its_parts_is_refused(field: str) -> None:
    values = msgspec.to_builtins(a_read(), builtin_types=(datetime, bytes))
    del values[field]
    with pytest.raises(WireError, match=field):
        open_read(PUBLIC, _signed(values))


@pytest.mark.clause("6.j.i/proven")
def test_any_flipped_bit_is_detected() -> None:
    signed = sign_read(KEY, a_read())
    for part in ("body", "signature"):
        content = getattr(signed, part)
        for place in range(len(content)):
            for bit in range(8):
                changed = bytearray(content)
                changed[place] ^= 1 << bit
                with pytest.raises(WireError, match="signature"):
                    open_read(PUBLIC, msgspec.structs.replace(signed, **{part: bytes(changed)}))


@pytest.mark.clause("6.j.i/proven")
def test_another_readers_signature_is_refused() -> None:
    with pytest.raises(WireError, match=r"6\.j\.i"):
        open_read(PUBLIC, sign_read(OTHER, a_read()))


@pytest.mark.clause("6.j.i/proven")
def test_a_signature_made_for_something_else_is_refused() -> None:
    body = sign_read(KEY, a_read()).body
    with pytest.raises(WireError):
        open_read(PUBLIC, SignedRead(body, sign(KEY, b"plateward.hotlist.v1", body)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("plate", ""),
        ("plate", "tst123"),
        ("plate", "TST 123"),
        ("plate", "TST123\n"),
        ("plate", "A" * 17),
        ("state", "NMX"),
        ("state", "nm"),
        ("confidence", -0.1),
        ("confidence", 1.01),
        ("confidence", math.nan),
        ("confidence", math.inf),
        ("confidence", "0.9"),
        ("heading", 360),
        ("heading", -1),
        ("box", (0, 0, 1)),
        ("box", (0, 0, 1, -1)),
        ("box", (0, 0, 1, 2**40)),
        ("position", {"lat": 90.1, "lon": 0}),
        ("position", {"lat": 0, "lon": -180.1}),
        ("position", {"lat": math.nan, "lon": 0}),
        ("position", {"lat": 0, "lon": 0, "accuracy_m": -1}),
        ("position", {"lat": 0, "lon": 0, "age_s": math.inf}),
        ("characters", [{"char": "A", "score": 1.0}] * 21),
        ("characters", [{"char": "AB", "score": 1.0}]),
        ("characters", [{"char": "A", "score": 1.0, "alternatives": [("B", 0.1)] * 11}]),
        ("camera", ""),
        ("camera", "x" * 65),
        ("camera", "front\x00"),
        ("engine", "two\nlines"),
        ("context_sha256", "0" * 63),
        ("context_sha256", "G" * 64),
        ("clock_error_ms", -1),
        ("id", "01234567-89ab-4def-8123-456789abcdef"),
        ("id", "not an id"),
        ("captured_at", datetime(2026, 3, 2, 12, 0)),
        ("captured_at", "2026-03-02T12:00:00"),
        ("captured_at", "2026-03-02T12:00:00+02:00"),
        ("captured_at", "1999-12-31T23:59:59Z"),
        ("captured_at", "2100-01-01T00:00:00Z"),
        ("captured_at", 1_700_000_000),
        ("captured_at", msgspec.msgpack.Ext(-1, b"\xff" * 12)),
        ("unknown", 1),
    ],
)
def test_what_is_out_of_bounds_is_refused_even_when_well_signed(field: str, value: Any) -> None:
    with pytest.raises(WireError, match="malformed"):
        open_read(PUBLIC, _with(**{field: value}))


@pytest.mark.parametrize("field", ["x" * 1000, "x\n2026-07-01 CRITICAL forged", "x\x1b[2J", "x\u202e"])
def test_why_a_read_is_malformed_is_a_printable_line_that_a_receipt_can_carry(field: str) -> None:
    with pytest.raises(WireError, match="unknown field `x") as refused:
        open_read(PUBLIC, _with(**{field: 1}))
    assert str(refused.value).isprintable()
    receipt = Receipt(ID, [], [], [ReadRejection(None, str(refused.value))])
    assert decode_receipt(encode(receipt)) == receipt


def test_a_reader_cannot_sign_what_a_hub_would_refuse() -> None:
    for bad in (
        a_read(plate="tst 123"),
        a_read(position=Position(91, 0)),
        a_read(characters=(ReadCharacter("?", 1),)),
    ):
        with pytest.raises(WireError):
            sign_read(KEY, bad)


def test_a_time_of_another_zone_or_none_is_no_capture_time() -> None:
    for bad in (NOW.replace(tzinfo=None), NOW.astimezone(timezone(timedelta(hours=-7)))):
        with pytest.raises(ValueError, match="UTC"):
            a_read(captured_at=bad)


def test_time_keeps_its_microseconds() -> None:
    moment = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
    assert open_read(PUBLIC, sign_read(KEY, a_read(captured_at=moment))).captured_at == moment


def test_an_oversized_body_is_refused_before_it_is_read() -> None:
    body = b"\x00" * (MAX_READ_BYTES + 1)
    with pytest.raises(WireError, match="the limit is"):
        open_read(PUBLIC, SignedRead(body, sign(KEY, READ_PURPOSE, body)))


@given(st.binary(max_size=200) | mutated(sign_read(KEY, a_read()).body))
def test_anything_well_signed_is_a_read_or_a_wire_error(body: bytes) -> None:
    with suppress(WireError):
        open_read(PUBLIC, SignedRead(body, sign(KEY, READ_PURPOSE, body)))
