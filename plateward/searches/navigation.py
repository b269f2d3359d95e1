"""Searches in the navigation."""

from plateward.navigation import Link, Section
from plateward.searches import home

SECTION = Section(
    "About searches",
    # Whoever cannot search, but decides on stopped ones, gets there by the same name.
    (Link("searches:ask", "Search"), Link("searches:stopped", "Search", home.STOPPED.count)),
    frozenset({"api_pages", "exports", "read_sharing", "results", "searches"}),
    (
        Link("searches:ask", "New search"),
        Link("searches:own", "My searches"),
        Link("read_sharing:own", "My unit's reads"),
        Link("searches:approvals", "To approve", home.TO_APPROVE.count),
        Link("searches:flagged", "Flagged numbers"),
        Link("searches:stopped", "Stopped searches", home.STOPPED.count),
        Link("api_pages:tokens", "API tokens"),
        Link("api_pages:all_tokens", "API tokens"),
    ),
)
