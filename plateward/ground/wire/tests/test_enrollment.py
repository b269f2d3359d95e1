from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.wire.enrollment import EnrollmentGrant, EnrollmentRequest
from plateward.ground.wire.tests.made import mutated

REQUEST = EnrollmentRequest("unit-12", "unit-12 front", bytes(32), "a PKCS#10 request")
GRANT = EnrollmentGrant(
    "unit-12", "unit-12 front", "https://hub.example:8444", "a certificate", "an authority", bytes(32)
)


def test_request_and_grant_arrive_whole() -> None:
    assert msgspec.json.decode(msgspec.json.encode(REQUEST), type=EnrollmentRequest) == REQUEST
    assert msgspec.json.decode(msgspec.json.encode(GRANT), type=EnrollmentGrant) == GRANT


@pytest.mark.clause("6.i.ii/tls")
@pytest.mark.parametrize(
    "hub", ["http://hub.example:8444", "https://", "https://hub.example/x", "https://a@hub.example"]
)
def test_a_hub_is_reached_over_https_alone(hub: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="hub"):
        msgspec.json.decode(
            msgspec.json.encode(msgspec.structs.replace(GRANT, hub=hub)), type=EnrollmentGrant
        )


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "a\nb"}, {"public_key": bytes(31)}, {"csr_pem": "x" * 17_000}]
)
def test_a_request_beyond_its_bounds_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(
            msgspec.json.encode(msgspec.structs.replace(REQUEST, **changes)), type=EnrollmentRequest
        )


@given(st.binary(max_size=200) | mutated(msgspec.json.encode(GRANT)))
def test_any_bytes_are_a_grant_or_a_decoding_error(data: bytes) -> None:
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        msgspec.json.decode(data, type=EnrollmentGrant)
