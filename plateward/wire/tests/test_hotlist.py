from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.wire.codec import WireError, encode, sign
from plateward.wire.hotlist import PURPOSE, SignedHotList, decode_hotlist, open_hotlist, sign_hotlist
from plateward.wire.tests.made import KEY, NOW, OTHER, a_hotlist, an_entry, mutated

PUBLIC = KEY.public_key()


def test_a_hot_list_arrives_as_it_was_signed() -> None:
    assert open_hotlist(PUBLIC, decode_hotlist(encode(sign_hotlist(KEY, a_hotlist())))) == a_hotlist()


@pytest.mark.clause("6.j.i")
def test_any_flipped_byte_is_detected() -> None:
    signed = sign_hotlist(KEY, a_hotlist())
    for part in ("body", "signature"):
        content = getattr(signed, part)
        for place in range(len(content)):
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            with pytest.raises(WireError):
                open_hotlist(PUBLIC, msgspec.structs.replace(signed, **{part: changed}))


@pytest.mark.clause("6.j.i")
def test_another_hubs_list_is_refused() -> None:
    with pytest.raises(WireError):
        open_hotlist(PUBLIC, sign_hotlist(OTHER, a_hotlist()))


@pytest.mark.parametrize(
    "changes",
    [
        {"plate": ""},
        {"plate": "A" * 21},
        {"reason": "Stolen Vehicle"},
        {"priority": "urgent"},
        {"state": "New Mexico"},
        {"list_name": ""},
    ],
)
def test_the_hub_cannot_sign_an_entry_that_readers_would_refuse(changes: dict[str, Any]) -> None:
    with pytest.raises(WireError, match="malformed"):
        sign_hotlist(KEY, msgspec.structs.replace(a_hotlist(), entries=[an_entry(**changes)]))


def test_an_expiry_is_in_utc() -> None:
    with pytest.raises(ValueError, match="UTC"):
        an_entry(expires_at=NOW.replace(tzinfo=None))


@given(st.binary(max_size=200) | mutated(sign_hotlist(KEY, a_hotlist()).body))
def test_anything_well_signed_is_a_list_or_a_wire_error(body: bytes) -> None:
    with suppress(WireError):
        open_hotlist(PUBLIC, SignedHotList(body, sign(KEY, PURPOSE, body)))
