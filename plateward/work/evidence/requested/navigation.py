"""The place of evidence packages in the navigation: among the pages about alerts."""

from plateward.people.navigation import Link

LINK = Link("packages:index", "Evidence packages")
