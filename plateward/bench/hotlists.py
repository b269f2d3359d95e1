"""Hot lists at full size. Each part of the benchmark is its own module; all run on one fresh hub."""

from collections.abc import Callable

from plateward.bench import hotlist_delivery, hotlist_import
from plateward.bench.figures import Figure

# Delivery first: its readers get every list there is, and must not get a million entries.
PARTS = (hotlist_delivery.run, hotlist_import.run)


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Every part's figures in turn."""
    from plateward.db.setup import setup

    setup(migrated=False)
    from plateward.serve.hub import prepare

    prepare()
    return [figure for part in PARTS for figure in part(progress)]
