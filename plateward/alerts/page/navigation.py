"""The alerts' place in the navigation: of queue, overrides and outcomes."""

from plateward.alerts.page import home
from plateward.navigation import Banner, Link, Section

SECTION = Section(
    "About alerts",
    (Link("alerts:queue", "Alerts"),),
    frozenset({"alerts", "closing", "confirming", "marking"}),
    (
        Link("alerts:queue", "Queue"),
        Link("closing:to_review", "To review", home.REVIEWS.count),
    ),
)
OVERRIDES_BANNER = Banner(
    "overrides:banner",
    "Overridden checks",
    "overrides/banner.html",
    home.open_overrides,
    lambda row: row.pk,
)
OVERRIDES = Link("overrides:index", "Overrides", home.OVERRIDES.count)
OUTCOMES = Link("outcomes:index", "Outcomes")
