"""Trees as tests make them, out of their leaves."""

from collections.abc import Sequence

from plateward.ground.merkle import Nodes, root_of


def nodes_over(hashes: Sequence[bytes]) -> Nodes:
    """The nodes above these leaf hashes."""
    return lambda height, number: root_of(hashes[number << height : (number + 1) << height])
