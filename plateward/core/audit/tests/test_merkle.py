"""The tree against RFC 6962 as written, and against the vectors of its reference implementation."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.core.audit.testing import nodes_over
from plateward.ground.merkle import (
    Frontier,
    consistency_proof,
    consistent,
    includes,
    inclusion_proof,
    leaf_hash,
    root_of,
)

leaves = st.lists(st.binary(max_size=8), min_size=1, max_size=70)

# From the reference implementation's tests (google/certificate-transparency, merkletree).
VECTORS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
HEADS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier


def test_heads_are_those_of_the_reference_implementation() -> None:
    data = [bytes.fromhex(vector) for vector in VECTORS]
    assert [grown(data[: n + 1]).root().hex() for n in range(len(data))] == HEADS
    assert Frontier().root() == sha256(b"").digest()


@given(leaves)
def test_growing_leaf_by_leaf_gives_the_head_of_the_definition(leaves: list[bytes]) -> None:
    assert grown(leaves).root() == root_of([leaf_hash(leaf) for leaf in leaves])


@given(leaves)
def test_a_frontier_survives_storage(leaves: list[bytes]) -> None:
    frontier = grown(leaves)
    assert Frontier.load(frontier.size, bytes(frontier)) == frontier
    with pytest.raises(ValueError, match="no frontier"):
        Frontier.load(frontier.size, bytes(frontier) + bytes(32))


@given(leaves, st.data())
def test_an_inclusion_proof_holds_for_its_leaf_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    root, size = root_of(hashes), len(hashes)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(nodes_over(hashes), size, index)
    assert includes(root, size, index, hashes[index], proof)
    assert not includes(root, size, index, leaf_hash(b"another leaf"), proof)
    assert not includes(root, size, index, hashes[index], [*proof, bytes(32)])
    assert not includes(root, size, size, hashes[index], proof)
    if proof:
        assert not includes(root, size, index, hashes[index], proof[:-1])


@given(leaves, st.data())
def test_a_consistency_proof_holds_for_the_beginning_and_no_other(
    leaves: list[bytes], data: st.DataObject
) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    root, size = root_of(hashes), len(hashes)
    old = data.draw(st.integers(1, size))
    old_root = root_of(hashes[:old])
    proof = consistency_proof(nodes_over(hashes), old, size)
    assert consistent(old_root, old, root, size, proof)
    assert not consistent(leaf_hash(b"another log"), old, root, size, proof)
    assert not consistent(old_root, old, leaf_hash(b"another log"), size, proof)
    assert not consistent(old_root, old, root, size, [*proof, bytes(32)])
    assert not consistent(root, size + 1, root, size, proof)
    if proof:
        assert not consistent(old_root, old, root, size, proof[:-1])


def test_there_is_no_proof_of_what_is_not_in_the_tree() -> None:
    with pytest.raises(ValueError, match="no leaf 1"):
        inclusion_proof(nodes_over([leaf_hash(b"")]), 1, 1)
    with pytest.raises(ValueError, match="no beginning of 0"):
        consistency_proof(nodes_over([leaf_hash(b"")]), 0, 1)
