"""The alerts' place in the navigation: of queue, overrides and outcomes."""

from plateward.alerts.overrides.views import overrides_for_banner
from plateward.alerts.reviewing.routing import dispositions_to_review
from plateward.navigation import Banner, Link, Section

SECTION = Section(
    "About alerts",
    (Link("alerts:queue", "Alerts"),),
    frozenset({"alerts", "closing", "confirming"}),
    (
        Link("alerts:queue", "Queue"),
        Link("closing:to_review", "To review", lambda viewer: dispositions_to_review(viewer.person).count()),
    ),
)
OVERRIDES_BANNER = Banner(
    "overrides:banner",
    "Overridden checks",
    "overrides/banner.html",
    lambda viewer: overrides_for_banner(viewer.request),
    lambda row: row.pk,
)
OVERRIDES = Link("overrides:index", "Overrides", lambda viewer: len(viewer.ask(OVERRIDES_BANNER.rows)))
OUTCOMES = Link("outcomes:index", "Outcomes")
