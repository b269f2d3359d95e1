from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.wire.codec import WireError, encode
from plateward.wire.enrollment import (
    EnrollmentGrant,
    EnrollmentRequest,
    decode_enrollment_request,
    decode_grant,
)
from plateward.wire.tests.made import mutated

REQUEST = EnrollmentRequest("unit-12", "unit-12 front", bytes(32), "a PKCS#10 request")
GRANT = EnrollmentGrant(
    "unit-12", "unit-12 front", "https://hub.example:8444", "a certificate", "an authority", bytes(32)
)


def test_request_and_grant_arrive_whole() -> None:
    assert decode_enrollment_request(encode(REQUEST)) == REQUEST
    assert decode_grant(encode(GRANT)) == GRANT


@pytest.mark.clause("6.i.ii")
@pytest.mark.parametrize(
    "hub", ["http://hub.example:8444", "https://", "https://hub.example/x", "https://a@hub.example"]
)
def test_a_hub_is_reached_over_https_alone(hub: str) -> None:
    with pytest.raises(WireError, match="hub"):
        decode_grant(encode(msgspec.structs.replace(GRANT, hub=hub)))


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "a\nb"}, {"public_key": bytes(31)}, {"csr_pem": "x" * 17_000}]
)
def test_a_request_beyond_its_bounds_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(WireError):
        decode_enrollment_request(encode(msgspec.structs.replace(REQUEST, **changes)))


@given(st.binary(max_size=200) | mutated(encode(GRANT)))
def test_any_bytes_are_a_grant_or_a_wire_error(data: bytes) -> None:
    with suppress(WireError):
        decode_grant(data)
