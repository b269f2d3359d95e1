"""Oversight in the navigation."""

from plateward.navigation import Link, Section
from plateward.oversight.findings.audience import open_count

PAGE = Link("findings:index", "Findings", lambda viewer: open_count(viewer.person))
SECTION = Section(
    "About findings", (PAGE,), frozenset({"findings"}), (PAGE, Link("findings:thresholds", "Thresholds"))
)
