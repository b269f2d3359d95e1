"""Where the outcomes of alerts stand in the navigation."""

from plateward.navigation import Link

PAGE = Link("outcomes:index", "Outcomes")
