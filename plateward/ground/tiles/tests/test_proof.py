import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground.tiles.jpeg import TiledJpeg
from plateward.ground.tiles.proof import cover_tiles, decode_proof, encode_proof, tile_leaf
from plateward.ground.tiles.testing import sealed_scene
from plateward.ground.wire.codec import WireError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BOX = (100, 50, 60, 20)  # two tiles across, two down


@pytest.mark.clause("6.h.iii/proof")
def test_a_proof_discloses_nothing_of_a_covered_tile() -> None:
    jpeg, seal = sealed_scene(KEY)
    _, proof = cover_tiles(jpeg, [BOX], seal)
    assert proof
    tiled = TiledJpeg.split(jpeg)
    assert proof.covered == [17, 18, 22, 23]
    salts = [proof.salts[at : at + 16] for at in range(0, len(proof.salts), 16)]
    assert len(salts) == len(tiled.leaves) - 4
    # Whoever knows what a tile shows still cannot tell from its hash: no salt that is told fits.
    for number in proof.covered:
        leaf = proof.leaves[32 * number : 32 * number + 32]
        assert leaf not in [
            tile_leaf(salt, number, tiled.leaves[number]) for salt in [*salts, b"", bytes(16)]
        ]
    assert seal.secret not in encode_proof(proof)


def test_two_pictures_of_the_same_scene_have_no_hash_in_common() -> None:
    jpeg, seal = sealed_scene(KEY)
    _, other = sealed_scene(KEY)
    proofs = [cover_tiles(jpeg, [BOX], each)[1] for each in (seal, other)]
    leaves = [{each.leaves[at : at + 32] for at in range(0, len(each.leaves), 32)} for each in proofs if each]
    assert not leaves[0] & leaves[1]


def test_without_a_seal_there_is_no_proof() -> None:
    jpeg, seal = sealed_scene(KEY)
    assert cover_tiles(jpeg, [BOX]) == (cover_tiles(jpeg, [BOX], seal)[0], None)


def test_a_seal_of_another_picture_proves_nothing() -> None:
    jpeg, _ = sealed_scene(KEY, seed=1)
    _, seal = sealed_scene(KEY, seed=2)
    with pytest.raises(WireError, match="not the one whose tiles"):
        cover_tiles(jpeg, [BOX], seal)


def test_a_proof_survives_its_file_and_nothing_else_is_one() -> None:
    jpeg, seal = sealed_scene(KEY)
    _, proof = cover_tiles(jpeg, [BOX], seal)
    assert proof
    assert decode_proof(encode_proof(proof)) == proof
    for content in (b"", b"{}", b"[" * 100_000, b"\xff", encode_proof(proof)[:-1], b" " * 3_000_000):
        with pytest.raises(WireError):
            decode_proof(content)
