"""Where the audit log stands in the navigation."""

from plateward.navigation import Link

PAGE = Link("audit:index", "Audit log")
