"""Hot lists at their full size. Each part of the bench is a module of its own; all run on one fresh hub."""

from collections.abc import Callable

from plateward.bench import hotlist_delivery, hotlist_import
from plateward.bench.figures import Figure

# Delivery first: its readers get every list that is there, and no million entries.
PARTS = (hotlist_delivery.run, hotlist_import.run)


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Every part's figures, one part after another."""
    from plateward.db.setup import setup

    setup(migrated=False)
    from plateward.serve.hub import prepare

    prepare()
    return [figure for part in PARTS for figure in part(progress)]
