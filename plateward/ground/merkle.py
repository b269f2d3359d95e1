"""The Merkle tree of RFC 6962 section 2.1: hashes, growth, proofs. Pure; hashes are 32 bytes of SHA-256.

Leaf and node hashes begin with different bytes, so that no node can pass for a leaf.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def split_hashes(hashes: bytes) -> list[bytes]:
    """Those that follow one another."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """All that a tree needs to grow: its size, and the roots of its perfect subtrees, largest first."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The tree with one more leaf, in O(log n)."""
        growing = GrowingTree(self)
        growing.append(leaf_hash(leaf))
        return growing.frontier()

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
        return cls(size, tuple(split_hashes(roots)))


class GrowingTree:
    """A tree that many leaves are added to, faster than by one frontier after another."""

    def __init__(self, begin: Frontier = Frontier()) -> None:
        self.size, self._roots = begin.size, list(begin.roots)

    def append(self, hashed: bytes) -> None:
        """Add a leaf by its hash."""
        merging, roots = self.size, self._roots
        while merging & 1:
            hashed = sha256(b"\x01" + roots.pop() + hashed).digest()
            merging >>= 1
        roots.append(hashed)
        self.size += 1

    def frontier(self) -> Frontier:
        return Frontier(self.size, tuple(self._roots))


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The tree head over these leaf hashes (RFC 6962's MTH, as written there)."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = _split(len(hashes))
    return node_hash(root_of(hashes[:k]), root_of(hashes[k:]))


Nodes = Callable[
    [int, int], bytes
]  # (height, number): the root over leaves number << height and 2 ** height - 1 more


def root_between(node: Nodes, begin: int, end: int) -> bytes:
    """The root over leaves `begin` to before `end`, where a tree has these below one node."""
    size = end - begin
    if not size & (size - 1):
        height = size.bit_length() - 1
        return node(height, begin >> height)
    k = begin + _split(size)
    return node_hash(root_between(node, begin, k), root_between(node, k, end))


def inclusion_proof(node: Nodes, size: int, index: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the head of the tree of `size` leaves, nearest first."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        k = begin + _split(end - begin)
        if index < k:
            path.append((k, end))
            end = k
        else:
            path.append((begin, k))
            begin = k
    return [root_between(node, *sibling) for sibling in reversed(path)]


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


def consistency_proof(node: Nodes, old: int, new: int) -> list[bytes]:
    """The hashes that prove that the head over the first `old` of `new` leaves begins the head over all."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} leaves has no beginning of {old}")
    begin, end, whole, path = 0, new, True, []
    while old < end:
        k = begin + _split(end - begin)
        if old <= k:
            path.append((k, end))
            end = k
        else:
            path.append((begin, k))
            begin, whole = k, False
    if not whole:
        path.append((begin, end))
    return [root_between(node, *sibling) for sibling in reversed(path)]


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
