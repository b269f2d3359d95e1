"""The DEMS exports' place in the navigation: among the pages about alerts."""

from plateward.evidence.dems.page import DutyCounts, count_duties
from plateward.navigation import Link, Viewer
from plateward.policy.trace import enforces
from plateward.waiting import Matter, Waiting


def dems_counts(viewer: Viewer) -> DutyCounts:
    """DEMS exports due."""
    return count_duties(viewer.person)


@enforces("6.a.iv")
def _exports(viewer: Viewer) -> Waiting:
    counts = viewer.ask(dems_counts)
    return Waiting(counts.waits, due=counts.due)


EXPORTS = Matter("dems:index", "DEMS exports due", _exports)
MATTERS = (EXPORTS,)
LINK = Link("dems:index", "DEMS exports due", EXPORTS.count)
