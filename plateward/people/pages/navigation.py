"""The pages of people, of training and of protocols in the navigation."""

from plateward.people.documents.navigation import waiting_for
from plateward.people.navigation import Link, Section, grouped
from plateward.people.pages import home
from plateward.people.sharing.home import DOCUMENTS

SECTION = Section(
    "About people",
    (Link("people:index", "People"),),
    frozenset(
        {"access", "agencies", "configuration", "mail", "penalties", "people", "protocols", "training"}
    ),
    (
        *grouped(
            "Accounts",
            Link("people:index", "All people"),
            Link("access:welcome", "New account"),
            Link("people:import", "Import"),
            Link("people:directory", "Directory"),
        ),
        *grouped(
            "Access",
            Link("access:waiting", "Requests", home.REQUESTS.count),
            Link("access:ask", "Request access"),
            Link("access:orphans", "Supervisor has left"),
            Link("access:offices", "Offices"),
            Link("access:reviews", "Access reviews"),
            Link("access:register", "Access as of a date"),
        ),
        *grouped(
            "Training",
            Link("training:index", "Who is due"),
            Link("training:courses", "Courses and requirements"),
            Link("training:duties", "Duties to retrain"),
            Link("training:add", "Record a training"),
            Link("training:import", "Import records"),
        ),
        *grouped(
            "Protocols",
            Link("protocols:register", "All protocols", waiting_for),
            Link("protocols:as_of", "As of a date"),
        ),
        *grouped(
            "Log-ins",
            Link("people:log_ins", "Log-ins and terminals"),
            Link("access:recovery", "Lost authenticators", home.RECOVERIES.count),
        ),
        Link("penalties:index", "Penalties"),
        Link("agencies:index", "Outside agencies"),
        *grouped(
            "Agency",
            Link("people:places", "Units and districts"),
            Link("people:matrix", "Permissions"),
            Link("configuration:index", "Sharing", DOCUMENTS.count),
            Link("mail:relay", "Email"),
        ),
    ),
)
