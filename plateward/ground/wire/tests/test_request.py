from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.wire.codec import WireError
from plateward.ground.wire.request import (
    READER_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    sign_request,
    verify_request,
)
from plateward.ground.wire.tests.made import KEY, NOW, OTHER

PUBLIC = KEY.public_key()
BODY = b"a batch"


def _headers() -> dict[str, str]:
    return sign_request(KEY, "unit-12", "POST", "/v1/batches?x=1", BODY, NOW)


def _verify(
    headers: dict[str, str], method: str = "POST", path: str = "/v1/batches?x=1", body: bytes = BODY
) -> None:
    verify_request(PUBLIC, headers, method, path, body, NOW)


@pytest.mark.clause("6.i.ii/devices", "6.j.i/proven")
def test_a_signed_request_is_taken_and_names_its_reader() -> None:
    _verify(_headers())
    assert _headers()[READER_HEADER] == "unit-12"


@pytest.mark.clause("6.j.i/proven")
def test_any_flipped_bit_of_a_header_is_detected() -> None:
    for name, value in _headers().items():
        for place in range(len(value)):
            for bit in range(8):
                changed = value[:place] + chr(ord(value[place]) ^ (1 << bit)) + value[place + 1 :]
                with pytest.raises(WireError):
                    _verify(_headers() | {name: changed})


@pytest.mark.clause("6.j.i/proven")
def test_another_method_path_or_body_is_detected() -> None:
    with pytest.raises(WireError, match=r"6\.j\.i"):
        _verify(_headers(), method="GET")
    with pytest.raises(WireError):
        _verify(_headers(), path="/v1/batches?x=2")
    for place in range(len(BODY)):
        with pytest.raises(WireError):
            _verify(_headers(), body=BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :])


@pytest.mark.clause("6.i.ii/devices")
@pytest.mark.parametrize("name", [READER_HEADER, TIME_HEADER, SIGNATURE_HEADER])
def test_an_unsigned_request_is_refused(name: str) -> None:
    headers = _headers()
    del headers[name]
    with pytest.raises(WireError, match="not signed"):
        _verify(headers)


def test_another_key_is_refused() -> None:
    with pytest.raises(WireError):
        verify_request(OTHER.public_key(), _headers(), "POST", "/v1/batches?x=1", BODY, NOW)


@pytest.mark.parametrize(
    ("late", "words"),
    [(timedelta(minutes=5, seconds=1), "in the past"), (-timedelta(minutes=5, seconds=1), "in the future")],
)
def test_a_stale_request_and_one_from_the_future_are_refused(late: timedelta, words: str) -> None:
    with pytest.raises(WireError, match=words):
        verify_request(PUBLIC, _headers(), "POST", "/v1/batches?x=1", BODY, NOW + late)


@pytest.mark.parametrize("late", [timedelta(minutes=5), -timedelta(minutes=5)])
def test_a_clock_within_five_minutes_is_good_enough(late: timedelta) -> None:
    verify_request(PUBLIC, _headers(), "POST", "/v1/batches?x=1", BODY, NOW + late)


def test_a_line_break_cannot_move_the_borders_of_what_is_signed() -> None:
    with pytest.raises(WireError, match="line break"):
        sign_request(KEY, "unit-12", "POST", "/v1\nx", BODY, NOW)


header = st.text(max_size=120)


@given(header, header, header, st.text(max_size=20), st.text(max_size=40), st.binary(max_size=20))
def test_any_headers_are_a_wire_error(
    reader: str, time: str, signature: str, method: str, path: str, body: bytes
) -> None:
    headers = {READER_HEADER: reader, TIME_HEADER: time, SIGNATURE_HEADER: signature}
    with pytest.raises(WireError):
        verify_request(PUBLIC, headers, method, path, body, NOW)
