"""Oversight in the navigation: one entry, and its rooms in the second row."""

from plateward.oversight import home
from plateward.oversight.integrity import navigation as integrity
from plateward.people.navigation import Link, Section

LOG = Link("audit:index", "Audit log")
FINDINGS = Link("findings:index", "Findings", home.FINDINGS.count)
INVESTIGATIONS = Link("investigations:index", "Investigations", home.INVESTIGATIONS.count)
BREACHES = Link("breaches:index", "Breaches", home.BREACHES.count)
REVIEWS = Link("reviews:index", "Audit reviews", home.REVIEWS.count)
ROOMS = (
    FINDINGS,
    INVESTIGATIONS,
    REVIEWS,
    BREACHES,
    Link("custody:index", "Chain of custody"),  # for whoever finds any read's
    Link("compliance:index", "Compliance"),
    integrity.PAGE,
    Link("system:index", "System"),
    Link("yearly:index", "Transparency"),
    Link("findings:thresholds", "Thresholds"),
)
SECTION = Section(
    "About oversight",
    tuple(Link(room.route, "Oversight") for room in ROOMS),  # the first that is open
    frozenset(room.route.partition(":")[0] for room in ROOMS),
    ROOMS,
)
