"""Oversight in the navigation: one entry, and its rooms in the second row."""

from plateward.evidence.custody import navigation as custody
from plateward.navigation import Link, Section
from plateward.oversight.breaches.views import breaches_for
from plateward.oversight.compliance import navigation as compliance
from plateward.oversight.findings.audience import open_count
from plateward.oversight.integrity import navigation as integrity
from plateward.oversight.investigations.routing import investigations_for
from plateward.oversight.reviews import navigation as reviews

FINDINGS = Link("findings:index", "Findings", lambda viewer: open_count(viewer.person))
INVESTIGATIONS = Link(
    "investigations:index",
    "Investigations",
    lambda viewer: investigations_for(viewer.person).filter(closed_at=None).count(),
)
BREACHES = Link("breaches:index", "Breaches", lambda viewer: breaches_for(viewer.person).open().count())
ROOMS = (
    FINDINGS,
    INVESTIGATIONS,
    reviews.PAGE,
    BREACHES,
    custody.LINK,
    compliance.PAGE,
    integrity.PAGE,
    Link("findings:thresholds", "Thresholds"),
)
SECTION = Section(
    "About oversight",
    tuple(Link(room.route, "Oversight") for room in ROOMS),  # the first that is open
    frozenset(room.route.partition(":")[0] for room in ROOMS),
    ROOMS,
)
