"""Whether the sharing configuration means what an independent engine makes of it, and how soon a change that nobody
signed is alarmed.

100,000 generated requests are answered by the product's own rules and by Cedar (testing/sharing_oracle.py). Then a
change is written into the database of a running node behind the hub's back, again and again; its job finds it."""

import os
import time

from plateward.bench.figures import Figure, Progress, at_most, tell
from plateward.bench.hub import free_nodes, prepare_hub, running

REQUESTS, SEED = 100_000, 33
CHANGES = 4
TARGET_S = 60.0


def run(progress: Progress) -> list[Figure]:
    """Raises PlatewardError if the node does not start."""
    nodes = free_nodes(1)
    os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_pages"  # as at the people's listener
    folder = prepare_hub()
    from plateward.people.sharing.testing import put_in_force
    from plateward.testing.sharing_oracle import disagreements

    progress(f"asking Cedar {REQUESTS:,} times")
    found = disagreements(REQUESTS, SEED)
    for line in found[:20]:
        tell(line)
    put_in_force()
    progress("starting a node")
    with running(folder, nodes):
        took = [_alarm(reach) for reach in ["agency", "district"] * CHANGES]
    return [
        at_most(f"of {REQUESTS:,} requests answered otherwise than by Cedar", len(found), "requests", 0),
        at_most("from a change that nobody signed to its alarm, max", max(took[::2]), "s", TARGET_S),
        at_most("from its end to the end of the alarm, max", max(took[1::2]), "s", TARGET_S),
    ]


def _alarm(reach: str) -> float:
    """Seconds from a row written by SQL until the node has recorded that sharing differs, or agrees again."""
    from django.db import connection

    from plateward.ground import clock
    from plateward.people.models import Person
    from plateward.people.sharing.models import SharingDrift

    gloria = Person.objects.get(username="gloria")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO searches_searchreach (role, reach, reason, by_id, at) VALUES (%s, %s, %s, %s, %s)",
            ["officer", reach, "Nobody signed it.", gloria.pk, clock.now()],
        )
    begun = time.perf_counter()
    while SharingDrift.objects.filter(ended_at=None).exists() is (reach == "district"):
        if time.perf_counter() - begun > 2 * TARGET_S:
            break
        time.sleep(0.05)
    return time.perf_counter() - begun
