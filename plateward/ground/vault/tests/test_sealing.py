import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.vault.sealing import OVERHEAD_BYTES, SealBroken, seal, unseal

KEY = bytes(range(32))


@pytest.mark.clause("6.i.i/aes", "SC-28/data")
@given(st.binary(max_size=300), st.binary(max_size=40))
def test_it_opens_what_it_sealed(plaintext: bytes, context: bytes) -> None:
    sealed = seal(KEY, plaintext, context)
    assert len(sealed) == len(plaintext) + OVERHEAD_BYTES
    assert unseal(KEY, sealed, context) == plaintext


@pytest.mark.clause("6.i.i/aes")
def test_the_plaintext_is_not_in_the_sealed_bytes_and_no_two_seals_are_alike() -> None:
    first, second = (seal(KEY, b"plate TST123 in the clear", b"") for _ in range(2))
    assert b"TST123" not in first
    assert first != second


@pytest.mark.clause("6.j.i/proven")
def test_it_detects_every_flipped_bit_and_every_cut() -> None:
    sealed = seal(KEY, b"an image", b"here")
    for place in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            with pytest.raises(SealBroken):
                unseal(KEY, bytes(changed), b"here")
        with pytest.raises(SealBroken):
            unseal(KEY, sealed[:place], b"here")


@pytest.mark.clause("6.j.i/proven")
def test_it_does_not_open_in_another_place_or_with_another_key() -> None:
    sealed = seal(KEY, b"an image", b"here")
    with pytest.raises(SealBroken, match=r"6\.j\.i"):
        unseal(KEY, sealed, b"there")
    with pytest.raises(SealBroken):
        unseal(bytes(32), sealed, b"here")


@pytest.mark.clause("6.i.i/aes")
@pytest.mark.parametrize("length", [0, 16, 24, 33])
def test_it_takes_no_key_but_one_of_256_bits(length: int) -> None:
    with pytest.raises(ValueError, match="32-byte"):
        seal(bytes(length), b"", b"")
