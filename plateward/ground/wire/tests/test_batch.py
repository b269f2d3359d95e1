from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.wire.batch import (
    MAX_BATCH_BYTES,
    MAX_IMAGE_BYTES,
    MAX_READS,
    ReadRejection,
    Receipt,
    decode_batch,
    decode_receipt,
)
from plateward.ground.wire.codec import WireError, encode
from plateward.ground.wire.read import open_read
from plateward.ground.wire.tests.made import ID, JPEG, KEY, NOW, a_batch, a_read, mutated


def test_a_batch_arrives_with_its_reads_and_images() -> None:
    batch = decode_batch(encode(a_batch()))
    [signed] = batch.reads
    read = open_read(KEY.public_key(), signed)
    assert read == a_read()
    assert batch.image(read.context_sha256) == JPEG


@pytest.mark.clause("6.j.i/proven")
def test_an_altered_or_missing_image_is_told() -> None:
    digest = sha256(JPEG).hexdigest()
    altered = decode_batch(encode(msgspec.structs.replace(a_batch(), images={digest: JPEG + b"!"})))
    with pytest.raises(WireError, match="not the one"):
        altered.image(digest)
    with pytest.raises(WireError, match="not in its batch"):
        altered.image("0" * 64)


def test_a_receipt_arrives_whole() -> None:
    receipt = Receipt(ID, [ID], [], [ReadRejection(None, "The signature does not fit.")])
    assert decode_receipt(encode(receipt)) == receipt


def test_a_receipt_without_drops_is_one_that_a_reader_from_before_them_knows() -> None:
    assert msgspec.msgpack.decode(encode(Receipt(ID, [ID], [], []))).keys() == {
        *("batch", "accepted", "duplicates", "rejected")
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"reads": a_batch().reads * (MAX_READS + 1)},
        {"images": {"0" * 64: b"x" * (MAX_IMAGE_BYTES + 1)}},
        {"images": {"not a digest": b""}},
        {"images": {f"{n:064x}": b"" for n in range(2 * MAX_READS + 1)}},
    ],
)
def test_a_batch_beyond_its_bounds_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(WireError, match="malformed"):
        decode_batch(encode(msgspec.structs.replace(a_batch(), **changes)))


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(WireError, match="Send less"):
        decode_batch(bytes(MAX_BATCH_BYTES + 1))


def test_a_batch_says_when_it_was_sent_in_utc() -> None:
    with pytest.raises(ValueError, match="UTC"):
        msgspec.structs.replace(a_batch(), sent_at=NOW.replace(tzinfo=None))
    assert decode_batch(encode(a_batch())).sent_at - NOW == timedelta(0)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xdf\xff\xff\xff\xff", b"\x91" * 5000, b"\xc1", encode(a_batch()) + b"\x00"]
)
def test_bytes_that_are_no_batch_are_refused(data: bytes) -> None:
    with pytest.raises(WireError, match="malformed"):
        decode_batch(data)


@given(st.binary(max_size=200) | mutated(encode(a_batch())))
def test_any_bytes_are_a_batch_or_a_wire_error(data: bytes) -> None:
    with suppress(WireError):
        decode_batch(data)
