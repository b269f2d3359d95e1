"""The pages of people, and of training, in the navigation."""

from plateward.navigation import Link, Section
from plateward.people.pages import home

SECTION = Section(
    "About people",
    (Link("people:index", "People"),),
    frozenset({"access", "mail", "penalties", "people"}),
    (
        Link("people:index", "All people"),
        Link("access:welcome", "New account"),
        Link("people:import", "Import"),
        Link("access:waiting", "Requests", home.REQUESTS.count),
        Link("access:ask", "Request access"),
        Link("access:offices", "Offices"),
        Link("access:recovery", "Lost authenticators", home.RECOVERIES.count),
        Link("access:reviews", "Access reviews"),
        Link("access:register", "Access as of a date"),
        Link("penalties:index", "Penalties"),
        Link("people:log_ins", "Log-ins and terminals"),
        Link("mail:relay", "Email"),
        Link("people:places", "Units and districts"),
        Link("people:matrix", "Permissions"),
    ),
)
