"""Hot lists in the navigation, and the banner for emergencies."""

from plateward.hotlists.overview import home
from plateward.hotlists.requests.views.reviewing import banner_rows
from plateward.navigation import Banner, Link, Section

BANNER = Banner(
    "requests:emergencies",
    "Emergencies",
    "hotlists/requests/emergencies.html",
    lambda viewer: banner_rows(viewer.request),
    lambda row: row[0].pk,
)
SECTION = Section(
    "About hot lists",
    (Link("hotlists:index", "Hot lists"),),
    frozenset({"command", "hotlists", "requests"}),
    (
        Link("hotlists:index", "Lists"),
        Link("requests:mine", "My requests"),
        Link("requests:ask", "Request an entry"),
        Link("requests:to_review", "To review", home.REQUESTS.count),
        Link("command:absences", "My absences"),
        Link("requests:later", "Review after entry"),
    ),
)
