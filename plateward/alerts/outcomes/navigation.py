"""The outcomes' place in the navigation."""

from plateward.navigation import Link

PAGE = Link("outcomes:index", "Outcomes")
