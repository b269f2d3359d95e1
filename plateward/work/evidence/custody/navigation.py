"""Chains of custody in the navigation: among oversight's rooms, for whoever finds any read's."""

from plateward.people.navigation import Link

LINK = Link("custody:index", "Chain of custody")
