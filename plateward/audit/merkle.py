"""The Merkle tree of RFC 6962 section 2.1: hashes, growth, proofs. Pure; hashes are 32 bytes of SHA-256.

Leaf and node hashes begin with different bytes, so that no node can pass for a leaf.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """All that a tree needs to grow: its size, and the roots of its perfect subtrees, largest first."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The tree with one more leaf, in O(log n)."""
        roots = list(self.roots)
        new = leaf_hash(leaf)
        merging = self.size
        while merging & 1:
            new = node_hash(roots.pop(), new)
            merging >>= 1
        return Frontier(self.size + 1, (*roots, new))

    def root(self) -> bytes:
        """The tree head; for an empty tree, the hash of nothing."""
        if not self.roots:
            return sha256(b"").digest()
        *larger, root = self.roots
        for left in reversed(larger):
            root = node_hash(left, root)
        return root

    def __bytes__(self) -> bytes:
        return b"".join(self.roots)

    @classmethod
    def load(cls, size: int, roots: bytes) -> "Frontier":
        """From its size and its bytes. Raises ValueError if they do not belong together."""
        if len(roots) != HASH_BYTES * size.bit_count():
            raise ValueError(f"{len(roots)} bytes are no frontier of a tree of {size} leaves")
        return cls(size, tuple(roots[i : i + HASH_BYTES] for i in range(0, len(roots), HASH_BYTES)))


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The tree head over these leaf hashes (RFC 6962's MTH, as written there)."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = _split(len(hashes))
    return node_hash(root_of(hashes[:k]), root_of(hashes[k:]))


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the head over `hashes`, nearest first."""
    if not 0 <= index < len(hashes):
        raise ValueError(f"a tree of {len(hashes)} leaves has no leaf {index}")
    if len(hashes) == 1:
        return []
    k = _split(len(hashes))
    if index < k:
        return [*inclusion_proof(hashes[:k], index), root_of(hashes[k:])]
    return [*inclusion_proof(hashes[k:], index - k), root_of(hashes[:k])]


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the leaf hash `leaf` at `index` in the tree of this head (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, hashed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            hashed = node_hash(sibling, hashed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and hashed == root


def consistency_proof(hashes: Sequence[bytes], old: int) -> list[bytes]:
    """The hashes that prove that the head over the first `old` of `hashes` begins the head over all."""
    if not 0 < old <= len(hashes):
        raise ValueError(f"a tree of {len(hashes)} leaves has no beginning of {old}")
    return _subproof(hashes, old, whole=True)


def _subproof(hashes: Sequence[bytes], old: int, *, whole: bool) -> list[bytes]:
    if old == len(hashes):
        return [] if whole else [root_of(hashes)]
    k = _split(len(hashes))
    if old <= k:
        return [*_subproof(hashes[:k], old, whole=whole), root_of(hashes[k:])]
    return [*_subproof(hashes[k:], old - k, whole=False), root_of(hashes[:k])]


def consistent(old_root: bytes, old: int, new_root: bytes, new: int, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree begins with the old one (RFC 9162 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
