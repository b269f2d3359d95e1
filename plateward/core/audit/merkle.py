"""For imports from before it moved to ground/merkle.py."""

from plateward.ground.merkle import (  # noqa: F401
    HASH_BYTES,
    Frontier,
    GrowingTree,
    Nodes,
    consistency_proof,
    consistent,
    includes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_between,
    root_of,
    split_hashes,
)
