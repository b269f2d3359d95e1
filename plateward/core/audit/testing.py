"""Trees as tests make them, out of their leaves; what an entry says."""

from collections.abc import Sequence

from plateward.core.audit.leaf import Detail, Leaf
from plateward.ground.merkle import Nodes, root_of


def nodes_over(hashes: Sequence[bytes]) -> Nodes:
    """The nodes above these leaf hashes."""
    return lambda height, number: root_of(hashes[number << height : (number + 1) << height])


def noted(leaf: Leaf | None) -> dict[str, Detail]:
    """The entry's details without the digests of what was written: a test's own rows are among them."""
    assert leaf
    return {name: detail for name, detail in leaf.details.items() if name != "records"}
