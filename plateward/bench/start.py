"""The first start of a hub in an empty home, all tables made, on PostgreSQL beside the embedded database."""

import os
import time
from pathlib import Path
from statistics import median
from unittest.mock import patch

from plateward.bench.databases import Database, throw_away
from plateward.bench.figures import Figure, Progress, at_most
from plateward.bench.hub import free_nodes, running

PAIRS, RATIO = 3, 2.0


def run(progress: Progress) -> list[Figure]:
    """In turns, so that a machine that slows down slows both."""
    took: dict[Database, list[float]] = {database: [] for database in Database}
    for pair in range(PAIRS):
        for database in Database:
            progress(f"first start on {database}, {pair + 1} of {PAIRS}")
            took[database].append(_first_start(database))
    embedded, server = (median(took[database]) for database in (Database.SQLCIPHER, Database.POSTGRESQL))
    what = f"first start until people are answered, median of {PAIRS}"
    return [
        Figure(what, embedded, "s", database=Database.SQLCIPHER),
        Figure(what, server, "s", database=Database.POSTGRESQL),
        at_most("PostgreSQL's, times the embedded one's", server / embedded, "", RATIO),
    ]


def _first_start(database: Database) -> float:
    with throw_away(database) as environment, patch.dict(os.environ, environment):
        began = time.perf_counter()
        with running(Path(environment["PLATEWARD_HOME"]).parent, free_nodes(1)):
            return time.perf_counter() - began
