from datetime import timedelta

import msgspec
import pytest

from plateward.ground.wire.codec import WireError, encode, sign
from plateward.ground.wire.hotlist import HOTLIST_PURPOSE
from plateward.ground.wire.placement import (
    DeploymentTimes,
    Placement,
    SignedPlacement,
    Zone,
    decode_placement,
    open_placement,
    sign_placement,
)
from plateward.ground.wire.tests.made import KEY, NOW, OTHER

PUBLIC = KEY.public_key()
ON_PATROL = DeploymentTimes("public", NOW)
CLINIC = Zone(35.0844, -106.6504, 300)
PLACEMENT = Placement("unit-12", NOW, [ON_PATROL], [CLINIC])


@pytest.mark.clause("6.a.ii.1/outside", "6.a.ii.1/zones")
def test_a_placement_arrives_as_it_was_signed_and_any_flipped_byte_is_detected() -> None:
    signed = sign_placement(KEY, PLACEMENT)
    assert open_placement(PUBLIC, decode_placement(encode(signed))) == PLACEMENT
    for part in ("body", "signature"):
        content = getattr(signed, part)
        for place in range(len(content)):
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            with pytest.raises(WireError):
                open_placement(PUBLIC, msgspec.structs.replace(signed, **{part: changed}))


def test_another_hubs_placement_and_what_was_signed_as_a_list_are_refused() -> None:
    body = encode(PLACEMENT)
    for signed in (sign_placement(OTHER, PLACEMENT), SignedPlacement(body, sign(KEY, HOTLIST_PURPOSE, body))):
        with pytest.raises(WireError, match="signature"):
            open_placement(PUBLIC, signed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("deployments", [msgspec.structs.replace(ON_PATROL, basis="whim")]),
        ("zones", [msgspec.structs.replace(CLINIC, lat=91.0)]),
        ("zones", [msgspec.structs.replace(CLINIC, radius_m=0)]),
        ("reader", ""),
    ],
)
def test_the_hub_signs_no_placement_that_a_reader_would_refuse(field: str, value: object) -> None:
    with pytest.raises(WireError):
        sign_placement(KEY, msgspec.structs.replace(PLACEMENT, **{field: value}))


def test_its_version_is_that_of_its_content_whenever_it_was_made() -> None:
    later = msgspec.structs.replace(PLACEMENT, made_at=NOW + timedelta(hours=1))
    assert later.version == PLACEMENT.version
    ended = msgspec.structs.replace(CLINIC, ended_at=NOW)
    changes: list[tuple[str, object]] = [
        ("zones", []),
        ("zones", [ended]),
        ("deployments", []),
        ("reader", "unit-14"),
    ]
    for field, value in changes:
        assert msgspec.structs.replace(PLACEMENT, **{field: value}).version != PLACEMENT.version
