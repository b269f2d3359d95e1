"""How the nodes are that reads are distributed over, where they are."""

from django.db import connection

from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.field.reads.store.distributed import is_distributed, nodes
from plateward.field.reads.store.partitions import TABLES
from plateward.ground.policy.trace import enforces

MB = 10**6
UNEVEN = 1.5  # the largest node by the mean


@enforces("AU-5/told")
def _nodes() -> Reading:
    """Asks the database's own nodes, which each search asks too; a stopped one costs two seconds."""
    found = nodes()
    text = "; ".join(
        f"{node.name}: {node.shards} shards, "
        + ("does not answer" if node.bytes is None else f"{node.bytes / MB:,.1f} MB")
        for node in found
    )
    if any(node.bytes is None for node in found):
        return red(f"{text}.", "Start that server. No read is lost; what needs its shards waits until then.")
    sizes = [node.bytes or 0 for node in found]
    mean = sum(sizes) / len(sizes) if sizes else 0
    uneven = max(sizes, default=0) / mean if mean else 1.0
    text += f". The largest has {uneven:.2f} times the mean."
    if any(not node.shards for node in found) or uneven > UNEVEN:
        return amber(text, "Move shards with SELECT citus_rebalance_start(); reads come in meanwhile.")
    return green(text)


def _exists() -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        return is_distributed(cursor, TABLES[0])


PARTS = (Part("reads_nodes", "Database nodes", "AU-5", _nodes, exists=_exists),)
