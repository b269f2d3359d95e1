from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.wire.codec import WireError, encode, sign
from plateward.ground.wire.hotlist import (
    DELTA_PURPOSE,
    HOTLIST_PURPOSE,
    SignedDelta,
    SignedHotList,
    decode_delta,
    decode_hotlist,
    open_delta,
    open_hotlist,
    sign_delta,
    sign_hotlist,
)
from plateward.ground.wire.tests.made import KEY, NOW, OTHER, a_delta, a_head, a_hotlist, columns, mutated

PUBLIC = KEY.public_key()


def test_a_hot_list_arrives_as_it_was_signed() -> None:
    assert open_hotlist(PUBLIC, decode_hotlist(encode(sign_hotlist(KEY, a_hotlist())))) == a_hotlist()


def test_a_delta_arrives_as_it_was_signed() -> None:
    assert open_delta(PUBLIC, decode_delta(encode(sign_delta(KEY, a_delta())))) == a_delta()


def test_any_flipped_byte_is_detected() -> None:
    signed = sign_hotlist(KEY, a_hotlist())
    for part in ("body", "signature"):
        content = getattr(signed, part)
        for place in range(len(content)):
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            with pytest.raises(WireError):
                open_hotlist(PUBLIC, msgspec.structs.replace(signed, **{part: changed}))


def test_another_hubs_list_is_refused() -> None:
    with pytest.raises(WireError):
        open_hotlist(PUBLIC, sign_hotlist(OTHER, a_hotlist()))
    with pytest.raises(WireError):
        open_delta(PUBLIC, sign_delta(OTHER, a_delta()))


def test_what_was_signed_as_a_list_is_no_delta() -> None:
    body = encode(a_delta())
    with pytest.raises(WireError, match="signature"):
        open_delta(PUBLIC, SignedDelta(body, sign(KEY, HOTLIST_PURPOSE, body)))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"source": ""},
        {"alarms": {"exact": "loud"}},
        {"alarms": {"Exact match": "ring"}},
        {"id": -1},
    ],
)
def test_the_hub_cannot_sign_a_head_that_readers_would_refuse(changes: dict[str, Any]) -> None:
    bent = msgspec.structs.replace(
        a_hotlist(), entries=msgspec.structs.replace(columns(), shared_of=bytes(8))
    )
    with pytest.raises(WireError, match="malformed"):
        sign_hotlist(KEY, _forced(bent, [a_head(**changes)]))


def _forced(hotlist: Any, lists: list[Any]) -> Any:
    """A hot list made without its own checks."""
    hotlist.lists[:] = lists
    return hotlist


def test_an_entry_is_of_a_list_that_is_named_and_no_list_is_named_twice() -> None:
    for lists in ([], [a_head(id=4)], [a_head(), a_head()]):
        with pytest.raises(WireError, match="malformed"):
            sign_hotlist(KEY, _forced(a_hotlist(), lists))
        with pytest.raises(WireError, match="malformed"):
            sign_delta(KEY, _forced(a_delta(), lists))


@pytest.mark.parametrize("when", ["refreshed_at", "stale_at"])
def test_the_times_of_a_list_are_in_utc(when: str) -> None:
    with pytest.raises(ValueError, match="UTC"):
        a_head(**{when: NOW.replace(tzinfo=None)})


def test_what_is_removed_are_whole_ids() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        msgspec.structs.replace(a_delta(), removed=bytes(17))


@given(st.binary(max_size=200) | mutated(sign_hotlist(KEY, a_hotlist()).body))
def test_anything_well_signed_is_a_list_or_a_wire_error(body: bytes) -> None:
    with suppress(WireError):
        hotlist = open_hotlist(PUBLIC, SignedHotList(body, sign(KEY, HOTLIST_PURPOSE, body)))
        assert len(list(hotlist.entries)) == len(hotlist.entries)


@given(st.binary(max_size=200) | mutated(sign_delta(KEY, a_delta()).body))
def test_anything_well_signed_is_a_delta_or_a_wire_error(body: bytes) -> None:
    with suppress(WireError):
        delta = open_delta(PUBLIC, SignedDelta(body, sign(KEY, DELTA_PURPOSE, body)))
        assert len(list(delta.added)) == len(delta.added)
