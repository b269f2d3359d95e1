"""Which counts the public sees. Pure; needs no Django.

Searches by purpose, by offense and by agency could name a person: who knows of the one search for a rare offense would
learn that it was made, and when. So these tables are published for whole months alone, and what is below `LEAST`, zeros
with it, is one row of all that is withheld, which no subtraction takes apart. Reads, cameras, hits and what
oversight did are about no one person, and are shown as they are.
"""

from collections.abc import Mapping
from typing import Final

from plateward.ground.policy.trace import enforces

# The Census Bureau and most states' health departments publish no count of people below 5.
LEAST: Final = 5
WITHHELD: Final = "withheld"
NOT_SHOWN: Final = "not shown"


@enforces("6.h.i/release")
def shown(table: Mapping[str, int], categories: frozenset[str]) -> dict[str, int | str]:
    """What of a table is published, the largest first, and the sum of all else as `WITHHELD`. `categories`: all that
    there could be, so that those not shown may be zero as well.

    Whoever knows the table's sum can work out no small count: two of them could always differ by one and leave the
    same to see. Where that is not so (one alone is small, or all are as large as a small one can be), all is withheld;
    where they are fewer than `LEAST` together, the smallest that could be shown is withheld with them."""
    kept = sorted((row for row in table.items() if row[1] >= LEAST), key=lambda row: (-row[1], row[0]))
    small = [table.get(name, 0) for name in categories | table.keys() if table.get(name, 0) < LEAST]
    if any(small):
        if len(small) == 1 or min(small) == LEAST - 1:
            kept = []
        elif sum(small) < LEAST:
            kept = kept[:-1]
    rest = sum(table.values()) - sum(number for _, number in kept)
    return {**dict(kept), WITHHELD: NOT_SHOWN if 0 < rest < LEAST else rest}
