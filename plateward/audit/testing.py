"""Logs as tests make them: entries of before the bridge, and trees out of their leaves."""

from collections.abc import Sequence

import msgspec

from plateward.audit.leaf import Leaf
from plateward.audit.merkle import Nodes, root_of


def encode_leaf(leaf: Leaf) -> bytes:
    """The line of an entry as before the bridge."""
    return msgspec.json.encode(leaf)


def nodes_over(hashes: Sequence[bytes]) -> Nodes:
    """The nodes above these leaf hashes."""
    return lambda height, number: root_of(hashes[number << height : (number + 1) << height])
